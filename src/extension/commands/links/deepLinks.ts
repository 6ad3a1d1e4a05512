import * as vscode from 'vscode';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import {
  bucketNode,
  type BucketNode,
  type ConnectionNode,
  type KeyNode,
} from '../../../views/buckets/rows/nodes';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import { commandIds, viewIds } from '../../contributions';
import type { KeyChoice } from '../keys/keyChoice';
import type { CommandsOf } from '../register';
import { reportFailure } from '../target';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { Connections } from '../../../kv/session/connections';
import { KvError } from '../../../kv/model/errors';
import { bucketNameProblem, keyProblem } from '../../../kv/model/key';
import { plainWindow } from '../../../views/shown/plainWindow';

/** Where a link leads: names only, never a URL or a secret. */
export interface LinkTarget {
  readonly connection: string;
  readonly bucket?: string;
  readonly key?: string;
}

export interface DeepLinkParts {
  readonly connections: Connections;
  readonly view: BucketsView;
  readonly log: vscode.LogOutputChannel;
}

/**
 * `vscode://<extension>/open?connection=…&bucket=…&key=…`; other programs may call it. Names are
 * escaped twice, since VS Code decodes the whole query before it hands it over.
 */
export function linkTo(extensionId: string, target: LinkTarget): string {
  const escape = (text: string): string => encodeURIComponent(encodeURIComponent(text));
  const query = Object.entries(target).map(([name, value]) => `${name}=${escape(String(value))}`);
  return `${vscode.env.uriScheme}://${extensionId}/open?${query.join('&')}`;
}

/** Where a link leads, or why it cannot be followed. */
export function parseLink(uri: Pick<vscode.Uri, 'path' | 'query'>): LinkTarget | string {
  const query = new URLSearchParams(uri.query);
  const [connection, bucket, key] = ['connection', 'bucket', 'key'].map(
    (name) => query.get(name) || undefined,
  );
  if (uri.path !== '/open' || connection === undefined) {
    return vscode.l10n.t('it names no connection');
  }
  const bucketProblem = bucket === undefined ? undefined : bucketNameProblem(bucket);
  const problem = bucketProblem ?? (key === undefined ? undefined : keyProblem(key)?.reason);
  if (problem !== undefined) {
    return problem;
  }
  if (key !== undefined && bucket === undefined) {
    return vscode.l10n.t('it names no bucket');
  }
  return { connection, ...(bucket && { bucket }), ...(key && { key }) };
}

/** Follows a link once the user agreed: a page on the web must not make us connect anywhere. */
export async function openLink(parts: DeepLinkParts, uri: vscode.Uri): Promise<void> {
  const target = parseLink(uri);
  if (typeof target === 'string') {
    await reportFailure(parts.log, vscode.l10n.t('Failed to open the link'), new Error(target));
  } else {
    await follow(parts, target);
  }
}

/** Copies the link of a row. */
export function linkCommands(extensionId: string, choice: KeyChoice): CommandsOf<'links'> {
  return {
    [commandIds.linkCopy]: async (row?: ConnectionNode | BucketNode | KeyNode) => {
      const node = row ?? (await choice.key());
      if (node) {
        const bucket = 'bucket' in node ? { bucket: node.bucket } : {};
        const key = 'key' in node ? { key: node.key } : {};
        const link = linkTo(extensionId, { connection: node.session.id, ...bucket, ...key });
        await vscode.env.clipboard.writeText(link);
      }
    },
  };
}

async function follow(
  { connections, view, log }: DeepLinkParts,
  { connection, bucket, key }: LinkTarget,
): Promise<void> {
  const session =
    connections.get(connection) ?? connections.all.find(({ name }) => name === connection);
  const place = [bucket, key].filter((part) => part).join(' › ');
  if (!session) {
    const add = vscode.l10n.t('Add Connection…');
    const choice = await plainWindow.showWarningMessage(
      vscode.l10n.t('Failed to open the link: there is no connection {0}.', connection),
      add,
    );
    return choice === add ? vscode.commands.executeCommand(commandIds.connectionAdd) : undefined;
  }
  const action = vscode.l10n.t('Open');
  const question = vscode.l10n.t('Open {0} on {1}?', place || session.name, session.name);
  const detail = vscode.l10n.t('A link asks to connect to {0}.', session.config.url);
  const choice = await plainWindow.showInformationMessage(
    question,
    { modal: true, detail },
    action,
  );
  if (choice !== action) {
    return;
  }
  try {
    await vscode.commands.executeCommand(`${viewIds.buckets}.focus`);
    if (bucket !== undefined && key !== undefined) {
      await openKeyEditor(session, bucket, key);
    } else if (bucket !== undefined) {
      await showBucket(view, session, bucket);
    } else {
      await session.loadBuckets();
    }
  } catch (error) {
    await reportFailure(log, vscode.l10n.t('Failed to open the link'), error);
  }
}

async function showBucket(
  view: BucketsView,
  session: ConnectionSession,
  bucket: string,
): Promise<void> {
  await session.loadBuckets();
  const { current } = session.buckets;
  if (current.kind === 'failed') {
    throw current.error;
  }
  if (current.kind === 'loaded' && !current.buckets.some(({ name }) => name === bucket)) {
    throw new KvError('notFound', vscode.l10n.t('there is no bucket {0}', bucket));
  }
  await view.reveal(bucketNode(session, bucket));
}
