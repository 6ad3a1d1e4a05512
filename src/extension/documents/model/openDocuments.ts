import { t } from '../../../kv/base/l10n';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../../kv/base/event';
import type { Entry } from '../../../kv/model/entry';
import { KvError } from '../../../kv/model/errors';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { ValueCodecs } from '../../codecs/valueCodecs';
import type { DocumentId } from '../address/documentId';
import type { EditorText } from './editorText';
import { KnownBuckets, type ReadOnlyReason } from './knownBuckets';
import { KeyDocument } from './keyDocument';
import type { BaseMemory, KeyEditors } from './keyEditors';
import { OpenKey } from './openKey';
import type { HeadersToWrite } from './storeAnew';
import { valueView, type ViewSettings } from './valueView';

/** How long a key that was read but is in no text editor is kept and followed. */
const idleTime = 10_000;
/** `stat` and `readFile` of one opening, and what VS Code asks right after, share one request. */
export const sharedReadMs = 1_000;

/** What the documents of keys are built on. */
export interface KeyDocumentParts {
  readonly findSession: (connectionId: string) => ConnectionSession | undefined;
  readonly editors: KeyEditors;
  readonly memory: BaseMemory;
  /** How values are shown and saved; asked each time. */
  readonly settings: () => ViewSettings;
  /** The headers to store with a value; those that it had of its writers when omitted. */
  readonly headers?: HeadersToWrite;
  /** The codecs of values; there are none when omitted. */
  readonly codecs?: Pick<ValueCodecs, 'of' | 'ready'>;
}

/** A document in use, with its key, which it may share with documents that show it in other ways. */
export interface OpenDocument {
  readonly id: DocumentId;
  readonly session: ConnectionSession;
  readonly key: OpenKey;
  readonly readAt: number;
  readonly store: DisposableStore;
  loading: Promise<KeyDocument> | undefined;
  /** What is known of it; undefined before it was read. */
  document: KeyDocument | undefined;
  /** What its editor had when it was opened, while that waits for the document. */
  opened: EditorText | undefined;
  idle: ReturnType<typeof setTimeout> | undefined;
  /** Why VS Code was last told that it cannot be written. */
  readOnly: ReadOnlyReason['kind'] | undefined;
}

/**
 * Owns the documents in use by their URIs, and one `OpenKey` for all documents of a key, from the first
 * question about one until nobody has it; changes only through its methods.
 */
export class OpenDocuments implements Disposable {
  private readonly documents = new Map<string, OpenDocument>();
  private readonly buckets = new KnownBuckets();
  private readonly changed = new Emitter<OpenDocument>();
  private readonly state = new Emitter<OpenDocument>();
  private readonly made = new Emitter<OpenDocument>();

  /** The document was made of what was read: nobody has asked it for anything yet. */
  readonly onDidMake: Event<OpenDocument> = this.made.event;
  /** The server has something else of a document than was known. */
  readonly onDidChange: Event<OpenDocument> = this.changed.event;
  /** How a document stands changed: whether it can be written, or how fresh it is. */
  readonly onDidChangeState: Event<OpenDocument> = this.state.event;

  constructor(private readonly parts: KeyDocumentParts) {
    this.buckets.onDidLearn(() => this.all.forEach((each) => this.state.fire(each)));
  }

  get all(): OpenDocument[] {
    return [...this.documents.values()];
  }

  find(uri: string): OpenDocument | undefined {
    return this.documents.get(uri);
  }

  /** All documents of one key. */
  withKey(key: OpenKey): OpenDocument[] {
    return this.all.filter((each) => each.key === key);
  }

  /** The document, made now when there is none. Throws when its connection is not configured. */
  getOrMake(id: DocumentId): OpenDocument {
    return this.documents.get(id.uri) ?? this.make(id);
  }

  /** The document once it was read. */
  load(id: DocumentId): Promise<KeyDocument> {
    const open = this.getOrMake(id);
    open.loading ??= this.firstLoad(open).catch((error: unknown) => {
      open.loading = undefined;
      throw error;
    });
    return open.loading;
  }

  /** Forgets what was read some time ago of a key that no editor has: it is to be read anew. */
  dropOld(id: DocumentId): void {
    const open = this.documents.get(id.uri);
    const isOld = open && Date.now() - open.readAt > sharedReadMs;
    if (isOld && !this.isInEditor(open.key)) {
      this.withKey(open.key).forEach((each) => this.drop(each));
    }
  }

  /** Why the keys of a bucket cannot be written at all, if so. */
  readOnly({ address }: DocumentId): ReadOnlyReason | undefined {
    const session = this.parts.findSession(address.connectionId);
    return session && this.buckets.readOnly(session, address.bucket);
  }

  /** Lets go of a document after a while, unless an editor has it by then. */
  rest(open: OpenDocument): void {
    clearTimeout(open.idle);
    open.idle = setTimeout(() => {
      if (!this.parts.editors.find(open.id.uri)) {
        this.drop(open);
      }
    }, idleTime);
  }

  drop(open: OpenDocument): void {
    clearTimeout(open.idle);
    if (this.documents.get(open.id.uri) === open) {
      this.documents.delete(open.id.uri);
    }
    open.store.dispose();
  }

  dispose(): void {
    this.all.forEach((each) => this.drop(each));
    this.buckets.dispose();
    this.changed.dispose();
    this.state.dispose();
    this.made.dispose();
  }

  private make(id: DocumentId): OpenDocument {
    const { connectionId, bucket } = id.address;
    const session = this.parts.findSession(connectionId);
    if (!session) {
      throw new KvError(
        'notFound',
        t('there is no connection "{0}"; add it or its settings again', connectionId),
      );
    }
    const key = this.keyOf(id, session);
    const store = new DisposableStore();
    const open: OpenDocument = {
      ...{ id, session, key, store, readAt: Date.now() },
      ...{ loading: undefined, document: undefined, opened: undefined, idle: undefined },
      readOnly: this.buckets.readOnly(session, bucket)?.kind,
    };
    const tell = (): void => this.state.fire(open);
    store.add({ dispose: () => this.withKey(key).length === 0 && key.dispose() });
    store.add(key.onDidChange((document) => document === open.document && this.changed.fire(open)));
    // The first read may come off later than it was asked for.
    store.add(key.followed.onDidRead(() => void this.load(id).catch(tell)));
    store.add(key.followed.freshness.onDidChange(tell));
    store.add(key.followed.onDidDate(tell));
    store.add(session.buckets.onDidChange(tell));
    store.add(session.lock.state.onDidChange(tell));
    this.documents.set(id.uri, open);
    this.rest(open);
    return open;
  }

  private keyOf({ address }: DocumentId, session: ConnectionSession): OpenKey {
    const { bucket, key } = address;
    const known = this.all.find(
      ({ id, session: of }) =>
        of === session && id.address.bucket === bucket && id.address.key === key,
    );
    const status = () => this.buckets.status(session, bucket);
    return (
      known?.key ??
      new OpenKey(
        address,
        session,
        { ttl: () => status()?.ttl ?? 0, replicas: () => status()?.replicas },
        this.parts.headers,
      )
    );
  }

  private async firstLoad(open: OpenDocument): Promise<KeyDocument> {
    const { id, key, store } = open;
    await key.followed.load();
    this.buckets.ask(open.session, id.address.bucket);
    const base = this.rememberedBase(id.uri);
    // Unsaved text is closed against the message that it was made of, where the bucket still has it.
    const message =
      base && 'revision' in base ? await key.loadMessage(base).catch(() => undefined) : undefined;
    const { codecs, settings } = this.parts;
    const place = (headers: Entry['headers']) => ({ ...id.address, headers });
    await codecs?.ready(place(key.followed.entry?.headers ?? []));
    if (message) {
      await codecs?.ready(place(message.headers));
    }
    const { entry, isDated } = key.followed;
    const view = valueView(id.variant, settings, (headers) => codecs?.of(place(headers)));
    const document = new KeyDocument(entry, view, { base: message, shown: base?.shown, isDated });
    if (base && 'draft' in base) {
      document.beginAgain(base.draft.ttl);
    } else if (base?.isMerged) {
      document.wasMerged();
    }
    open.document = document;
    key.add(document);
    store.add({ dispose: () => key.remove(document) });
    this.made.fire(open);
    return document;
  }

  private rememberedBase(uri: string) {
    const { editors, memory } = this.parts;
    return editors.find(uri)?.dirty === false ? undefined : memory.get(uri);
  }

  /** Whether a key is in an editor, shown in whatever way. */
  private isInEditor(key: OpenKey): boolean {
    return this.withKey(key).some(({ id }) => this.parts.editors.find(id.uri) !== undefined);
  }
}
