import { DisposableStore, Emitter, type Disposable, type Event } from '../../../kv/base/event';
import type { Ttl } from '../../../kv/model/entry';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import type { DocumentId } from '../address/documentId';
import type { ReadOnlyReason } from './knownBuckets';
import type { KeyDocument } from './keyDocument';
import type { EditorText } from './editorText';
import {
  OpenDocuments,
  sharedReadMs,
  type KeyDocumentParts,
  type OpenDocument,
} from './openDocuments';
import type { SaveQuestions } from './openKey';
import type { PutTogether } from './putTogether';
import { RecentReads } from './recentReads';
import type { SaveResult } from './savePlan';
import type { StoredFacts } from './storeAnew';
import { isDraft, isLiveVersion, type Version } from './version';

export interface DocumentChange extends DocumentId {
  readonly kind: 'changed' | 'deleted';
}

/**
 * Owns the open keys; changes only through the editors' events and what the provider asks for. Brings
 * together what the server has (`OpenDocuments`) and what editors do.
 */
export class KeyDocuments implements Disposable {
  private readonly store = new DisposableStore();
  private readonly open: OpenDocuments;
  private readonly reads = new RecentReads();
  private readonly changed = this.store.add(new Emitter<DocumentChange>());
  private readonly facts = this.store.add(new Emitter<string>());

  /** The server has something else of a document: VS Code should look at it again. */
  readonly onDidChange: Event<DocumentChange> = this.changed.event;
  /** Something that is shown of a document (by URI) beside its text may have changed. */
  readonly onDidChangeFacts: Event<string> = this.facts.event;

  constructor(private readonly parts: KeyDocumentParts) {
    const { editors } = parts;
    this.open = this.store.add(new OpenDocuments(parts));
    this.store.add(this.open.onDidMake((open) => this.made(open)));
    this.store.add(this.open.onDidChange((open) => this.serverChanged(open)));
    this.store.add(this.open.onDidChangeState((open) => this.stateChanged(open)));
    this.store.add(editors.onDidOpen((id) => this.opened(id)));
    this.store.add(editors.onDidChange((id) => this.textChanged(id)));
    this.store.add(editors.onDidClose((id) => this.closed(id)));
    this.store.add(editors.onWillSave(({ uri }) => this.willSave(uri)));
  }

  /** What is known of a document in use, without asking anybody. */
  find(uri: string): OpenDocument | undefined {
    return this.open.find(uri);
  }

  /** Why a key cannot be written at all, if so. */
  readOnly(id: DocumentId): ReadOnlyReason | undefined {
    return this.open.readOnly(id);
  }

  /** The version on the server that keeps a dirty editor from being saved. */
  conflict(uri: string): Version | undefined {
    return this.find(uri)?.document?.conflict(this.parts.editors.find(uri));
  }

  /** The text editor's side of a document, if one has it. */
  editorOf(uri: string): EditorText | undefined {
    return this.parts.editors.find(uri);
  }

  /** The documents of a bucket whose editors have unsaved text, in the order of the editors. */
  unsaved({ connectionId, bucket }: Pick<KeyAddress, 'connectionId' | 'bucket'>): DocumentId[] {
    const { editors } = this.parts;
    return editors.all().filter(({ uri, address }) => {
      const isThere = address.connectionId === connectionId && address.bucket === bucket;
      return isThere && editors.find(uri)?.dirty === true;
    });
  }

  /** The size of a stored value in bytes as its bucket's listing told it; undefined when it did not. */
  listedSize({ address }: DocumentId): number | undefined {
    const { connectionId, bucket, key } = address;
    return this.parts.findSession(connectionId)?.knownIndex(bucket)?.get(key)?.size;
  }

  /** Shows all open keys anew: the settings of how values are shown have changed. */
  settingsChanged(): void {
    for (const { id, document } of this.open.all) {
      if (document) {
        document.reopen();
        this.tell(id, document);
        this.facts.fire(id.uri);
      }
    }
  }

  /**
   * The document as it is now. One whose key is in an editor is followed by the watch and costs no
   * request; any other is read from the server unless that has just been done. While a save runs, what
   * an outage made doubtful is confirmed first, so that VS Code's guard sees what is there.
   */
  async current(id: DocumentId): Promise<KeyDocument> {
    this.open.dropOld(id);
    const document = await this.open.load(id);
    const { followed } = this.open.getOrMake(id).key;
    if (document.isSaving && followed.isDoubtful) {
      try {
        await followed.confirm();
      } catch (error) {
        // VS Code has told nobody of a conflict: its guard passes over what it cannot ask, and writes.
        document.saveFailed();
        throw error;
      }
    }
    return document;
  }

  /** The document as it was read last; read now if it was not yet. */
  known(id: DocumentId): Promise<KeyDocument> {
    return this.open.load(id);
  }

  /**
   * The live value, for whoever reads it, as the server has it: it is asked unless it has just said so.
   * `compared`: the value is shown beside the editor's text.
   */
  async read(id: DocumentId, compared: boolean): Promise<Version | undefined> {
    const document = await this.current(id);
    await this.open.getOrMake(id).key.followed.confirm(sharedReadMs);
    const version = document.read(compared);
    if (version) {
      this.reads.note(id.uri, version.stamp);
    }
    return version;
  }

  /**
   * Writes content: an editor's save, or that of another writer, who replaces what was read last.
   * `together`: the editor's save is written with others.
   */
  async write(
    id: DocumentId,
    bytes: Uint8Array,
    questions: SaveQuestions,
    together?: PutTogether,
  ): Promise<SaveResult> {
    const document = await this.open.load(id);
    const { key } = this.open.getOrMake(id);
    const content = await this.parts.editors.contentOf(id.uri, bytes);
    const read = this.reads.last(id.uri);
    const isUnsaved = this.editorOf(id.uri)?.dirty === true;
    if (!content && !read && isUnsaved && isLiveVersion(document.latest)) {
      // It may be what an editor had when its save began, before the extension was started again.
      return { kind: 'conflict' };
    }
    const result = content
      ? await key.save(document, content, questions, together)
      : await key.write(document, bytes, read);
    if (result.kind === 'saved') {
      this.reads.note(id.uri, document.latest.stamp);
    }
    this.facts.fire(id.uri);
    return result;
  }

  /**
   * Says that the text of a document's editor is about to be replaced by one that was made of `base`:
   * by a merge, or by a text that comes from elsewhere.
   */
  carry({ uri }: DocumentId, text: string, base: Version, isMerge = false): void {
    const document = this.find(uri)?.document;
    if (document) {
      const editor = this.editorOf(uri);
      document.carry(editor?.text ?? '', text, base, isMerge);
      this.remember(uri, document, editor);
      this.facts.fire(uri);
    }
  }

  /**
   * Says that the user has been shown what is in conflict with the text of a document, and wants the
   * text over just that. True when there is still a conflict with that revision.
   */
  overwrite({ uri }: DocumentId, revision: number): boolean {
    const version = this.conflict(uri);
    if (!version || version.revision !== revision || !isLiveVersion(version)) {
      return false;
    }
    this.find(uri)?.document?.overwrite(version);
    this.facts.fire(uri);
    return true;
  }

  /**
   * Begins a key that the server does not have: its document can be opened, is empty, and makes the
   * key when it is saved, with this TTL. False when there is a value by now.
   */
  async begin(id: DocumentId, ttl: Ttl | undefined): Promise<boolean> {
    const document = await this.current(id);
    await this.open.getOrMake(id).key.followed.confirm(sharedReadMs);
    if (isLiveVersion(document.latest)) {
      return false;
    }
    document.begin(ttl);
    this.remember(id.uri, document, this.editorOf(id.uri));
    // A tab that is still there of what was deleted shows a key again.
    this.tell(id, document);
    this.facts.fire(id.uri);
    return true;
  }

  /** Leaves a delete marker on the version that is known. */
  async delete(id: DocumentId): Promise<'deleted' | 'conflict'> {
    return this.open.getOrMake(id).key.delete();
  }

  /** Stores a key's value once more with another TTL or other headers. */
  async storeAnew(id: DocumentId, facts: StoredFacts): Promise<'saved' | 'conflict'> {
    await this.open.load(id);
    const { key } = this.open.getOrMake(id);
    try {
      return await key.storeAnew(facts);
    } finally {
      this.open.withKey(key).forEach((each) => this.facts.fire(each.id.uri));
    }
  }

  /**
   * Lets go of the open keys of connections that are no longer there or were made anew, and takes up
   * those of connections that have come: editors are restored before all of them are known.
   */
  connectionsChanged(): void {
    for (const open of this.open.all) {
      const session = this.parts.findSession(open.id.address.connectionId);
      if (session !== open.session) {
        this.open.drop(open);
      }
      if (session && session !== open.session) {
        this.changed.fire({ ...open.id, kind: 'changed' });
      }
    }
    const { editors } = this.parts;
    const waiting = editors.all().filter(({ uri }) => !this.find(uri));
    waiting.forEach((id) => this.opened(id));
  }

  dispose(): void {
    this.store.dispose();
  }

  private opened(id: DocumentId): void {
    const open = this.find(id.uri);
    const editor = this.parts.editors.find(id.uri);
    if (open?.document) {
      this.takeText(open.document, id, editor, true);
    } else if (editor && this.parts.findSession(id.address.connectionId)) {
      // Restored with unsaved text, being read anew just now, or open since before this was started.
      this.open.getOrMake(id).opened = editor;
      // It is read again when the link is back; until then a save says why it cannot be.
      this.open.load(id).catch(() => this.facts.fire(id.uri));
    }
  }

  /** A key was read whose editor may have been there before: its text is known first. */
  private made(open: OpenDocument): void {
    const { id, document, opened } = open;
    const editor = this.parts.editors.find(id.uri);
    open.opened = undefined;
    if (!document || !editor) {
      return;
    }
    const first = opened ?? editor;
    document.succeed(Date.now());
    if (!first.dirty && document.base === undefined) {
      document.shown(first.text);
      if (document.isOutdated(editor)) {
        // A text of another time: VS Code has not looked since.
        this.tell(id, document);
      }
    }
    if (editor.dirty) {
      this.takeText(document, id, editor, false);
    }
    this.facts.fire(id.uri);
  }

  private textChanged(id: DocumentId): void {
    const document = this.find(id.uri)?.document;
    if (document) {
      this.takeText(document, id, this.parts.editors.find(id.uri), false);
    }
  }

  private takeText(
    document: KeyDocument,
    id: DocumentId,
    editor: EditorText | undefined,
    opened: boolean,
  ): void {
    const isCarried = editor !== undefined && document.isCarried(editor.text);
    if (editor && !editor.dirty && !isCarried) {
      document.shown(editor.text, opened);
      if (document.isOutdated(editor)) {
        // Undone back to an old version: VS Code does not look again by itself.
        this.tell(id, document);
      }
    } else if (editor) {
      document.typed(editor.text);
    }
    this.remember(id.uri, document, editor);
    this.facts.fire(id.uri);
  }

  /** Keeps what an unsaved text came from; that of a key to come is unsaved even while it is empty. */
  private remember(uri: string, document: KeyDocument, editor: EditorText | undefined): void {
    const { base, shownAs } = document;
    const shown = shownAs === undefined ? {} : { shown: shownAs };
    if (isDraft(base)) {
      this.parts.memory.set(uri, { draft: { ttl: base?.ttl }, ...shown });
    } else if (!editor?.dirty) {
      this.parts.memory.set(uri, undefined);
    } else if (base) {
      const { revision, created } = base.stamp;
      const isMerged = document.merged && { isMerged: true };
      this.parts.memory.set(uri, { revision, created, ...isMerged, ...shown });
    }
  }

  private willSave(uri: string): void {
    this.find(uri)?.document?.saveBegins(this.parts.editors.find(uri));
  }

  private closed(id: DocumentId): void {
    const open = this.find(id.uri);
    if (open) {
      this.parts.memory.set(id.uri, undefined);
      this.open.rest(open);
    }
  }

  private serverChanged({ id, document }: OpenDocument): void {
    const editor = this.parts.editors.find(id.uri);
    if (!document) {
      return;
    }
    if (editor && !editor.dirty) {
      // The same text again, for instance put by a client anew: the editor shows the newest.
      document.shown(editor.text);
    }
    this.tell(id, document);
    this.facts.fire(id.uri);
  }

  /**
   * The buckets are known by now, and with them that a key is in a mirror; or writes were locked; or
   * what is known became stale, or was dated.
   */
  private stateChanged(open: OpenDocument): void {
    const { id, document } = open;
    const kind = this.readOnly(id)?.kind;
    if (kind !== open.readOnly) {
      open.readOnly = kind;
      this.changed.fire({ ...id, kind: 'changed' });
    }
    const editor = this.parts.editors.find(id.uri);
    if (document) {
      this.remember(id.uri, document, editor);
    }
    if (document?.isOutdated(editor)) {
      // VS Code was told, and could not read it: it does not try again by itself.
      this.tell(id, document);
    }
    this.facts.fire(id.uri);
  }

  private tell(id: DocumentId, document: KeyDocument): void {
    const isThere = isLiveVersion(document.latest) || document.isNew;
    this.changed.fire({ ...id, kind: isThere ? 'changed' : 'deleted' });
  }
}
