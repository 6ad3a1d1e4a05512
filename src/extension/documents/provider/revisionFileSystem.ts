import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { Entry } from '../../../kv/model/entry';
import { isKvError, messageOf } from '../../../kv/model/errors';
import { parseRevisionUri, type RevisionAddress } from '../address/revisionUri';
import { fileErrors } from '../../../views/shown/fileErrors';

/** What an editor is given of a stored value; the bytes themselves unless it says otherwise. */
export type ShownValue = (
  entry: Entry,
  address: RevisionAddress,
) => Uint8Array | Promise<Uint8Array>;

/** `stat` and `readFile` of one opening share one request. */
const sharedReadTime = 1_000;

/**
 * Revisions as read-only files, `natskv-revision://<connection>/<bucket>/<key>@r<revision>`. They are
 * read when they are opened and never change; a marker is an empty file, as it is stored.
 */
export class RevisionFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly reads = new Map<string, Promise<Entry>>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  readonly onDidChangeFile = this.changed.event;

  constructor(
    private readonly findSession: (connectionId: string) => ConnectionSession | undefined,
    private readonly shown: ShownValue = ({ value }) => value,
  ) {}

  /** There is nothing to watch: a revision stays as it is until it goes. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { entry, bytes } = await this.read(uri);
    return {
      type: vscode.FileType.File,
      ctime: entry.created,
      mtime: entry.created,
      size: bytes.length,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.read(uri)).bytes;
  }

  readDirectory(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  delete(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  rename(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  dispose(): void {
    this.timers.forEach(clearTimeout);
    this.reads.clear();
    this.changed.dispose();
  }

  private async read(uri: vscode.Uri): Promise<{ entry: Entry; bytes: Uint8Array }> {
    const address = parseRevisionUri(uri);
    if (!address) {
      throw fileErrors.fileNotFound(uri);
    }
    const entry = await this.shared(uri, address);
    return { entry, bytes: await this.shown(entry, address) };
  }

  private shared(uri: vscode.Uri, address: RevisionAddress): Promise<Entry> {
    const name = uri.toString();
    const known = this.reads.get(name);
    if (known) {
      return known;
    }
    const read = this.fetch(uri, address);
    this.reads.set(name, read);
    const forget = (): void => void this.reads.delete(name);
    read.then(() => this.later(forget), forget);
    return read;
  }

  private later(run: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, sharedReadTime);
    this.timers.add(timer);
  }

  /** A failed read is never 'not found', which would close editors; a revision that is gone is. */
  private async fetch(uri: vscode.Uri, address: RevisionAddress): Promise<Entry> {
    const { connectionId, bucket, key, revision } = address;
    const session = this.findSession(connectionId);
    if (!session) {
      throw fileErrors.unavailable(
        vscode.l10n.t('there is no connection {0} any more', connectionId),
      );
    }
    let entry: Entry | undefined;
    try {
      const connection = await session.connect();
      entry = await connection.getRevision(bucket, key, revision, { consistent: true });
    } catch (error) {
      throw isKvError(error, 'denied')
        ? fileErrors.noPermissions(error.message)
        : fileErrors.unavailable(messageOf(error));
    }
    if (!entry) {
      throw fileErrors.fileNotFound(uri);
    }
    return entry;
  }
}

function readOnly(uri: vscode.Uri): vscode.FileSystemError {
  return fileErrors.noPermissions(
    vscode.l10n.t('{0} is a revision and cannot be changed.', uri.path),
  );
}
