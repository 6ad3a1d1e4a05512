import * as vscode from 'vscode';
import { isProduction } from '../../../kv/model/connectionConfig';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { confirmDestructive } from '../confirmDestructive';
import { plainWindow } from '../../../views/shown/plainWindow';

/** Where something is written to. */
interface Target {
  readonly to: {
    readonly session: ConnectionSession;
    readonly bucket: string;
    readonly key: string;
  };
}

/**
 * What to do with keys that have a value already. Overwriting in production is confirmed as whatever
 * else destroys values there.
 */
export async function askCollisions(
  targets: readonly Target[],
): Promise<'overwrite' | 'rename' | 'skip'> {
  const [first] = targets;
  if (!first) {
    return 'skip';
  }
  const { session, bucket, key } = first.to;
  const count = targets.length;
  const question =
    count === 1
      ? vscode.l10n.t('{0} exists already in {1} on {2}.', key, bucket, session.name)
      : vscode.l10n.t('{0} keys exist already in {1} on {2}.', count, bucket, session.name);
  const detail = vscode.l10n.t(
    'Overwrite replaces just the values that are there now. Keep Both takes names such as {0}.',
    suffixed(key),
  );
  const overwrite = vscode.l10n.t('Overwrite');
  const rename = vscode.l10n.t('Keep Both');
  const options = { modal: true, detail };
  const answer = await plainWindow.showWarningMessage(question, options, overwrite, rename);
  if (answer === rename) {
    return 'rename';
  }
  if (answer !== overwrite) {
    return 'skip';
  }
  const isConfirmed =
    !isProduction(session.config) ||
    (await confirmDestructive({
      session,
      bucket,
      question: vscode.l10n.t('Overwrite {0} keys in {1} on {2}?', count, bucket, session.name),
      detail: vscode.l10n.t('The values that are there now will be replaced.'),
      action: overwrite,
    }));
  return isConfirmed ? 'overwrite' : 'skip';
}

/** Whether values that expire may be copied as values that do not. */
export async function askDropTtl(targets: readonly Target[]): Promise<boolean> {
  const [first] = targets;
  if (!first) {
    return false;
  }
  const { session, bucket, key } = first.to;
  const question =
    targets.length === 1
      ? vscode.l10n.t('{0} on {1} cannot let the value of {2} expire.', bucket, session.name, key)
      : vscode.l10n.t(
          '{0} on {1} cannot let {2} of the values expire.',
          bucket,
          session.name,
          targets.length,
        );
  const detail = vscode.l10n.t('They would stay there until they are deleted.');
  const proceed = vscode.l10n.t('Go On Without TTL');
  const options = { modal: true, detail };
  return (await plainWindow.showWarningMessage(question, options, proceed)) === proceed;
}

/** Another name for a key: `orders.42-copy`, then `orders.42-copy2`. */
export function suffixed(key: string): string {
  const [, base = key, count] = /^(.*)-copy(\d*)$/.exec(key) ?? [];
  if (count === undefined) {
    return `${key}-copy`;
  }
  return `${base}-copy${Number(count || '1') + 1}`;
}
