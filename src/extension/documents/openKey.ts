import type { WatchHold } from '../../kv/bucketWatch';
import type { ConnectionSession } from '../../kv/connectionSession';
import type { Entry } from '../../kv/entry';
import { isKvError, KvError } from '../../kv/errors';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../kv/event';
import type { KeyChange } from '../../kv/watch';
import type { KeyAddress } from './keyUri';
import { KeyDocument, type SavePlan } from './keyDocument';

/** How a save or write of a document ended, when it did not throw. */
export type SaveResult =
  | { readonly kind: 'saved'; readonly revision: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'declined' };

/** Asks whether a key that is gone shall be written again. */
export type AskToRecreate = (key: string, revision: number) => Promise<boolean>;

/** An editor follows at most this often, so that a key written in a burst does not flood it. */
const followInterval = 100;

/**
 * Owns one key that is open in an editor or just being read: its document, its hold on the bucket's
 * watch, and its reads and writes. `onDidChange` tells that the server has a newer version.
 */
export class OpenKey implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly link = new DisposableStore();
  private following: { hold: WatchHold; subscription: Disposable } | undefined;
  private loading: Promise<KeyDocument> | undefined;
  private known: KeyDocument | undefined;
  private writing = 0;
  /** The latest revision that the watch told while a write of ours was on its way. */
  private heard = 0;
  private refreshing: 'no' | 'yes' | 'again' = 'no';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;

  readonly onDidChange: Event<void> = this.changed.event;

  constructor(
    readonly address: KeyAddress,
    private readonly session: ConnectionSession,
    private readonly baseRevision: number | undefined,
  ) {
    this.link.add(session.onDidReplaceLink(() => this.linkReplaced()));
  }

  /** The document, once it has been loaded. */
  get document(): KeyDocument | undefined {
    return this.known;
  }

  /** Reads the key the first time; later calls give the same document without a request. */
  load(): Promise<KeyDocument> {
    this.loading ??= this.firstLoad().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  /** Writes the bytes of an editor's save by compare-and-swap. */
  async save(bytes: Uint8Array, ask: AskToRecreate): Promise<SaveResult> {
    const document = await this.load();
    let result: SaveResult | undefined;
    try {
      result = await this.carryOut(document.planSave(bytes), document, bytes, true, ask);
      return result;
    } finally {
      if (result?.kind !== 'saved' && result?.kind !== 'nothing') {
        document.saveFailed();
      }
    }
  }

  /** Writes bytes that no text editor shows, replacing the revision that their writer `read`. */
  async write(bytes: Uint8Array, read: number | undefined): Promise<SaveResult> {
    const document = await this.load();
    const plan = document.planWrite(bytes, read);
    return this.carryOut(plan, document, bytes, false, () => Promise.resolve(true));
  }

  /** Leaves a delete marker on the version that is known. False: it had changed meanwhile. */
  async delete(): Promise<boolean> {
    const document = await this.load();
    const connection = await this.session.connect();
    const { bucket, key } = this.address;
    const expected = document.latest.revision;
    const outcome = await connection.delete(bucket, key, { expected });
    await this.refreshNow();
    return outcome.kind === 'saved';
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.unfollow();
    this.link.dispose();
    this.changed.dispose();
  }

  private async firstLoad(): Promise<KeyDocument> {
    const connection = await this.session.connect();
    this.follow();
    const entry = await connection.get(this.address.bucket, this.address.key);
    this.known = new KeyDocument(entry, this.baseRevision);
    return this.known;
  }

  private async carryOut(
    plan: SavePlan,
    document: KeyDocument,
    bytes: Uint8Array,
    byEditor: boolean,
    ask: AskToRecreate,
  ): Promise<SaveResult> {
    switch (plan.kind) {
      case 'nothing':
        if (byEditor) {
          document.savedNothing();
        }
        return { kind: 'nothing' };
      case 'conflict':
        return { kind: 'conflict' };
      case 'deleted':
        return (await ask(this.address.key, plan.expected))
          ? this.put(document, bytes, plan.expected, byEditor)
          : { kind: 'declined' };
      case 'put':
        return this.put(document, bytes, plan.expected, byEditor);
    }
  }

  private async put(
    document: KeyDocument,
    bytes: Uint8Array,
    expected: number,
    byEditor: boolean,
  ): Promise<SaveResult> {
    this.writing++;
    this.heard = 0;
    try {
      const { bucket, key } = this.address;
      const connection = await this.session.connect();
      const outcome = await connection.put(bucket, key, bytes, { expected });
      if (outcome.kind === 'saved') {
        document.saved(outcome.revision, bytes, byEditor);
        return outcome;
      }
      if (outcome.kind === 'conflict') {
        await this.refreshNow();
        return { kind: 'conflict' };
      }
      this.heard = Infinity;
      throw unknownOutcome(outcome.reason);
    } finally {
      this.writeEnded();
    }
  }

  private follow(): void {
    const watch = this.session.watch(this.address.bucket);
    if (!watch || this.following || this.disposed) {
      return;
    }
    const wasRunning = watch.isHeld;
    const hold = watch.hold();
    const subscription = watch.onDidChange((changes) => this.take(changes));
    this.following = { hold, subscription };
    hold.from.then(
      (from) => {
        // What happened between the first read and the watch's start is read once more.
        const latest = this.known?.latest.revision;
        if (!wasRunning && latest !== from - 1) {
          this.refreshSoon();
        }
      },
      () => {
        // The bucket cannot be watched: the watch's state says so, and the editor stays as read.
        this.unfollow();
      },
    );
  }

  private unfollow(): void {
    this.following?.subscription.dispose();
    this.following?.hold.dispose();
    this.following = undefined;
  }

  private linkReplaced(): void {
    this.unfollow();
    if (this.known) {
      this.follow();
      this.refreshSoon();
    }
  }

  private take(changes: readonly KeyChange[]): void {
    const change = changes.findLast((each) => each.key === this.address.key);
    const known = this.known?.latest.revision;
    if (!change || known === undefined || change.revision <= known) {
      return;
    }
    if (this.writing > 0) {
      this.heard = change.revision;
    } else if (change.operation === 'PUT') {
      this.refreshSoon();
    } else {
      this.learn({ ...change, value: new Uint8Array(), headers: [] });
    }
  }

  /** Reads the key again, soon and not too often. */
  private refreshSoon(): void {
    if (this.refreshing !== 'no') {
      this.refreshing = 'again';
      return;
    }
    this.refreshing = 'yes';
    void this.refreshLoop();
  }

  /** What was heard during a write is mostly that write; only what came after it is read. */
  private writeEnded(): void {
    this.writing--;
    if (this.writing === 0 && this.heard > (this.known?.latest.revision ?? Infinity)) {
      this.refreshSoon();
    }
  }

  private async refreshLoop(): Promise<void> {
    try {
      await this.refreshNow();
    } catch (error) {
      // Offline or denied: the connection's state says so; the watch tells again after a resume.
      if (isKvError(error, 'notFound')) {
        this.learn(undefined);
      }
    }
    if (!this.disposed) {
      this.timer = setTimeout(() => {
        const again = this.refreshing === 'again';
        this.refreshing = 'no';
        if (again) {
          this.refreshSoon();
        }
      }, followInterval);
    }
  }

  private async refreshNow(): Promise<void> {
    const connection = await this.session.connect();
    const entry = await connection.get(this.address.bucket, this.address.key);
    this.learn(entry);
  }

  private learn(entry: Entry | undefined): void {
    const { known } = this;
    if (!this.disposed && known?.learn(entry)) {
      this.changed.fire();
    }
  }
}

function unknownOutcome(reason: string): KvError {
  return new KvError(
    'timeout',
    `${reason}, so it is not known whether the value was written; ` +
      'save again when the connection is back',
  );
}
