import type { ConnectionSession } from '../../kv/connectionSession';
import { KvError } from '../../kv/errors';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../kv/event';
import type { EditorText, KeyDocument, Version } from './keyDocument';
import { isLiveVersion } from './keyDocument';
import type { KeyAddress } from './keyUri';
import { OpenKey, type AskToRecreate, type SaveResult } from './openKey';
import { sameLineEnds, textOf } from './textForm';

/** A key's document as the file system provider and the status item name it. */
export interface DocumentId {
  /** The URI as text: unique per key. */
  readonly uri: string;
  readonly address: KeyAddress;
}

/** What editors do with key documents, as far as it matters here; VS Code's text documents. */
export interface KeyEditors {
  find(uri: string): EditorText | undefined;
  readonly onDidOpen: Event<DocumentId>;
  readonly onDidChange: Event<DocumentId>;
  readonly onDidClose: Event<DocumentId>;
  readonly onWillSave: Event<DocumentId>;
}

/** Remembers, over restarts, which revision the unsaved text of a document came from. */
export interface BaseMemory {
  get(uri: string): number | undefined;
  set(uri: string, revision: number | undefined): void;
}

export interface DocumentChange extends DocumentId {
  readonly kind: 'changed' | 'deleted';
}

/** How long a key that was read but is in no text editor is kept and followed. */
const idleTime = 10_000;
/** `stat` and `readFile` of one opening, and what VS Code asks right after, share one request. */
const sharedReadTime = 1_000;

/** How many keys' last read revision is remembered for writers that are no text editors. */
const rememberedReads = 1_000;

interface Slot {
  readonly openKey: OpenKey;
  readonly id: DocumentId;
  readonly readAt: number;
  idle: ReturnType<typeof setTimeout> | undefined;
}

/** Owns the open keys; changes only through the editors' events and what the provider asks for. */
export class KeyDocuments implements Disposable {
  private readonly slots = new Map<string, Slot>();
  private readonly lastRead = new Map<string, number>();
  private readonly changed = new Emitter<DocumentChange>();
  private readonly facts = new Emitter<string>();
  private readonly subscriptions = new DisposableStore();

  /** The server has a newer version of a document: VS Code should look at it again. */
  readonly onDidChange: Event<DocumentChange> = this.changed.event;
  /** Something that a status item shows of a document (by URI) may have changed. */
  readonly onDidChangeFacts: Event<string> = this.facts.event;

  constructor(
    private readonly findSession: (connectionId: string) => ConnectionSession | undefined,
    private readonly editors: KeyEditors,
    private readonly memory: BaseMemory,
  ) {
    this.subscriptions.add(editors.onDidOpen((id) => this.opened(id)));
    this.subscriptions.add(editors.onDidChange((id) => this.textChanged(id)));
    this.subscriptions.add(editors.onDidClose((id) => this.closed(id)));
    this.subscriptions.add(editors.onWillSave(({ uri }) => this.willSave(uri)));
  }

  /** The open key of a document. Throws when its connection is not configured. */
  open(id: DocumentId): OpenKey {
    const known = this.slots.get(id.uri);
    if (known) {
      return known.openKey;
    }
    const session = this.findSession(id.address.connectionId);
    if (!session) {
      throw new KvError(
        'notFound',
        `there is no connection "${id.address.connectionId}"; add it or its settings again`,
      );
    }
    const openKey = new OpenKey(id.address, session, this.rememberedBase(id.uri));
    const slot: Slot = { openKey, id, readAt: Date.now(), idle: undefined };
    this.slots.set(id.uri, slot);
    openKey.onDidChange(() => this.serverChanged(slot));
    this.rest(slot);
    return openKey;
  }

  /**
   * The document as it is now. One that is in an editor is followed by the watch and costs no
   * request; any other is read from the server unless that has just been done.
   */
  async current(id: DocumentId): Promise<KeyDocument> {
    const known = this.slots.get(id.uri);
    const isFollowed = this.editors.find(id.uri) !== undefined;
    if (known && !isFollowed && Date.now() - known.readAt > sharedReadTime) {
      this.drop(known);
    }
    return this.open(id).load();
  }

  /** The live value, for whoever reads it. `compared`: it is shown beside the editor's text. */
  async read(id: DocumentId, compared: boolean): Promise<Version | undefined> {
    const version = (await this.current(id)).read(compared);
    if (version) {
      this.lastRead.delete(id.uri);
      this.lastRead.set(id.uri, version.revision);
      for (const oldest of this.lastRead.keys()) {
        if (this.lastRead.size <= rememberedReads) {
          break;
        }
        this.lastRead.delete(oldest);
      }
    }
    return version;
  }

  /** Writes bytes: an editor's save, or those of another writer, who replaces what was read last. */
  async write(id: DocumentId, bytes: Uint8Array, ask: AskToRecreate): Promise<SaveResult> {
    const openKey = this.open(id);
    const document = await openKey.load();
    const editor = this.editors.find(id.uri);
    const isEditors = editor && (document.isSaving || sameLineEnds(editor.text) === textOf(bytes));
    const result = isEditors
      ? await openKey.save(bytes, ask)
      : await openKey.write(bytes, this.lastRead.get(id.uri));
    if (result.kind === 'saved') {
      this.lastRead.set(id.uri, result.revision);
    }
    this.facts.fire(id.uri);
    return result;
  }

  /** What is known of a document without asking anybody. */
  peek(uri: string): KeyDocument | undefined {
    return this.slots.get(uri)?.openKey.document;
  }

  /** The name of a document's connection, as the tree shows it. */
  connectionName({ address }: DocumentId): string {
    return this.findSession(address.connectionId)?.name ?? address.connectionId;
  }

  /** The text editor's side of a document, if one has it. */
  editorOf(uri: string): EditorText | undefined {
    return this.editors.find(uri);
  }

  /** The version on the server that keeps a dirty editor from being saved. */
  conflict(uri: string): Version | undefined {
    return this.peek(uri)?.conflict(this.editors.find(uri));
  }

  /** Forgets the open keys of connections that are no longer configured. */
  dropMissing(): void {
    for (const slot of [...this.slots.values()]) {
      if (!this.findSession(slot.id.address.connectionId)) {
        this.drop(slot);
      }
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
    [...this.slots.values()].forEach((slot) => this.drop(slot));
    this.changed.dispose();
    this.facts.dispose();
  }

  private rememberedBase(uri: string): number | undefined {
    return this.editors.find(uri)?.dirty === false ? undefined : this.memory.get(uri);
  }

  private opened(id: DocumentId): void {
    const slot = this.slots.get(id.uri);
    const editor = this.editors.find(id.uri);
    if (slot?.openKey.document) {
      this.takeText(slot.openKey.document, id, editor, true);
    } else if (editor?.dirty && this.findSession(id.address.connectionId)) {
      // Restored with unsaved text: nothing has been read yet, and the user wants to know the state.
      this.open(id)
        .load()
        .then(
          () => this.facts.fire(id.uri),
          () => {
            // The connection's state tells why; the save will say it again.
          },
        );
    }
  }

  private textChanged(id: DocumentId): void {
    const editor = this.editors.find(id.uri);
    const document = this.peek(id.uri);
    if (document) {
      this.takeText(document, id, editor, false);
    }
  }

  private takeText(
    document: KeyDocument,
    id: DocumentId,
    editor: EditorText | undefined,
    opened: boolean,
  ): void {
    if (editor && !editor.dirty) {
      document.shown(editor.text, opened);
      this.memory.set(id.uri, undefined);
      if (document.base && document.base.revision < document.latest.revision) {
        // Undone back to an old version: VS Code does not look again by itself.
        this.tell(id, document);
      }
    } else if (document.base) {
      this.memory.set(id.uri, document.base.revision);
    }
    this.facts.fire(id.uri);
  }

  private willSave(uri: string): void {
    this.peek(uri)?.saveBegins(this.editors.find(uri));
  }

  private closed(id: DocumentId): void {
    const slot = this.slots.get(id.uri);
    if (slot) {
      this.memory.set(id.uri, undefined);
      this.rest(slot);
    }
  }

  private serverChanged(slot: Slot): void {
    const { document } = slot.openKey;
    const editor = this.editors.find(slot.id.uri);
    if (!document) {
      return;
    }
    if (editor && !editor.dirty) {
      // The same text again, for instance put by a client anew: the editor shows the newest.
      document.shown(editor.text);
    }
    this.tell(slot.id, document);
    this.facts.fire(slot.id.uri);
  }

  private tell(id: DocumentId, document: KeyDocument): void {
    this.changed.fire({ ...id, kind: isLiveVersion(document.latest) ? 'changed' : 'deleted' });
  }

  /** Lets go of a slot after a while, unless an editor has it by then. */
  private rest(slot: Slot): void {
    clearTimeout(slot.idle);
    slot.idle = setTimeout(() => {
      if (this.editors.find(slot.id.uri)) {
        return;
      }
      this.drop(slot);
    }, idleTime);
  }

  private drop(slot: Slot): void {
    clearTimeout(slot.idle);
    slot.openKey.dispose();
    if (this.slots.get(slot.id.uri) === slot) {
      this.slots.delete(slot.id.uri);
    }
  }
}
