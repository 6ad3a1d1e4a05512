import * as vscode from 'vscode';
import { keyProblem } from '../../../kv/model/key';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { Connections } from '../../../kv/session/connections';
import { askText, runSteps, type TextStep } from '../quickSteps';
import { pickBucket } from '../target';
import { describeRows, type ChosenRows } from './folderRows';
import { describeKeyProblem, keyStep } from './keyStep';
import { revealKey } from './revealKey';
import { transferKeys, type BucketPlace } from './transferKeys';
import { commonPrefix, renamed } from './transferNames';
import { plainWindow } from '../../../views/shown/plainWindow';

export interface TransferParts {
  readonly connections: Connections;
  readonly view: BucketsView;
  readonly log: vscode.LogOutputChannel;
}

export interface TransferKind {
  readonly kind: 'copy' | 'move';
  /** Asks for the bucket, of any connection; the keys stay in their own otherwise. */
  readonly elsewhere: boolean;
}

/**
 * Copies or moves keys to where the user wants them: one to another key, several of a bucket to another
 * start in the place of what they have in common.
 */
export async function askAndTransfer(
  parts: TransferParts,
  { kind, elsewhere }: TransferKind,
  { keys, folder }: ChosenRows,
): Promise<void> {
  const [first] = keys;
  const same = keys.filter((key) => first && isInBucket(first, key));
  if (!first || same.length < keys.length) {
    void plainWindow.showInformationMessage(
      vscode.l10n.t('Select keys of one bucket in the NATS KV view first.'),
    );
    return;
  }
  const target = elsewhere
    ? await pickBucket(parts.connections, undefined)
    : { session: first.session, bucket: first.bucket };
  const title = target && titleOf(kind, { keys, folder }, elsewhere ? target : undefined);
  const names = title && (await askNames(kind, { keys, folder }, title));
  if (!target || !names) {
    return;
  }
  // A name that was left as it is means nothing, in the same bucket.
  const transfers = keys
    .map((from) => ({ from, to: { ...target, key: names(from.key) } }))
    .filter(({ from, to }) => !isInBucket(from, to) || from.key !== to.key);
  await transferKeys(parts.log, kind, transfers);
  if (keys.length === 1 && !folder) {
    await revealKey(parts.view, target.session, target.bucket, names(first.key));
  }
}

/** How each key is called at the target. */
async function askNames(
  kind: 'copy' | 'move',
  { keys, folder }: ChosenRows,
  title: string,
): Promise<((key: string) => string) | undefined> {
  const [first] = keys;
  if (first && keys.length === 1 && !folder) {
    const answers = await runSteps<[string]>(title, [
      (place) => askText(place, oneKeyStep(first.key, kind)),
    ]);
    return answers && (() => answers[0]);
  }
  const names = keys.map(({ key }) => key);
  const prefix = folder?.start ?? commonPrefix(names);
  const answers = await runSteps<[string]>(title, [
    (place) => askText(place, prefixStep(kind, names, prefix)),
  ]);
  return answers && ((key) => renamed(key, prefix, answers[0]));
}

function oneKeyStep(key: string, kind: 'copy' | 'move'): TextStep {
  const step = keyStep(key);
  return kind === 'move'
    ? { ...step, prompt: vscode.l10n.t('New key. The history stays with the old one.') }
    : step;
}

function prefixStep(kind: 'copy' | 'move', keys: readonly string[], prefix: string): TextStep {
  const prompt =
    prefix === ''
      ? vscode.l10n.t('Start of the new keys, such as backup. with its dot')
      : vscode.l10n.t('Start of the new keys, in the place of {0}', prefix);
  return {
    prompt:
      kind === 'move' ? vscode.l10n.t('{0}. The history stays with the old ones.', prompt) : prompt,
    value: prefix,
    selection: [prefix.length, prefix.length],
    problem: (start) => {
      const bad = keys.map((key) => renamed(key, prefix, start)).find((key) => keyProblem(key));
      return bad === undefined ? undefined : `${describeKeyProblem(bad) ?? ''} (${bad})`;
    },
  };
}

function titleOf(
  kind: 'copy' | 'move',
  chosen: ChosenRows,
  target: BucketPlace | undefined,
): string {
  const what = describeRows(chosen);
  if (!target) {
    return kind === 'move'
      ? vscode.l10n.t('Rename {0}', what)
      : vscode.l10n.t('Duplicate {0}', what);
  }
  const { session, bucket } = target;
  return kind === 'move'
    ? vscode.l10n.t('Move {0} to {1} on {2}', what, bucket, session.name)
    : vscode.l10n.t('Copy {0} to {1} on {2}', what, bucket, session.name);
}

function isInBucket(a: BucketPlace, b: BucketPlace): boolean {
  return a.session === b.session && a.bucket === b.bucket;
}
