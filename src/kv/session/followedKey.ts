import { t } from '../base/l10n';
import { PacedRead, type ReadEnd } from '../base/pacedRead';
import {
  DisposableStore,
  Emitter,
  type Disposable,
  type Event,
  type Observable,
} from '../base/event';
import type { Entry, ExpectedRevision, WriteOutcome } from '../model/entry';
import { KvError } from '../model/errors';
import type { KeyAddress } from '../model/keyAddress';
import type { KvConnection } from '../model/kvConnection';
import type { KeyChange } from '../model/watch';
import type { BucketLook } from './bucketLooks';
import { BucketFollower, noLink, type FollowedSession, type Freshness } from './bucketFollower';
import { Certainty } from './certainty';
import { ExpiryTimer } from './expiryTimer';
import { askLeader } from './keyReading';
import { KnownMessage } from './knownMessage';

/** What a followed key needs of a session: this may be asked to connect, when a key is opened. */
export interface KeySession extends FollowedSession {
  connect(): Promise<KvConnection>;
}

/** What is known of the bucket of a followed key; asked each time. */
export interface FollowedBucket {
  /** The age at which the bucket lets go of every value, in milliseconds; 0 for never or not known. */
  readonly ttl: () => number;
  /** How many copies of it there are; undefined where that is not known. */
  readonly replicas: () => number | undefined;
}

/** An editor follows at most this often, so that a key written in a burst does not flood it. */
const pacing = { intervalMs: 100, retryDelaysMs: [250, 1_000, 2_000, 4_000, 8_000, 15_000] };
/** Answers of the leader in a row that must be behind what it told: a new one may have to catch up. */
const timesBehindForSure = 3;

/**
 * How a write of ours ended. `saved` with `isUnseen`: its revision is none that could follow what was
 * known, so the bucket had been made again a moment before, and whatever the key had there is replaced.
 */
export type KeyWrite =
  | Exclude<WriteOutcome, { readonly kind: 'saved' }>
  | { readonly kind: 'saved'; readonly revision: number; readonly isUnseen: boolean };

/**
 * Owns what the server has of one key, kept up to date by the bucket's watch once it was read. Changes
 * only through `load`, `confirm`, `write`, `know` and what the watch tells.
 *
 * One rule decides what is taken: nothing older than what was told. A read that follows a told revision
 * counts when it answers with at least that one, else the leader is asked, and asked again, for as
 * long as the link is there. 'Not found' counts from the leader only. After an outage, a new link or a
 * bucket that was made again, all that was known is read anew from the leader; until then `freshness`
 * tells since when it may be old, and `confirm` has to be awaited before anything is written.
 */
export class FollowedKey implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private readonly wasRead = this.store.add(new Emitter<void>());
  private readonly dated = this.store.add(new Emitter<Entry>());
  private readonly follower: BucketFollower;
  private readonly expiry: ExpiryTimer;
  private readonly reading: PacedRead;
  private readonly certainty: Certainty;
  private loading: Promise<void> | undefined;
  private readonly known = new KnownMessage();
  /** When the followed bucket was created; undefined where that is not known. */
  private bucketCreated: number | undefined;
  private writing = 0;
  /** The first read has failed: it is made again once the link or the bucket is back. */
  private isRefused = false;
  private mayLag = false;
  private disposed = false;

  /** The first read has come off, maybe after others that failed. */
  readonly onDidRead: Event<void> = this.wasRead.event;
  /** The server has something else than what was known. */
  readonly onDidChange: Event<void> = this.changed.event;
  /** The server told when what is known was stored. */
  readonly onDidDate: Event<Entry> = this.dated.event;
  /** Whether what is known is what the server has, else since when it may not be and why. */
  readonly freshness: Observable<Freshness>;

  constructor(
    readonly address: KeyAddress,
    private readonly session: KeySession,
    private readonly bucket: FollowedBucket,
    now: () => number = Date.now,
  ) {
    this.follower = this.store.add(new BucketFollower(session, address.bucket, now));
    this.certainty = this.store.add(new Certainty(this.follower.freshness, now));
    this.freshness = this.certainty.freshness;
    this.reading = this.store.add(
      new PacedRead(
        () => this.readOnce(),
        (error) => this.certainty.fail(error),
        pacing,
      ),
    );
    this.expiry = this.store.add(new ExpiryTimer(bucket.ttl, () => this.readSoon()));
    this.store.add(this.follower.onDidChange((changes) => this.hear(changes)));
    this.store.add(this.follower.onDidLook((look) => this.looked(look)));
    this.store.add(this.follower.onDidLose(() => this.certainty.lose()));
    this.store.add(this.follower.onDidReturn(() => this.comeBack()));
    this.store.add(this.follower.freshness.onDidChange(() => this.certainty.tell()));
    const look = (): void => void ((this.isDoubtful || this.isRefused) && this.readSoon());
    this.store.add(session.state.onDidChange(({ kind }) => kind === 'connected' && look()));
    this.store.add(session.onDidReplaceLink(look));
  }

  /** The last message of the key as far as it is known. */
  get entry(): Entry | undefined {
    return this.known.entry;
  }

  /** False for a write of ours whose time the server has not told: `entry.created` is this computer's. */
  get isDated(): boolean {
    return this.known.isDated;
  }

  /** When its value goes, in milliseconds since the epoch; undefined when never, as far as is known. */
  get expiresAt(): number | undefined {
    return this.expiry.at;
  }

  /** When the bucket was created that what is known is of; undefined where that is not known. */
  get createdOfBucket(): number | undefined {
    return this.bucketCreated;
  }

  /** Whether what is known may be of a time or of a bucket that is no more: `confirm` finds out. */
  get isDoubtful(): boolean {
    return this.known.isRead && this.certainty.isDoubtful;
  }

  /** Reads the key the first time, connecting where needed; later it is known without a request. */
  async load(): Promise<Entry | undefined> {
    const { mark } = this.certainty;
    this.loading ??= this.firstLoad().catch((error: unknown) => {
      this.loading = undefined;
      this.isRefused = true;
      const isChanged = mark !== this.certainty.mark;
      this.certainty.fail(error);
      if (isChanged) {
        // The bucket went or came back meanwhile: it may be there by now.
        this.readSoon();
      }
      throw error;
    });
    await this.loading;
    return this.entry;
  }

  /**
   * Asks the leader what it has, unless it said so in the last `maxAgeMs` and nothing speaks against
   * it. Throws when there is no link or no answer that can be true.
   */
  async confirm(maxAgeMs = 0): Promise<void> {
    if (!this.known.isRead || this.certainty.isFresh(maxAgeMs)) {
      return;
    }
    const link = this.session.linkIfUp;
    if (!link) {
      throw noLink(this.session);
    }
    if ((await this.readFromLeader(link)) === 'again') {
      this.readSoon();
      throw new KvError('unavailable', t('the server answers with less than it has told before'));
    }
  }

  /** Takes in what a write of ours has left on the server, or what was read back of one. */
  know(entry: Entry, isDated = false): void {
    if (this.known.wrote(entry, isDated)) {
      this.certainty.acknowledge();
      this.expiry.follow(this.entry);
    }
  }

  /**
   * Runs a write that replaces `expected`. After a conflict what is there is read from the leader, and
   * after an unknown outcome as soon as that can be; the rest of the result is for the caller to record.
   */
  async write(
    expected: ExpectedRevision,
    run: (connection: KvConnection) => Promise<WriteOutcome>,
  ): Promise<KeyWrite> {
    const connection = await this.session.connect();
    const before = Math.max(expected, this.follower.lastRevision ?? 0);
    this.writing++;
    try {
      const outcome = await run(connection);
      if (outcome.kind === 'saved') {
        return { ...outcome, isUnseen: this.isUnseen(outcome.revision, before) };
      }
      if (outcome.kind === 'unknown') {
        this.certainty.lose();
      } else {
        await this.readConflict(connection, outcome.revision ?? 0);
      }
      return outcome;
    } finally {
      this.writing--;
      if (this.isDoubtful || this.known.told > this.known.revision) {
        this.readSoon();
      }
    }
  }

  dispose(): void {
    this.disposed = true;
    this.store.dispose();
  }

  private async firstLoad(): Promise<void> {
    const connection = await this.session.connect();
    const { bucket, key } = this.address;
    const { mark } = this.certainty;
    const started = this.follower.start();
    // The follower tells that the bucket cannot be watched; the key is read all the same.
    started.catch(() => undefined);
    const entry = await connection.get(bucket, key);
    this.isRefused = false;
    this.bucketCreated = this.follower.created;
    this.known.read(entry);
    this.expiry.follow(entry);
    if (this.known.revision < this.known.told || mark !== this.certainty.mark) {
      await this.readFromLeader(connection);
    } else {
      this.known.raise(this.known.revision);
      this.certainty.confirm(mark);
    }
    this.wasRead.fire();
    started.then(
      (from) => this.checkStart(from),
      () => this.certainty.tell(),
    );
  }

  /**
   * Between the read and the watch's start something may have happened, and a copy of the bucket may
   * have answered that lags behind what a watch that was running had told before.
   */
  private checkStart(from: number | undefined): void {
    this.bucketCreated ??= this.follower.created;
    const isLatest = from !== undefined && this.known.told === from - 1;
    this.mayLag = from === undefined ? this.bucket.replicas() !== 1 : !isLatest;
    if (this.mayLag) {
      this.readSoon();
    }
  }

  /** What is known may have gone without a marker: only the leader knows. */
  private looked({ status, lost }: BucketLook): void {
    const { entry } = this;
    if (entry && (lost || entry.revision < status.firstRevision)) {
      this.mayLag = true;
      this.readSoon();
    }
  }

  private comeBack(): void {
    this.certainty.lose();
    const { created } = this.follower;
    if (
      created !== undefined &&
      this.bucketCreated !== undefined &&
      created !== this.bucketCreated
    ) {
      this.known.reset(0);
    }
    this.bucketCreated = created ?? this.bucketCreated;
    this.readSoon();
  }

  private hear(changes: readonly KeyChange[]): void {
    const change = changes.findLast((each) => each.key === this.address.key);
    if (!change) {
      return;
    }
    const isRead = this.known.isRead;
    const lesson = this.known.hear(change);
    if (lesson === 'dated') {
      this.wasDated();
    } else if (isRead && lesson === 'news' && this.writing === 0) {
      if (change.operation === 'PUT') {
        this.readSoon();
      } else {
        this.learn({ ...change, value: new Uint8Array(), headers: [] });
      }
    }
  }

  private readSoon(): void {
    if (this.known.isRead || this.isRefused) {
      this.reading.soon();
    }
  }

  /** Without a link there is nothing to do: it is read when there is one again. */
  private async readOnce(): Promise<ReadEnd> {
    const link = this.session.linkIfUp;
    if (!link) {
      return 'done';
    }
    if (!this.known.isRead) {
      await this.load();
      return 'done';
    }
    if (this.isDoubtful || this.mayLag) {
      return this.readFromLeader(link);
    }
    const { mark } = this.certainty;
    const { bucket, key } = this.address;
    const entry = await link.get(bucket, key);
    if (!entry || entry.revision < this.known.told || this.known.isOfOtherBucket(entry)) {
      return this.readFromLeader(link);
    }
    this.accept(entry, mark);
    return 'done';
  }

  private async readFromLeader(link: KvConnection): Promise<ReadEnd> {
    const { told } = this.known;
    const { mark, timesBehind } = this.certainty;
    const bounds = { told, created: this.bucketCreated };
    const answer = await askLeader(link, this.address, bounds);
    if (answer.kind === 'behind' && timesBehind + 1 < timesBehindForSure) {
      this.certainty.answeredBehind();
      return 'again';
    }
    if (answer.kind === 'entry') {
      this.bucketCreated = answer.created ?? this.bucketCreated;
    }
    // What was told while it was asked is newer than the answer.
    if (this.known.told === told) {
      this.known.reset(answer.entry?.revision ?? 0);
    }
    this.mayLag = false;
    this.accept(answer.entry, mark);
    return 'done';
  }

  private accept(entry: Entry | undefined, mark: number): void {
    if (!this.disposed) {
      this.known.raise(entry?.revision ?? 0);
      this.learn(entry);
      this.certainty.confirm(mark);
    }
  }

  /** Waits for what is in the way of a write; when it cannot be read now, `freshness` tells. */
  private async readConflict(connection: KvConnection, revision: number): Promise<void> {
    this.known.raise(revision);
    try {
      await this.readFromLeader(connection);
    } catch (error) {
      this.certainty.fail(error);
    }
  }

  private isUnseen(revision: number, before: number): boolean {
    const isUnseen = revision <= before;
    if (isUnseen) {
      this.known.reset(0);
      this.certainty.lose();
    }
    return isUnseen;
  }

  private learn(entry: Entry | undefined): void {
    if (this.disposed) {
      return;
    }
    const lesson = this.known.learn(entry);
    if (lesson === 'dated') {
      this.wasDated();
    } else if (lesson === 'news') {
      this.changed.fire();
    }
    this.expiry.follow(this.entry);
  }

  private wasDated(): void {
    this.expiry.follow(this.entry);
    if (this.entry) {
      this.dated.fire(this.entry);
    }
  }
}
