import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { TtlChange } from '../../../kv/model/entry';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../../kv/base/event';
import type { ReadOnlyReason } from './bucketFacts';
import type { DocumentId } from '../address/documentId';
import { DocumentSlots, type KeyDocumentParts, type Slot } from './documentSlots';
import type { EditorText, KeyDocument } from './keyDocument';
import type { SaveQuestions, SaveResult } from './openKey';
import { RecentReads } from './recentReads';
import { sameLineEnds, textOf } from '../../../kv/values/textForm';
import { isLiveVersion, type Version } from './version';

export interface DocumentChange extends DocumentId {
  readonly kind: 'changed' | 'deleted';
}

/** Owns the open keys; changes only through the editors' events and what the provider asks for. */
export class KeyDocuments implements Disposable {
  private readonly slots: DocumentSlots;
  private readonly reads = new RecentReads();
  private readonly changed = new Emitter<DocumentChange>();
  private readonly facts = new Emitter<string>();
  private readonly subscriptions = new DisposableStore();

  /** The server has a newer version of a document: VS Code should look at it again. */
  readonly onDidChange: Event<DocumentChange> = this.changed.event;
  /** Something that a status item shows of a document (by URI) may have changed. */
  readonly onDidChangeFacts: Event<string> = this.facts.event;

  constructor(private readonly parts: KeyDocumentParts) {
    const { editors } = parts;
    this.slots = this.subscriptions.add(new DocumentSlots(parts));
    this.subscriptions.add(this.slots.onDidChange((slot) => this.serverChanged(slot)));
    this.subscriptions.add(this.slots.onDidChangeAccess((slot) => this.accessChanged(slot)));
    this.subscriptions.add(editors.onDidOpen((id) => this.opened(id)));
    this.subscriptions.add(editors.onDidChange((id) => this.textChanged(id)));
    this.subscriptions.add(editors.onDidClose((id) => this.closed(id)));
    this.subscriptions.add(editors.onWillSave(({ uri }) => this.willSave(uri)));
  }

  /** Why a key cannot be written at all, if so. */
  readOnly(id: DocumentId): ReadOnlyReason | undefined {
    return this.slots.readOnly(id);
  }

  /** The connection of a document. */
  session({ address }: DocumentId): ConnectionSession | undefined {
    return this.parts.findSession(address.connectionId);
  }

  /** The size of a stored value in bytes as its bucket's listing told it; undefined when it did not. */
  listedSize(id: DocumentId): number | undefined {
    const { bucket, key } = id.address;
    return this.session(id)?.index(bucket)?.get(key)?.size;
  }

  /** When the value of an open document goes; undefined when never, as far as is known. */
  expiresAt(uri: string): number | undefined {
    return this.slots.find(uri)?.openKey.expiresAt;
  }

  /** Shows all open keys anew: the settings of how values are shown have changed. */
  settingsChanged(): void {
    for (const { id, document } of this.slots.all) {
      if (document) {
        document.reopen();
        this.tell(id, document);
        this.facts.fire(id.uri);
      }
    }
  }

  /**
   * The document as it is now. One whose key is in an editor is followed by the watch and costs no
   * request; any other is read from the server unless that has just been done.
   */
  async current(id: DocumentId): Promise<KeyDocument> {
    this.slots.dropStale(id);
    return this.slots.load(id);
  }

  /** The document as it was read last; read now if it was not yet. */
  known(id: DocumentId): Promise<KeyDocument> {
    return this.slots.load(id);
  }

  /** The live value, for whoever reads it. `compared`: it is shown beside the editor's text. */
  async read(id: DocumentId, compared: boolean): Promise<Version | undefined> {
    const version = (await this.current(id)).read(compared);
    if (version) {
      this.reads.note(id.uri, version.revision);
    }
    return version;
  }

  /** Writes content: an editor's save, or that of another writer, who replaces what was read last. */
  async write(id: DocumentId, content: Uint8Array, questions: SaveQuestions): Promise<SaveResult> {
    const document = await this.slots.load(id);
    const { openKey } = this.slots.take(id);
    const editor = this.parts.editors.find(id.uri);
    const isEditors =
      editor && (document.isSaving || sameLineEnds(editor.text) === textOf(content));
    const result = isEditors
      ? await openKey.save(document, content, questions)
      : await openKey.write(document, content, this.reads.last(id.uri));
    if (result.kind === 'saved') {
      this.reads.note(id.uri, result.revision);
    }
    this.facts.fire(id.uri);
    return result;
  }

  /** Leaves a delete marker on the version that is known. False: it had changed meanwhile. */
  delete(id: DocumentId): Promise<boolean> {
    return this.slots.take(id).openKey.delete();
  }

  /** Stores a key's value once more with another TTL. */
  async changeTtl(id: DocumentId, ttl: TtlChange): Promise<'saved' | 'conflict'> {
    await this.slots.load(id);
    const { openKey } = this.slots.take(id);
    try {
      return await openKey.changeTtl(ttl);
    } finally {
      this.slots.withKey(openKey).forEach((slot) => this.facts.fire(slot.id.uri));
    }
  }

  /** Which open document a URI names. */
  idOf(uri: string): DocumentId | undefined {
    return this.slots.find(uri)?.id;
  }

  /** What is known of a document without asking anybody. */
  peek(uri: string): KeyDocument | undefined {
    return this.slots.find(uri)?.document;
  }

  /** The name of a document's connection, as the tree shows it. */
  connectionName({ address }: DocumentId): string {
    return this.parts.findSession(address.connectionId)?.name ?? address.connectionId;
  }

  /** The text editor's side of a document, if one has it. */
  editorOf(uri: string): EditorText | undefined {
    return this.parts.editors.find(uri);
  }

  /** The version on the server that keeps a dirty editor from being saved. */
  conflict(uri: string): Version | undefined {
    return this.peek(uri)?.conflict(this.parts.editors.find(uri));
  }

  /** Lets go of the open keys of connections that are no longer there or were made anew. */
  dropMissing(): void {
    for (const slot of this.slots.all) {
      const session = this.parts.findSession(slot.id.address.connectionId);
      if (session !== slot.openKey.session) {
        this.slots.drop(slot);
      }
      if (session && session !== slot.openKey.session) {
        this.changed.fire({ ...slot.id, kind: 'changed' });
      }
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.changed.dispose();
    this.facts.dispose();
  }

  private opened(id: DocumentId): void {
    const slot = this.slots.find(id.uri);
    const editor = this.parts.editors.find(id.uri);
    if (slot?.document) {
      this.takeText(slot.document, id, editor, true);
    } else if (editor?.dirty && this.parts.findSession(id.address.connectionId)) {
      // Restored with unsaved text: nothing has been read yet, and the user wants to know the state.
      this.slots.load(id).then(
        () => this.facts.fire(id.uri),
        () => {
          // The connection's state tells why; the save will say it again.
        },
      );
    }
  }

  private textChanged(id: DocumentId): void {
    const document = this.peek(id.uri);
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
    const { memory } = this.parts;
    if (editor && !editor.dirty) {
      document.shown(editor.text, opened);
      memory.set(id.uri, undefined);
      if (document.base && document.base.revision < document.latest.revision) {
        // Undone back to an old version: VS Code does not look again by itself.
        this.tell(id, document);
      }
    } else if (document.base) {
      memory.set(id.uri, document.base.revision);
    }
    this.facts.fire(id.uri);
  }

  private willSave(uri: string): void {
    this.peek(uri)?.saveBegins(this.parts.editors.find(uri));
  }

  private closed(id: DocumentId): void {
    const slot = this.slots.find(id.uri);
    if (slot) {
      this.parts.memory.set(id.uri, undefined);
      this.slots.rest(slot);
    }
  }

  private serverChanged({ id, document }: Slot): void {
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

  /** The buckets are known by now, and with them that a key is in a mirror; or writes were locked. */
  private accessChanged(slot: Slot): void {
    const kind = this.readOnly(slot.id)?.kind;
    if (kind !== slot.readOnly) {
      slot.readOnly = kind;
      this.changed.fire({ ...slot.id, kind: 'changed' });
    }
    this.facts.fire(slot.id.uri);
  }

  private tell(id: DocumentId, document: KeyDocument): void {
    this.changed.fire({ ...id, kind: isLiveVersion(document.latest) ? 'changed' : 'deleted' });
  }
}
