import { t } from '../../kv/base/l10n';
import { DisposableStore, Emitter, type Disposable } from '../../kv/base/event';
import type { Background } from '../../kv/base/background';
import { editsOf, type KeyEdit } from '../../kv/manyKeys/changes';
import { matcherOf, readKeys } from '../../kv/manyKeys/readKeys';
import { readManyKeys } from '../../kv/manyKeys/readText';
import { KvError } from '../../kv/model/errors';
import { BucketFollower } from '../../kv/session/bucketFollower';
import type { Connections } from '../../kv/session/connections';
import type { ManyKeysMemory } from './manyKeysMemory';
import type { ManyKeysAddress } from './manyKeysUri';
import { entryOf, OpenManyKeys } from './openManyKeys';
import { atomicOf, conflictText, markersOf } from './serverFacts';

/** Changes that come together are read together, after so many milliseconds. */
const gatherMs = 200;

/** A document as it is named: its URI as text, what it holds, and what it is called. */
export interface ManyKeysName {
  readonly uri: string;
  readonly address: ManyKeysAddress;
  readonly name: string;
}

/** What a save would write. */
export interface PreparedKeys {
  readonly open: OpenManyKeys;
  readonly edits: readonly KeyEdit[];
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
  private readonly open = new Map<string, Followed>();
  private readonly looking = new Map<string, Promise<void>>();

  /** What is known of a document has changed, by its URI. */
  readonly onDidChange = this.changed.event;

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
    if (open.latest && !isOpen) {
      open.edited = { text: open.serverText, isUnsaved: false };
      open.rebase(open.latest);
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

  /** Says what text the editor has, and whether it is unsaved. What it is made of is kept over restarts. */
  editorHas(name: ManyKeysName, text: string, isUnsaved: boolean): void {
    const open = this.find(name.uri);
    if (open?.has(text, isUnsaved)) {
      this.changed.fire(name.uri);
    }
    if (open) {
      this.inBackground('keep what a document was made of', this.keep(name.uri, open));
    }
  }

  /** A text that came back with the window is made of what it was made of before. */
  async restore(name: ManyKeysName, text: string): Promise<void> {
    const open = this.begin(name);
    const kept = await this.memory.find(name.uri);
    open.edited = { text: '', isUnsaved: true };
    open.has(text, true);
    open.base = undefined;
    if (kept) {
      open.rebase(kept);
    }
    await this.look(name);
    open.has(text, true);
    this.changed.fire(name.uri);
  }

  /**
   * What a text writes, after a look at the server. Throws where it cannot be saved: `invalidConfig` for the
   * text, `server` for keys that others have changed too.
   */
  async prepare(name: ManyKeysName, text: string): Promise<PreparedKeys> {
    const open = this.begin(name);
    const { session, address } = open;
    session.lock.check();
    await this.look(name);
    open.has(text, true);
    const { base, latest } = open;
    if (!base || !latest) {
      throw new KvError('server', t('it is not known any more what this text was made of'));
    }
    const { keys, problems } = readManyKeys(text);
    const [problem] = problems;
    if (problem) {
      const line = text.slice(0, problem.offset).split('\n').length;
      throw new KvError('invalidConfig', t('line {0}: {1}', line, problem.message));
    }
    const isOurs = matcherOf(address.scope);
    const stray = keys.find(({ key }) => !base.entries.has(key) && !isOurs(key));
    if (stray) {
      throw new KvError(
        'invalidConfig',
        t('"{0}" is none of the keys of this document', stray.key),
      );
    }
    const made = keys.flatMap(({ key }) => (base.entries.has(key) ? [] : [key]));
    const markers = await markersOf(await session.connect(), address.bucket, made);
    const edits = editsOf(base.entries, keys, (key) => markers.get(key) ?? 0);
    const { conflicts, remade } = open.sideOf(edits);
    if (remade) {
      throw new KvError(
        'server',
        t('{0} was deleted and made again; nothing was sent', address.bucket),
      );
    }
    if (conflicts.length > 0) {
      this.changed.fire(name.uri);
      throw new KvError('server', conflictText(conflicts));
    }
    // What others have written just so needs no write.
    const needed = edits.filter((edit) => latestIs(open, edit));
    return { open, edits: needed };
  }

  /** Some edits were written, in their order from the first on. The text is made of them from now on. */
  async written(
    name: ManyKeysName,
    { open, edits }: PreparedKeys,
    revisions: readonly number[],
  ): Promise<void> {
    const entries = new Map(open.base?.entries);
    edits.slice(0, revisions.length).forEach((edit, at) => {
      const entry = entryOf(edit, revisions[at]);
      if (entry) {
        entries.set(entry.key, entry);
      } else {
        entries.delete(edit.change.key);
      }
    });
    // Undo may bring back what was before: that is another change from now on.
    open.forgetTexts();
    if (open.base) {
      open.rebase({ ...open.base, entries, revision: Math.max(open.base.revision, ...revisions) });
    }
    await this.look(name);
    // As the server tells them: with their times.
    const told = edits.flatMap(({ change }, at) => {
      const entry = open.latest?.entries.get(change.key);
      return entry && entry.revision === revisions[at] ? [change.key] : [];
    });
    const base = open.baseWith(told);
    if (base) {
      open.rebase(base);
    }
    this.changed.fire(name.uri);
  }

  /** The text with what others changed elsewhere in it, and of the keys `theirs` what they have. */
  merge(name: ManyKeysName, theirs: readonly string[] = []): string | undefined {
    const open = this.find(name.uri);
    if (!open?.base || !open.latest) {
      return undefined;
    }
    const side = open.sideOf(open.edits);
    const taken = new Set([...(theirs.length > 0 ? [] : side.theirs), ...theirs]);
    const base = open.baseWith(taken);
    if (!base) {
      return undefined;
    }
    const entries = new Map(base.entries);
    for (const edit of open.edits.filter(({ change }) => !taken.has(change.key))) {
      const entry = entryOf(edit, edit.before?.revision);
      if (entry) {
        entries.set(entry.key, entry);
      } else {
        entries.delete(edit.change.key);
      }
    }
    const text = open.textOf({ entries, revision: base.revision });
    // The own text may come back by Undo, with what it was made of.
    open.remember(open.edited.text, open.base);
    open.remember(text, base);
    return text;
  }

  /** The text stands for these keys, whatever the server has of them now. */
  keepMine(name: ManyKeysName, keys: readonly string[]): void {
    const open = this.find(name.uri);
    const base = open?.baseWith(keys);
    if (open && base) {
      open.rebase(base);
      this.changed.fire(name.uri);
      this.inBackground('keep what a document was made of', this.keep(name.uri, open));
    }
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
    const open = new OpenManyKeys(address, name.name, session);
    const store = new DisposableStore();
    const follower = store.add(new BucketFollower(session, address.bucket));
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
      open.isFresh = false;
      throw error;
    }
    this.changed.fire(name.uri);
  }

  private async keep(uri: string, open: OpenManyKeys): Promise<void> {
    await (open.edited.isUnsaved && open.base
      ? this.memory.keep(uri, open.base)
      : this.memory.forget(uri));
  }
}

function latestIs({ base, latest }: OpenManyKeys, { change: { key } }: KeyEdit): boolean {
  return base?.entries.get(key)?.revision === latest?.entries.get(key)?.revision;
}
