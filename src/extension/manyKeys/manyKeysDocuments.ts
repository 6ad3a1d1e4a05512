import { t } from '../../kv/base/l10n';
import { DisposableStore, Emitter, type Disposable } from '../../kv/base/event';
import type { Background } from '../../kv/base/background';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';
import { matcherOf, readKeys } from '../../kv/manyKeys/readKeys';
import { KvError, messageOf } from '../../kv/model/errors';
import { BucketFollower } from '../../kv/session/bucketFollower';
import type { Connections } from '../../kv/session/connections';
import type { ManyKeysMemory } from './manyKeysMemory';
import type { ManyKeysAddress } from './manyKeysUri';
import { OpenManyKeys } from './openManyKeys';
import { prepareKeys, withWritten, type PreparedKeys } from './prepareKeys';
import { atomicOf } from './serverFacts';

/** Changes that come together are read together, after so many milliseconds. */
const gatherMs = 200;

/** A document as it is named: its URI as text, what it holds, and what it is called. */
export interface ManyKeysName {
  readonly uri: string;
  readonly address: ManyKeysAddress;
  readonly name: string;
}

interface Followed {
  readonly open: OpenManyKeys;
  readonly store: DisposableStore;
}

/**
 * Owns the documents of keys that are open, and follows their buckets; changes only through its methods and what
 * servers tell. It knows nothing of editors.
 */
export class ManyKeysDocuments implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<string>());
  private readonly looked = this.store.add(new Emitter<string>());
  private readonly open = new Map<string, Followed>();
  private readonly looking = new Map<string, Promise<void>>();

  /** What is known of a document has changed, by its URI. */
  readonly onDidChange = this.changed.event;
  /** What the server has of a document's keys was read, by its URI. */
  readonly onDidLook = this.looked.event;

  constructor(
    private readonly connections: Connections,
    private readonly memory: ManyKeysMemory,
    private readonly inBackground: Background,
  ) {}

  find(uri: string): OpenManyKeys | undefined {
    return this.open.get(uri)?.open;
  }

  /** What the server has, read where that is not known to be up to date. */
  async current(name: ManyKeysName): Promise<OpenManyKeys> {
    const open = this.begin(name);
    if (!open.isFresh) {
      await this.look(name);
    }
    return open;
  }

  /** The text to show. `isOpen`: an editor has one, which is still made of what it was made of. */
  async read(name: ManyKeysName, isOpen: boolean): Promise<string> {
    const open = await this.current(name);
    if (!isOpen) {
      open.startOver();
    }
    open.show(open.serverText);
    this.changed.fire(name.uri);
    return open.shown;
  }

  /** Asks the server anew; those who ask meanwhile share the answer. */
  look(name: ManyKeysName): Promise<void> {
    const known = this.looking.get(name.uri);
    if (known) {
      return known;
    }
    const looking = this.lookNow(name).finally(() => this.looking.delete(name.uri));
    this.looking.set(name.uri, looking);
    return looking;
  }

  /**
   * Says what text the editor has, whether it is unsaved, and whether Undo or Redo brought it back. What it is made
   * of is kept over restarts.
   */
  editorHas(name: ManyKeysName, text: string, isUnsaved: boolean, isUndone = false): void {
    const open = this.find(name.uri);
    if (open?.has(text, isUnsaved, isUndone)) {
      this.changed.fire(name.uri);
    }
    if (open) {
      this.keep(name.uri, open);
    }
  }

  /** A text that came back with the window is made of what it was made of before, as those are that Undo brings back. */
  async restore(name: ManyKeysName, text: string): Promise<void> {
    const open = this.begin(name);
    open.has(text, true);
    open.base = undefined;
    if (open.resume(await this.memory.find(name.uri), text)) {
      this.keep(name.uri, open);
    }
    await this.look(name);
    this.changed.fire(name.uri);
  }

  /** What a text writes, after a look at the server. Throws as `prepareKeys` does. */
  async prepare(name: ManyKeysName, text: string): Promise<PreparedKeys> {
    const open = this.begin(name);
    // Before anything is waited for: what is brought into the editor meanwhile is not in this text.
    const made = open.madeOf(text);
    open.session.lock.check();
    await this.look(name);
    if (!made) {
      open.has(text, true);
    }
    this.changed.fire(name.uri);
    return prepareKeys(open, text, made ?? open.base);
  }

  /** Some edits were written, in their order from the first on. Texts are made of them from now on. */
  async written(
    name: ManyKeysName,
    { open, edits, text, bucketCreated }: PreparedKeys,
    revisions: readonly number[],
  ): Promise<void> {
    const inBucket = (change: (base: KeysAt) => KeysAt) => (base: KeysAt) =>
      base.bucketCreated === bucketCreated ? change(base) : base;
    // Undo may bring back what was before: that is another change from now on.
    open.saved(
      revisions.length === edits.length ? text : undefined,
      inBucket((base) => withWritten(base, edits, revisions)),
    );
    this.keep(name.uri, open);
    await this.lookAfterwards(name);
    this.changed.fire(name.uri);
  }

  /** Looks at what was written. It is written, whether it can be read back just now or not: then the text is stale. */
  async lookAfterwards(name: ManyKeysName): Promise<void> {
    const looking = this.look(name);
    this.inBackground(`read the keys of ${name.name}`, looking);
    await Promise.allSettled([looking]);
  }

  /**
   * The text of the editor with some keys as the server has them: those that others changed elsewhere, where none
   * are named. The editor is expected to get it. Undefined where nothing is known, or the text cannot be read.
   */
  merge(name: ManyKeysName, keys?: readonly string[]): string | undefined {
    const open = this.find(name.uri);
    const wanted = keys ?? open?.sideOf(open.edits).theirs ?? [];
    const merged = open?.merged(wanted);
    if (!open || !merged) {
      return undefined;
    }
    if (merged.text === open.edited.text) {
      this.rebase(name, open, merged.base);
    } else {
      open.expect(merged);
    }
    return merged.text;
  }

  /**
   * The text stands for a key over the `revision` that was shown of the server's, 0 for no value. Nothing happens
   * where the server has another by now: that is a conflict of its own.
   */
  keepMine(name: ManyKeysName, key: string, revision: number): void {
    const open = this.find(name.uri);
    const base = open?.baseWith([key]);
    if (open && base && revision === open.revisionOf(key)) {
      this.rebase(name, open, base);
    }
  }

  /** Has those who follow a document look at it once more. */
  tell({ uri }: Pick<ManyKeysName, 'uri'>): void {
    this.changed.fire(uri);
  }

  close(uri: string): void {
    this.open.get(uri)?.store.dispose();
    this.open.delete(uri);
    this.inBackground('forget what a document was made of', this.memory.forget(uri));
  }

  dispose(): void {
    this.open.forEach(({ store }) => store.dispose());
    this.store.dispose();
  }

  private begin(name: ManyKeysName): OpenManyKeys {
    const known = this.find(name.uri);
    if (known) {
      return known;
    }
    const { address } = name;
    const session = this.connections.get(address.connectionId);
    if (!session) {
      throw new KvError(
        'notFound',
        t('there is no connection "{0}" any more', address.connectionId),
      );
    }
    const store = new DisposableStore();
    const follower = store.add(new BucketFollower(session, address.bucket));
    const open = new OpenManyKeys(address, name.name, session, follower.freshness);
    store.add(follower.freshness.onDidChange(() => this.changed.fire(name.uri)));
    const isOurs = matcherOf(address.scope);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const lookSoon = (): void => {
      open.isFresh = false;
      timer ??= setTimeout(() => {
        timer = undefined;
        if (session.linkIfUp) {
          this.inBackground(`read the keys of ${address.bucket}`, this.look(name));
        }
      }, gatherMs);
    };
    store.add(
      follower.onDidChange((changes) => changes.some(({ key }) => isOurs(key)) && lookSoon()),
    );
    store.add(follower.onDidReturn(lookSoon));
    store.add({ dispose: () => clearTimeout(timer) });
    this.open.set(name.uri, { open, store });
    this.inBackground(`follow ${address.bucket}`, follower.start());
    return open;
  }

  private async lookNow(name: ManyKeysName): Promise<void> {
    const open = this.begin(name);
    const connection = await open.session.connect();
    const { bucket, scope } = name.address;
    open.isFresh = true;
    const { signal } = new AbortController();
    try {
      const latest = await readKeys(connection, bucket, scope, signal);
      // A change that came meanwhile has another look to come.
      const wasFresh = open.isFresh;
      open.learn(latest, await atomicOf(connection, bucket));
      open.isFresh = wasFresh;
    } catch (error) {
      open.failed(messageOf(error));
      this.changed.fire(name.uri);
      throw error;
    }
    this.looked.fire(name.uri);
    this.changed.fire(name.uri);
  }

  private rebase({ uri }: ManyKeysName, open: OpenManyKeys, base: KeysAt): void {
    open.rebase(base);
    this.keep(uri, open);
    this.changed.fire(uri);
  }

  private keep(uri: string, { edited, base }: OpenManyKeys): void {
    const kept =
      edited.isUnsaved && base ? this.memory.keep(uri, edited.text, base) : this.memory.forget(uri);
    this.inBackground('keep what a document was made of', kept);
  }
}
