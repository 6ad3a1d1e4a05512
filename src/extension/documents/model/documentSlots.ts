import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../../kv/base/event';
import { BucketFacts, type ReadOnlyReason } from './bucketFacts';
import { KeyDocument } from './keyDocument';
import type { DocumentId } from '../address/documentId';
import type { BaseMemory, KeyEditors } from './keyEditors';
import { OpenKeys } from './openKeys';
import type { OpenKey } from './openKey';
import { valueView, type ViewSettings } from './valueView';

/** How long a key that was read but is in no text editor is kept and followed. */
const idleTime = 10_000;
/** `stat` and `readFile` of one opening, and what VS Code asks right after, share one request. */
const sharedReadTime = 1_000;

/** What the documents of keys are built on. */
export interface KeyDocumentParts {
  readonly findSession: (connectionId: string) => ConnectionSession | undefined;
  readonly editors: KeyEditors;
  readonly memory: BaseMemory;
  /** How values are shown and saved; asked each time. */
  readonly settings: () => ViewSettings;
}

/** One document with its key, which it may share with documents that show it in other ways. */
export interface Slot {
  readonly id: DocumentId;
  readonly openKey: OpenKey;
  readonly readAt: number;
  readonly store: DisposableStore;
  loading: Promise<KeyDocument> | undefined;
  document: KeyDocument | undefined;
  idle: ReturnType<typeof setTimeout> | undefined;
  /** Why VS Code was last told that it cannot be written. */
  readOnly: ReadOnlyReason['kind'] | undefined;
}

/** Owns the documents in use by their URIs, from the first question about one until nobody has it. */
export class DocumentSlots implements Disposable {
  private readonly slots = new Map<string, Slot>();
  private readonly facts = new BucketFacts();
  private readonly keys: OpenKeys;
  private readonly changed = new Emitter<Slot>();
  private readonly access = new Emitter<Slot>();

  /** The server has a newer version of a document. */
  readonly onDidChange: Event<Slot> = this.changed.event;
  /** What is known of a document's bucket or connection changed: perhaps whether it can be written. */
  readonly onDidChangeAccess: Event<Slot> = this.access.event;

  constructor(private readonly parts: KeyDocumentParts) {
    this.keys = new OpenKeys(parts.findSession, this.facts);
    this.facts.onDidLearn(() => this.all.forEach((slot) => this.access.fire(slot)));
  }

  get all(): Slot[] {
    return [...this.slots.values()];
  }

  find(uri: string): Slot | undefined {
    return this.slots.get(uri);
  }

  /** The slot of a document, made now when there is none. Throws when its connection is not configured. */
  take(id: DocumentId): Slot {
    return this.slots.get(id.uri) ?? this.make(id);
  }

  /** Forgets what was read some time ago of a key that no editor has: it is to be read anew. */
  dropStale(id: DocumentId): void {
    const slot = this.slots.get(id.uri);
    if (slot && !this.isFollowed(slot) && Date.now() - slot.readAt > sharedReadTime) {
      this.withKey(slot.openKey).forEach((each) => this.drop(each));
    }
  }

  load(id: DocumentId): Promise<KeyDocument> {
    const slot = this.take(id);
    slot.loading ??= this.firstLoad(slot).catch((error: unknown) => {
      slot.loading = undefined;
      throw error;
    });
    return slot.loading;
  }

  /** Why the keys of a bucket cannot be written at all, if so. */
  readOnly({ address }: DocumentId): ReadOnlyReason | undefined {
    const session = this.parts.findSession(address.connectionId);
    return session && this.facts.readOnly(session, address.bucket);
  }

  /** All documents of one key. */
  withKey(openKey: OpenKey): Slot[] {
    return this.all.filter((slot) => slot.openKey === openKey);
  }

  /** Lets go of a slot after a while, unless an editor has it by then. */
  rest(slot: Slot): void {
    clearTimeout(slot.idle);
    slot.idle = setTimeout(() => {
      if (!this.parts.editors.find(slot.id.uri)) {
        this.drop(slot);
      }
    }, idleTime);
  }

  drop(slot: Slot): void {
    clearTimeout(slot.idle);
    slot.store.dispose();
    if (this.slots.get(slot.id.uri) === slot) {
      this.slots.delete(slot.id.uri);
    }
  }

  dispose(): void {
    this.all.forEach((slot) => this.drop(slot));
    this.facts.dispose();
    this.changed.dispose();
    this.access.dispose();
  }

  private make(id: DocumentId): Slot {
    const { openKey, release } = this.keys.take(id.address);
    const { session } = openKey;
    const store = new DisposableStore();
    const slot: Slot = {
      id,
      openKey,
      store,
      readAt: Date.now(),
      loading: undefined,
      document: undefined,
      idle: undefined,
      readOnly: this.facts.readOnly(session, id.address.bucket)?.kind,
    };
    store.add({ dispose: release });
    store.add(
      openKey.onDidChange((document) => {
        if (document === slot.document) {
          this.changed.fire(slot);
        }
      }),
    );
    store.add(session.buckets.onDidChange(() => this.access.fire(slot)));
    store.add(session.lock.state.onDidChange(() => this.access.fire(slot)));
    this.slots.set(id.uri, slot);
    this.rest(slot);
    return slot;
  }

  private async firstLoad(slot: Slot): Promise<KeyDocument> {
    const { id, openKey, store } = slot;
    const entry = await openKey.load();
    void this.facts.ask(openKey.session, id.address.bucket);
    const revision = this.rememberedBase(id.uri);
    const isLatest = revision === (entry?.revision ?? 0);
    // Unsaved text of an older version is closed against that one, where the bucket still has it.
    const older =
      revision === undefined || isLatest
        ? undefined
        : await openKey.loadRevision(revision).catch(() => undefined);
    const view = valueView(id.variant, this.parts.settings);
    const document = new KeyDocument(openKey.entry, view, isLatest ? entry : older);
    slot.document = document;
    openKey.add(document);
    store.add({ dispose: () => openKey.remove(document) });
    return document;
  }

  private rememberedBase(uri: string): number | undefined {
    const { editors, memory } = this.parts;
    return editors.find(uri)?.dirty === false ? undefined : memory.get(uri);
  }

  /** Whether the key is in an editor, shown in whatever way. */
  private isFollowed({ openKey }: Slot): boolean {
    return this.withKey(openKey).some(({ id }) => this.parts.editors.find(id.uri) !== undefined);
  }
}
