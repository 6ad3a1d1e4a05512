import * as vscode from 'vscode';
import { isKvError, KvError, messageOf } from '../../../kv/model/errors';
import { DisposableStore } from '../../../kv/base/event';
import { documentIdOf, type DocumentId } from '../address/documentId';
import type { KeyDocument } from '../model/keyDocument';
import type { KeyDocuments } from '../model/keyDocuments';
import type { SaveQuestions } from '../model/openKey';
import type { SaveDialogs } from '../model/saveDialogs';
import type { SaveQuestion, SaveResult } from '../model/savePlan';
import type { Version } from '../model/version';
import { conflictError } from './conflictError';
import type { SaveRounds, SharedPart } from './saveRounds';
import type { PartEnd } from './sharedSave';
import { formatSize } from '../../../views/format/format';
import { fileErrors } from '../../../views/shown/fileErrors';

/**
 * Keys as files, `natskv://<connection>/<bucket>/<key>`. Opening costs one request and saving one.
 * A conflict is VS Code's own 'content is newer': see `KeyDocument`.
 */
export class KeyFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly store = new DisposableStore();
  private readonly savingAgain = new Set<string>();

  readonly onDidChangeFile = this.changed.event;

  constructor(
    private readonly documents: KeyDocuments,
    private readonly dialogs: SaveDialogs,
    /** Brings together what is saved at once; each key is written by itself without it. */
    private readonly rounds?: SaveRounds,
  ) {
    this.store.add(this.changed);
    this.store.add(
      documents.onDidChange(({ uri, kind }) => {
        const type =
          kind === 'deleted' ? vscode.FileChangeType.Deleted : vscode.FileChangeType.Changed;
        this.changed.fire([{ type, uri: vscode.Uri.parse(uri, true) }]);
      }),
    );
  }

  /** Documents in editors are followed by their bucket's watch, others are not followed. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const id = documentIdOf(uri);
    if (!id) {
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    }
    const document = await this.current(uri, id).catch((error: unknown) => {
      this.rounds?.failed(id.uri);
      throw error;
    });
    const stat = document.stat(this.documents.editorOf(id.uri));
    if (!stat) {
      throw fileErrors.fileNotFound(uri);
    }
    if (document.isRefused) {
      this.rounds?.refused(id.uri);
    }
    const { created: ctime, mtime, size, readOnly } = stat;
    const isReadOnly = readOnly || this.documents.readOnly(id) !== undefined;
    if (isReadOnly && document.isRefused) {
      // What cannot be written is what VS Code tells of then, and not what is in the way.
      document.saveFailed();
    }
    const permissions = isReadOnly ? { permissions: vscode.FilePermission.Readonly } : {};
    return { type: vscode.FileType.File, ctime, mtime, size, ...permissions };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const id = documentIdOf(uri);
    if (!id) {
      throw fileErrors.fileIsADirectory(uri);
    }
    await this.current(uri, id);
    const compared = this.dialogs.isCompared(id.uri);
    const version = await this.attempt(uri, () => this.documents.read(id, compared));
    if (!version) {
      throw fileErrors.fileNotFound(uri);
    }
    const { shown } = version.opened();
    await this.askIfLarge(id, shown.byteLength);
    refuseUnguarded(id, version);
    return shown;
  }

  async writeFile(
    uri: vscode.Uri,
    content: Uint8Array,
    options: { readonly create: boolean; readonly overwrite: boolean },
  ): Promise<void> {
    const id = documentIdOf(uri);
    if (!id) {
      throw fileErrors.fileIsADirectory(uri);
    }
    try {
      const refusal = this.dialogs.refusal(id.uri);
      if (refusal) {
        this.documents.find(id.uri)?.document?.saveFailed();
        throw fileErrors.unavailable(refusal);
      }
      await this.write(uri, id, content, options.overwrite);
    } finally {
      this.dialogs.saveEnded(id.uri);
    }
  }

  async delete(uri: vscode.Uri): Promise<void> {
    const id = documentIdOf(uri);
    if (!id) {
      throw fileErrors.noPermissions(vscode.l10n.t('Delete a bucket from the NATS KV view.'));
    }
    const outcome = await this.attempt(uri, () => this.documents.delete(id));
    if (outcome === 'conflict') {
      throw fileErrors.unavailable(
        vscode.l10n.t('{0} changed on the server meanwhile; nothing was deleted.', id.address.key),
      );
    }
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    throw fileErrors.unavailable(
      vscode.l10n.t('Keys are listed in the NATS KV view, not as files of {0}.', uri.path),
    );
  }

  createDirectory(uri: vscode.Uri): void {
    throw fileErrors.noPermissions(
      vscode.l10n.t('{0} cannot be created: a bucket has no folders.', uri.path),
    );
  }

  rename(uri: vscode.Uri): void {
    throw fileErrors.noPermissions(
      vscode.l10n.t('{0} cannot be renamed: NATS KV has no rename.', uri.path),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The document, once a value that is known to be large may be fetched. */
  private async current(uri: vscode.Uri, id: DocumentId): Promise<KeyDocument> {
    const size = this.documents.find(id.uri)?.document ? undefined : this.documents.listedSize(id);
    if (size !== undefined) {
      await this.askIfLarge(id, size);
    }
    return this.attempt(uri, () => this.documents.current(id));
  }

  private async askIfLarge(id: DocumentId, size: number): Promise<void> {
    if (!(await this.dialogs.mayOpen(id, size))) {
      throw fileErrors.unavailable(
        vscode.l10n.t('{0} is large and was not opened.', id.address.key),
      );
    }
  }

  /**
   * Create File, on the page that VS Code shows for a key that is not there, writes nothing, for the page
   * to open that. A key begins as New Key has it: unsaved, and nobody reads an empty value.
   */
  private async begin(uri: vscode.Uri, id: DocumentId): Promise<void> {
    const readOnly = this.documents.readOnly(id);
    if (readOnly) {
      throw fileErrors.noPermissions(
        readOnly.kind === 'locked'
          ? vscode.l10n.t(
              '{0} cannot be created: its connection is read-only. Unlock its writes first.',
              id.address.key,
            )
          : vscode.l10n.t('{0} cannot be created: its bucket is read-only.', id.address.key),
      );
    }
    await this.attempt(uri, () => this.documents.begin(id, undefined));
  }

  /** Writes content, together with what is saved at the same time where that is wanted. */
  private async write(
    uri: vscode.Uri,
    id: DocumentId,
    content: Uint8Array,
    overwrite: boolean,
  ): Promise<void> {
    const part = await this.attempt(uri, async () => this.rounds?.take(id)).catch(
      (error: unknown) => {
        this.documents.find(id.uri)?.document?.saveFailed();
        throw error;
      },
    );
    let end: PartEnd = 'failed';
    try {
      const document = await this.attempt(uri, () => this.documents.current(id));
      const exists = document.stat(undefined) !== undefined;
      if (exists && !overwrite) {
        throw fileErrors.fileExists(uri);
      }
      if (!exists && content.length === 0 && this.dialogs.isUnfound(id.uri)) {
        await this.begin(uri, id);
        return;
      }
      const result = await this.save(uri, id, content, part);
      end = endOf(result);
      this.told(uri, id, result);
    } finally {
      part?.left(end);
    }
  }

  private save(
    uri: vscode.Uri,
    id: DocumentId,
    content: Uint8Array,
    part: SharedPart | undefined,
  ): Promise<SaveResult> {
    return this.attempt(uri, () =>
      this.documents.write(id, content, this.questions(id), part?.put).catch((error: unknown) => {
        throw isKvError(error, 'disconnected') ? this.offline(id, error) : error;
      }),
    );
  }

  /** Has VS Code show how a save ended: it shows what is thrown. */
  private told(uri: vscode.Uri, id: DocumentId, result: SaveResult): void {
    const { key } = id.address;
    switch (result.kind) {
      case 'saved':
        if (result.isUnseen) {
          this.dialogs.tellUnseen(id, result.revision);
        }
        return;
      case 'nothing':
        return;
      case 'declined':
        throw fileErrors.unavailable(declined(key, result.why));
      case 'refused':
        throw fileErrors.noPermissions(
          vscode.l10n.t('{0} cannot be stored: {1}. Your text is kept.', key, result.reason),
        );
      case 'conflict':
        this.saveAgain(id);
        throw conflictError(uri, id, this.documents.find(id.uri));
    }
  }

  private questions(id: DocumentId): SaveQuestions {
    const { dialogs, documents } = this;
    return {
      ask: async (question) => {
        const latest = documents.find(id.uri)?.document?.latest;
        return latest !== undefined && dialogs.ask(id, question, latest);
      },
      schemaProblem: (content) => dialogs.schemaProblem(id, content),
    };
  }

  private offline(id: DocumentId, cause: KvError): KvError {
    const name = this.documents.find(id.uri)?.session.name ?? id.address.connectionId;
    const text = vscode.l10n.t(
      '{0} is disconnected. Your text is kept; save again when it is back.',
      name,
    );
    return new KvError('disconnected', text, { cause });
  }

  /**
   * One more save, never two, where VS Code's guard is to tell of the conflict and was switched off by
   * `files.saveConflictResolution` or came too early.
   */
  private saveAgain(id: DocumentId): void {
    const isGuarded = this.documents.find(id.uri)?.document?.isGuarded;
    if (!isGuarded || !this.documents.conflict(id.uri) || this.savingAgain.has(id.uri)) {
      return;
    }
    this.savingAgain.add(id.uri);
    const done = (): void => void this.savingAgain.delete(id.uri);
    this.dialogs.saveAgain(id.uri).then(done, done);
  }

  /** Runs what needs the server; a failure is never 'not found', which would close editors. */
  private async attempt<T>(uri: vscode.Uri, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (isKvError(error, 'denied')) {
        throw fileErrors.noPermissions(error.message);
      }
      throw fileErrors.unavailable(messageOf(error) || uri.toString());
    }
  }
}

function endOf({ kind }: SaveResult): PartEnd {
  return kind === 'nothing' || kind === 'conflict' ? kind : 'failed';
}

function declined(key: string, why: SaveQuestion['kind']): string {
  switch (why) {
    case 'recreate':
      return vscode.l10n.t('{0} was deleted on the server. Your text is kept.', key);
    case 'invalid':
      return vscode.l10n.t('{0} was not stored as it is. Your text is kept.', key);
    case 'encoding':
      return vscode.l10n.t('{0} was not stored in that encoding. Your text is kept.', key);
  }
}

/**
 * VS Code does not show texts above this length to extensions: nobody could tell what of such a text
 * is unsaved, and a save could not be told from the write of another extension.
 */
const largestText = 50 * 1024 * 1024;

function refuseUnguarded({ address }: DocumentId, version: Version): void {
  const { form, shown, viewOnly } = version.opened();
  const isText = form.kind !== 'binary' && viewOnly === undefined;
  if (isText && shown.byteLength > largestText) {
    throw fileErrors.unavailable(
      vscode.l10n.t(
        '{0} is {1} as a text. VS Code keeps texts above {2} from extensions, so its changes could not be guarded; it is not opened.',
        address.key,
        formatSize(shown.byteLength),
        formatSize(largestText),
      ),
    );
  }
}
