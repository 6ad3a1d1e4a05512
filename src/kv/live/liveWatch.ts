import type { Entry } from '../model/entry';
import { isPassing, toKvError, type KvError } from '../model/errors';
import {
  DisposableStore,
  Emitter,
  ObservableValue,
  type Disposable,
  type Observable,
} from '../base/event';
import type { KvConnection } from '../model/kvConnection';
import type { Watch, WatchState } from '../model/watch';
import { BucketReturn } from './bucketReturn';
import { currentValues } from './currentValues';
import { ChangeMaker } from './changeMaker';
import { ChangeOrigins } from './changeOrigins';
import { subjectPattern } from '../keys/keyPattern';
import type { LiveWatchSpec } from './liveChange';
import type { LiveBatch, LiveSource, LiveWatchOptions } from './liveSource';
import { watchFrom } from './liveStart';
import { compareBuckets, isFinal, type LiveBookmark, type LiveState } from './liveState';

/** A request that got no answer over a link that works is made again after that. */
const retryMs = 2_000;
/** A watch that resumes for no longer than that, over a link that works, had no outage. */
const momentMs = 1_000;

/**
 * Owns one watch of the live panel; changes only through what its link tells, `restart` and
 * `dispose`. It has a watch with values of its own on the server, one for each bucket and filter: the
 * one that tree and editors share carries no values, which would cost them on every change.
 */
export class LiveWatch implements Disposable {
  private readonly store = new DisposableStore();
  private readonly stateValue = this.store.add(
    new ObservableValue<LiveState>({ kind: 'starting' }),
  );
  private readonly received = this.store.add(new Emitter<LiveBatch>());
  private readonly maker: ChangeMaker;
  private run = new AbortController();
  private connection: KvConnection | undefined;
  private watch: Watch<Entry> | undefined;
  private place: LiveBookmark | undefined;
  private readonly origins = new ChangeOrigins();
  private lostAt: number | undefined;
  /** Whether the link itself was lost since it was live last. */
  private wasUnlinked = false;
  /** Set while it waits to begin again: for the link, or for the time that `retry` stands for. */
  private isWaiting = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  /** How far current values have been told, so that none is told twice when the link breaks meanwhile. */
  private currentUpTo = 0;
  /** When another bucket of the same name took the place of the one that was watched. */
  private recreatedAt: number | undefined;
  private bucketReturn: BucketReturn | undefined;

  readonly state: Observable<LiveState> = this.stateValue;
  readonly onDidReceive = this.received.event;

  constructor(
    private readonly source: LiveSource,
    readonly spec: LiveWatchSpec,
    private readonly options: LiveWatchOptions,
  ) {
    this.maker = new ChangeMaker(spec, options.id, this.origins);
    this.place = options.bookmark;
    this.store.add(source.hold());
    this.store.add(source.state.onDidChange(() => this.sourceChanged()));
    this.store.add(source.onDidReplaceLink(() => void this.linkReplaced()));
    void this.begin();
  }

  /** How far it has told; undefined before the bucket was seen. */
  get bookmark(): LiveBookmark | undefined {
    return this.place;
  }

  /** Tries again what had failed, without a gap, or looks for the bucket that is gone. */
  restart(): void {
    if (this.stateValue.current.kind !== 'gone') {
      this.stateValue.set({ kind: 'starting' });
    }
    void this.begin();
  }

  dispose(): void {
    clearTimeout(this.retry);
    this.bucketReturn?.dispose();
    this.run.abort();
    this.watch?.dispose();
    this.store.dispose();
  }

  private sourceChanged(): void {
    this.wasUnlinked ||= this.source.state.current.kind !== 'connected';
    if (this.isWaiting && this.source.state.current.kind === 'connected') {
      void this.begin();
    }
    this.tellState();
  }

  private async linkReplaced(): Promise<void> {
    if (this.stateValue.current.kind === 'failed') {
      return;
    }
    const { signal } = this.run;
    const connection = await this.source.connect().catch(() => undefined);
    // The session tells this too when a bucket went: then the link is the same.
    if (!signal.aborted && connection && connection !== this.connection) {
      await this.begin();
    }
  }

  private async begin(): Promise<void> {
    clearTimeout(this.retry);
    this.bucketReturn?.dispose();
    this.isWaiting = false;
    this.run.abort();
    this.watch?.dispose();
    this.watch = undefined;
    const run = new AbortController();
    this.run = run;
    try {
      await this.follow(run.signal);
    } catch (error) {
      if (!run.signal.aborted) {
        this.stopped(toKvError(error));
      }
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { bucket } = this.spec;
    const connection = await this.source.connect();
    if (signal.aborted) {
      return;
    }
    this.connection = connection;
    const { created, lastRevision } = await connection.bucketStatus(bucket, { signal });
    if (signal.aborted) {
      return;
    }
    const now = { created, revision: lastRevision };
    const found = compareBuckets(this.place, now, this.stateValue.current.kind === 'gone');
    if (found === 'behind') {
      this.beGone();
      return;
    }
    if (found === 'other') {
      this.startAnew(created);
    }
    const { place, spec } = this;
    this.origins.set(place ? 'caughtUp' : 'stored', lastRevision);
    if (!place && spec.start.kind === 'current') {
      await this.tellCurrent(connection, now, signal);
    }
    const options = place ? { from: place.revision + 1 } : watchFrom(spec.start, lastRevision);
    if (!signal.aborted) {
      this.place ??= { created, revision: options.from - 1 };
      const { filter } = subjectPattern(spec.filter);
      this.open(connection.watch(bucket, { ...options, filters: [filter], values: true }));
    }
  }

  /** Another bucket has the name now: all that is in it came after what was told. */
  private startAnew(created: number): void {
    this.place = { created, revision: 0 };
    this.recreatedAt = this.options.now();
    this.lostAt = undefined;
    this.maker.forget();
  }

  private async tellCurrent(
    connection: KvConnection,
    { revision: upTo }: LiveBookmark,
    signal: AbortSignal,
  ): Promise<void> {
    const { bucket, filter } = this.spec;
    const limit = this.options.maxCurrent;
    const from = this.currentUpTo;
    const request = { bucket, ...subjectPattern(filter), from, upTo, limit, signal };
    for await (const { entries, skipped } of currentValues(connection, request)) {
      if (signal.aborted) {
        return;
      }
      this.tell(entries, from === 0 ? skipped : 0);
      // All of a chunk may have changed since it was listed: that takes nothing back.
      this.currentUpTo = entries.at(-1)?.revision ?? this.currentUpTo;
    }
  }

  private open(watch: Watch<Entry>): void {
    this.watch = watch;
    if (isFinal(this.stateValue.current)) {
      this.stateValue.set({ kind: 'starting' });
    }
    watch.onDidChange((entries) => this.tell(entries));
    watch.state.onDidChange((state) => this.watchChanged(state));
    this.watchChanged(watch.state.current);
  }

  private watchChanged(state: WatchState): void {
    switch (state.kind) {
      case 'resuming':
        this.lostAt ??= state.since;
        this.origins.miss();
        break;
      case 'live':
        this.isLive();
        break;
      case 'failed':
        this.stopped(state.error);
        return;
      case 'gone':
        this.beGone();
        return;
      case 'starting':
        break;
    }
    this.tellState();
  }

  private isLive(): void {
    const { lostAt } = this;
    const wasLong = lostAt !== undefined && this.options.now() - lostAt > momentMs;
    if (this.origins.isOpen && (wasLong || this.wasUnlinked)) {
      void this.origins.close(this.lastRevision());
    } else if (this.origins.isOpen) {
      this.origins.set('live', 0);
    }
    this.wasUnlinked = false;
    this.lostAt = undefined;
  }

  private async lastRevision(): Promise<number> {
    const { signal } = this.run;
    const status = await this.connection?.bucketStatus(this.spec.bucket, { signal });
    return status?.lastRevision ?? 0;
  }

  private tell(entries: readonly Entry[], skipped = 0): void {
    const changes = this.maker.changes(entries, this.options.now());
    const last = entries.at(-1);
    if (last && this.place) {
      this.place = { ...this.place, revision: last.revision };
    }
    if (changes.length > 0 || skipped > 0) {
      this.received.fire({ changes, skipped });
    }
  }

  /** Without a link the session makes another one; anything else ends the watch. */
  private stopped(error: KvError): void {
    if (error.kind === 'notFound') {
      this.beGone();
    } else if (isPassing(error)) {
      this.connection = undefined;
      this.lostAt ??= this.options.now();
      this.isWaiting = true;
      clearTimeout(this.retry);
      // A connection that was given up on purpose must not be made again for this.
      this.retry = setTimeout(() => this.sourceChanged(), retryMs);
      this.tellState();
    } else {
      this.stateValue.set({ kind: 'failed', error });
    }
  }

  private beGone(): void {
    this.stateValue.set({ kind: 'gone' });
    this.bucketReturn?.dispose();
    const { connection, source, spec } = this;
    this.bucketReturn = new BucketReturn(source, connection, spec.bucket, () => void this.begin());
  }

  private tellState(): void {
    if (!isFinal(this.stateValue.current)) {
      this.stateValue.set(this.presentState());
    }
  }

  private presentState(): LiveState {
    const { lostAt, place, recreatedAt, watch } = this;
    if (lostAt === undefined && watch?.state.current.kind === 'live') {
      return { kind: 'live', ...(recreatedAt === undefined ? {} : { recreatedAt }) };
    }
    if (!place || lostAt === undefined) {
      return { kind: 'starting' };
    }
    const isLinked = this.source.state.current.kind === 'connected';
    return { kind: isLinked ? 'resuming' : 'stale', since: lostAt };
  }
}
