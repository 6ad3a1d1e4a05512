import { t } from '../base/l10n';
import type { BucketStatus, UnavailableBucket } from '../model/bucket';
import { ObservableValue, type Disposable, type Observable } from '../base/event';
import { KvError, toKvError, type KvErrorKind } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';

/** Why the list could not be read again, and since when it is as it is (milliseconds since the epoch). */
interface Staleness {
  readonly since: number;
  readonly error: KvError;
}

/**
 * The list of buckets as far as it is known. One that was read stays, whatever becomes of reading it
 * again; `stale` while that fails.
 */
export type BucketsState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'loaded';
      readonly buckets: readonly BucketStatus[];
      readonly stale?: Staleness;
      /** Those that are there but cannot be used now. */
      readonly unavailable?: readonly UnavailableBucket[];
    }
  | { readonly kind: 'failed'; readonly error: KvError };

/** Where the list is read from. */
export interface BucketSource {
  /** The link, made where there is none. */
  connect(): Promise<KvConnection>;
  /** The link while it is up. */
  linkIfUp(): KvConnection | undefined;
}

/** Waits between two attempts to read the list again, in milliseconds; the last one is repeated. */
const retryDelays = [1_000, 2_000, 4_000, 8_000, 15_000];
/** Waits before buckets count as gone that are not listed any more though nobody told of their end. */
const secondLooks = [1_000, 2_000];
/** Of more buckets the list takes too many requests to be looked at without being asked for. */
const mostLookedAt = 1_024;

/** What is no matter of the list: it is read again when there is a link. */
const aboutTheLink: readonly KvErrorKind[] = [
  'disconnected',
  'authFailed',
  'noSecret',
  'cancelled',
  'invalidUrl',
];

/**
 * Owns the list of a connection's buckets; changes only through `load`, `put`, `clear` and what it
 * reads by itself. While the link is up a list that could not be read is read again with back-off until it is:
 * a server stalls, a meta leader dies, JetStream is enabled and rights are given while one waits. An
 * answer that lacks buckets whose end nobody told is believed only when the next ones say the same: a
 * cluster may list none, or some, while it elects its leaders.
 */
export class BucketList implements Disposable {
  private readonly stateValue = new ObservableValue<BucketsState>({ kind: 'idle' });
  private readonly gone = new Set<string>();
  private run = 0;
  /** The run that is under way; 0 for none. */
  private reading = 0;
  private failures = 0;
  private looks = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What was read of single buckets since the list was begun. */
  private readonly newer = new Map<string, BucketStatus | undefined>();
  readonly state: Observable<BucketsState> = this.stateValue;

  constructor(private readonly source: BucketSource) {}

  /** Reads the list, connecting first where needed. Failures are told by `state`. */
  load(): Promise<void> {
    if (this.stateValue.current.kind !== 'loaded') {
      this.stateValue.set({ kind: 'loading' });
    }
    return this.read(() => this.source.connect());
  }

  /** Reads the list over another link; what is told of the last attempt stays meanwhile. */
  async read(connect: () => Promise<KvConnection>): Promise<void> {
    await this.readAndTake(connect, (state) => this.stateValue.set(state));
  }

  /**
   * Reads a list that was read before once more, telling only what is new: one request for each 256
   * buckets. A list that is long, or is being read again anyway, is left alone.
   */
  async look(): Promise<void> {
    const link = this.source.linkIfUp();
    const { current } = this.stateValue;
    const isCheap = current.kind === 'loaded' && current.buckets.length <= mostLookedAt;
    if (link && isCheap && !current.stale && this.reading === 0) {
      await this.readAndTake(
        () => Promise.resolve(link),
        (state) => {
          if (wordsOf(state) !== wordsOf(this.stateValue.current)) {
            this.stateValue.set(state);
          }
        },
      );
    }
  }

  private async readAndTake(
    connect: () => Promise<KvConnection>,
    tell: (state: BucketsState) => void,
  ): Promise<void> {
    const run = ++this.run;
    this.reading = run;
    this.newer.clear();
    this.stopTimer();
    try {
      const connection = await connect();
      const unavailable: UnavailableBucket[] = [];
      const onUnavailable = (bucket: UnavailableBucket) => unavailable.push(bucket);
      const buckets = await connection.listBuckets({ onUnavailable });
      if (run === this.run) {
        this.take(this.withNewer(buckets), unavailable, tell);
      }
    } catch (error) {
      if (run === this.run) {
        this.fail(toKvError(error));
      }
    } finally {
      if (this.reading === run) {
        this.reading = 0;
      }
    }
  }

  /** Reads the list again where it was read before and the link is up. */
  async readAgain(): Promise<void> {
    const link = this.source.linkIfUp();
    if (link && this.stateValue.current.kind !== 'idle') {
      await this.read(() => Promise.resolve(link));
    }
  }

  /** A bucket is known to be gone: the next list may lack it. */
  expectGone(bucket: string): void {
    this.gone.add(bucket);
  }

  /** Takes what was read of one bucket; undefined when it is gone. */
  put(bucket: string, status: BucketStatus | undefined): void {
    const { current } = this.stateValue;
    // A list that is being read may be older than this.
    this.newer.set(bucket, status);
    if (!status) {
      this.expectGone(bucket);
    }
    if (current.kind === 'loaded') {
      this.stateValue.set({ ...current, buckets: this.withNewer(current.buckets) });
    }
  }

  private withNewer(listed: readonly BucketStatus[]): BucketStatus[] {
    const buckets = new Map<string, BucketStatus | undefined>(
      listed.map((status) => [status.name, status]),
    );
    this.newer.forEach((status, name) => buckets.set(name, status));
    return [...buckets.values()]
      .filter((status) => status !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Forgets the list; one that is being read is not waited for any more. */
  clear(): void {
    this.run++;
    this.stopTimer();
    this.gone.clear();
    this.failures = 0;
    this.looks = 0;
    this.stateValue.set({ kind: 'idle' });
  }

  dispose(): void {
    this.run++;
    this.stopTimer();
    this.stateValue.dispose();
  }

  private take(
    buckets: readonly BucketStatus[],
    unavailable: readonly UnavailableBucket[],
    tell: (state: BucketsState) => void,
  ): void {
    this.failures = 0;
    const told = new Set(unavailable.map(({ name }) => name));
    const missing = this.missingFrom(buckets).filter(({ name }) => !told.has(name));
    const others = unavailable.length > 0 ? { unavailable } : {};
    const wait = missing.length > 0 ? secondLooks[this.looks] : undefined;
    if (wait === undefined) {
      this.looks = 0;
      this.gone.clear();
      tell({ kind: 'loaded', buckets, ...others });
      return;
    }
    this.looks++;
    const all = [...buckets, ...missing].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.keep(
      all,
      new KvError('unavailable', t('the server does not list {0}', describe(missing))),
    );
    this.schedule(wait);
  }

  /** What was known and is not listed, but for buckets that are known to be gone. */
  private missingFrom(buckets: readonly BucketStatus[]): BucketStatus[] {
    const { current } = this.stateValue;
    const known = current.kind === 'loaded' ? current.buckets : [];
    const listed = new Set(buckets.map(({ name }) => name));
    return known.filter(({ name }) => !listed.has(name) && !this.gone.has(name));
  }

  private fail(error: KvError): void {
    const { current } = this.stateValue;
    if (current.kind === 'loaded') {
      this.keep(current.buckets, error);
    } else {
      this.stateValue.set({ kind: 'failed', error });
    }
    if (!aboutTheLink.includes(error.kind)) {
      const last = retryDelays.length - 1;
      this.schedule(retryDelays[Math.min(this.failures++, last)] ?? 0);
    }
  }

  private keep(buckets: readonly BucketStatus[], error: KvError): void {
    const { current } = this.stateValue;
    const before = current.kind === 'loaded' ? current.stale : undefined;
    const stale = { since: before?.since ?? Date.now(), error };
    this.stateValue.set({ kind: 'loaded', buckets, stale });
  }

  private schedule(wait: number): void {
    this.timer = setTimeout(() => void this.readAgain(), wait);
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

/** What a state tells, but for what is another each time it is asked. */
function wordsOf(state: BucketsState): string {
  const passing = ['asOf', 'active'];
  return JSON.stringify(state, (name, value: unknown) =>
    passing.includes(name) ? undefined : value,
  );
}

function describe(missing: readonly BucketStatus[]): string {
  const [only] = missing;
  return missing.length === 1 && only
    ? only.name
    : t('{0} buckets that were there', missing.length);
}
