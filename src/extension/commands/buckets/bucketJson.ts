import * as vscode from 'vscode';
import type { Disposable } from '../../../kv/base/event';
import type { BucketStatus } from '../../../kv/model/bucket';
import type { Connections } from '../../../kv/session/connections';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { KvError } from '../../../kv/model/errors';
import { formatDuration, formatLimit, formatSize } from '../../../views/format/format';
import { bucketScheme } from '../../contributions';

/**
 * Shows what a server tells of a bucket as a JSON document that cannot be edited: what is in it, and
 * its whole configuration in the server's names. Read anew each time it is asked for.
 */
export class BucketJson implements vscode.TextDocumentContentProvider, Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration: vscode.Disposable;

  readonly onDidChange = this.changed.event;

  constructor(private readonly connections: Connections) {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(bucketScheme, this);
  }

  async show({ id }: ConnectionSession, bucket: string): Promise<void> {
    const path = `/${bucket}.json`;
    const uri = vscode.Uri.from({ scheme: bucketScheme, authority: id, path });
    const isOpen = vscode.workspace.textDocuments.some(
      (document) => document.uri.toString() === uri.toString(),
    );
    const document = await vscode.workspace.openTextDocument(uri);
    if (isOpen) {
      this.changed.fire(uri);
    }
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent({ authority, path }: vscode.Uri): Promise<string> {
    const session = this.connections.get(authority);
    if (!session) {
      throw new KvError(
        'notFound',
        vscode.l10n.t('there is no connection "{0}" any more', authority),
      );
    }
    const connection = await session.connect();
    const status = await connection.bucketStatus(path.slice(1, -'.json'.length));
    return bucketJsonText(session.name, status, new Date());
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

/** The facts of a bucket as JSON; what a server or an account does not tell is left out. */
export function bucketJsonText(connection: string, status: BucketStatus, read: Date): string {
  const { cluster, mirror, sources } = status;
  const properties = {
    bucket: status.name,
    connection,
    read: read.toISOString(),
    contents: {
      messages: status.values,
      keysAtMost: status.subjects,
      size: formatSize(status.size),
      sizeLimit: formatLimit(status.maxBytes),
      revisions:
        status.values === 0
          ? 'none'
          : vscode.l10n.t('r{0} to r{1}', status.firstRevision, status.lastRevision),
      created: new Date(status.created).toISOString(),
      lastUpdate: status.lastUpdate && new Date(status.lastUpdate).toISOString(),
      ttl: status.ttl > 0 ? formatDuration(status.ttl) : 'never',
      keyTtls: status.allowTtl,
    },
    ...(cluster && { cluster }),
    ...(mirror && { mirror }),
    ...(sources.length > 0 && { sources }),
    configuration: status.streamConfig,
  };
  return `${JSON.stringify(properties, undefined, 2)}\n`;
}
