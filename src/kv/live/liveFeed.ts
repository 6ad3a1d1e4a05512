import type { Entry } from '../model/entry';
import { DisposableStore, Emitter, type Disposable } from '../base/event';
import type { LiveChange, LiveWatchSpec } from './liveChange';
import { filterMatcher, noFilter, type LiveFilter } from './liveFilter';
import { LiveLog, type LiveCounts } from './liveLog';
import { LiveOutages } from './liveOutage';
import { LiveRows, type ChangeRow } from './liveRows';
import { LiveRules, type LiveRule } from './liveRules';
import type { LiveBookmark, LiveState } from './liveState';
import type { LiveBatch, LiveSource } from './liveSource';
import { LiveWatch } from './liveWatch';
import { RateCounter } from './rateCounter';
import { RuleQueue } from './ruleQueue';

export interface LiveFeedOptions {
  readonly maxEntries: number;
  /** The link of a connection; undefined when there is no such connection (any more). */
  readonly sourceOf: (connectionId: string) => LiveSource | undefined;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** One watch as the panel shows it. */
export interface WatchStatus {
  readonly id: number;
  readonly spec: LiveWatchSpec;
  /** Undefined when its connection is not configured (any more). */
  readonly state: LiveState | undefined;
  readonly isPaused: boolean;
  /** Changes that wait for the end of the pause. */
  readonly held: number;
  readonly received: number;
  /** How far its changes have been shown, not held back: where to go on after a restart. */
  readonly place: LiveBookmark | undefined;
}

interface Watched {
  readonly id: number;
  readonly spec: LiveWatchSpec;
  readonly rates: RateCounter;
  /** Where it was when its pause began. */
  pausedAt: LiveBookmark | undefined;
  /** Where the watch before this one has ended. */
  ended: LiveBookmark | undefined;
  received: number;
  source: LiveSource | undefined;
  watch: LiveWatch | undefined;
  subscriptions: DisposableStore;
}

/** Values are kept up to this sum; what is pushed out by them is counted as fallen off. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Owns what the live panel is about: its watches, their log, and the rows of it that are shown.
 * Changes only through its methods and what the watches tell. Rows are made when `rows.advance` is
 * called, so that nobody who looks costs nearly nothing.
 */
export class LiveFeed implements Disposable {
  private readonly store = new DisposableStore();
  private readonly watched = new Map<number, Watched>();
  private readonly changed = this.store.add(new Emitter<void>());
  private readonly configured = this.store.add(new Emitter<void>());
  private readonly now: () => number;
  private readonly log: LiveLog;
  private maxEntries: number;
  private nextId = 1;
  private filterValue = noFilter;
  private readonly ruleSet = new LiveRules();
  private readonly queue = this.store.add(new RuleQueue(this.ruleSet));

  private readonly outages: LiveOutages;
  readonly rows: LiveRows;
  /** Something that can be seen has changed. */
  readonly onDidChange = this.changed.event;
  /** Watches, pauses, the filter or the rules have changed: what is worth keeping over a restart. */
  readonly onDidConfigure = this.configured.event;
  /** A change that meets a rule; whether it is to be notified of stands in the rule. */
  readonly onDidMatch = this.queue.onDidMatch;

  constructor(private readonly options: LiveFeedOptions) {
    this.now = options.now ?? Date.now;
    this.maxEntries = options.maxEntries;
    this.log = new LiveLog({ maxEntries: this.maxEntries, maxBytes });
    this.rows = new LiveRows(this.log, {
      maxRows: () => this.maxEntries,
      isMarked: (change) => this.ruleSet.matchOf(change) !== undefined,
    });
    this.outages = new LiveOutages(this.rows, this.now);
  }

  get counts(): LiveCounts {
    return this.log.counts;
  }

  get watches(): readonly WatchStatus[] {
    return [...this.watched.values()].map(({ id, spec, watch, received, pausedAt, ended }) => ({
      id,
      spec,
      state: watch?.state.current,
      isPaused: this.log.isPaused(id),
      held: this.log.heldOf(id),
      received,
      place: pausedAt ?? watch?.bookmark ?? ended,
    }));
  }

  get filter(): LiveFilter {
    return this.filterValue;
  }

  /** Starts a watch, or goes on with one at its place. Returns its number; it is never used again. */
  add(spec: LiveWatchSpec, place?: LiveBookmark): number {
    const id = this.nextId++;
    this.start(id, spec, { place });
    this.configured.fire();
    return id;
  }

  /** Gives a watch other options: it starts over with them, under its number. */
  change(id: number, spec: LiveWatchSpec): void {
    const before = this.watched.get(id);
    before?.subscriptions.dispose();
    if (before) {
      this.start(id, spec, { before });
      this.configured.fire();
    }
  }

  /** Ends a watch; what it has told stays in the log. */
  stop(id: number): void {
    this.watched.get(id)?.subscriptions.dispose();
    this.watched.delete(id);
    this.log.forget(id);
    this.outages.forget(id);
    this.configure();
  }

  /** Starts a watch over that has failed or whose bucket is gone. */
  restart(id: number): void {
    this.watched.get(id)?.watch?.restart();
  }

  pause(id: number): void {
    const watched = this.watched.get(id);
    if (watched && !this.log.isPaused(id)) {
      watched.pausedAt = watched.watch?.bookmark ?? watched.ended;
      this.log.pause(id);
      this.configure();
    }
  }

  resume(id: number): void {
    const watched = this.watched.get(id);
    if (watched) {
      watched.pausedAt = undefined;
    }
    this.log.resume(id);
    this.configure();
  }

  clear(): void {
    this.log.clear();
    this.rows.clearOutages();
    this.changed.fire();
  }

  setFilter(filter: LiveFilter): void {
    this.filterValue = filter;
    this.rows.setFilter(filterMatcher(filter));
    this.configure();
  }

  get rules(): readonly LiveRule[] {
    return this.ruleSet.all;
  }

  setRules(rules: readonly LiveRule[]): void {
    this.ruleSet.set(rules);
    this.rows.rebuild();
    this.configure();
  }

  limit(maxEntries: number): void {
    this.maxEntries = maxEntries;
    this.log.limit({ maxEntries, maxBytes });
    this.changed.fire();
  }

  /** The connections have changed: watches whose link was replaced go on over the new one. */
  sourcesChanged(): void {
    for (const watched of this.watched.values()) {
      if (watched.source !== this.options.sourceOf(watched.spec.connectionId)) {
        watched.ended = watched.watch?.bookmark ?? watched.ended;
        watched.subscriptions.dispose();
        this.open(watched);
      }
    }
    this.changed.fire();
  }

  /** Changes by second over the last minutes, oldest first. */
  rates(id: number): number[] {
    return this.watched.get(id)?.rates.series(this.now()) ?? [];
  }

  /** Changes in the last full second. */
  rate(id: number): number {
    return this.watched.get(id)?.rates.rate(this.now()) ?? 0;
  }

  /** The changes that the filter lets through, oldest first, those of paused watches not included. */
  *changes(): Generator<LiveChange> {
    const matches = filterMatcher(this.filterValue);
    for (let seq = this.log.first; seq < this.log.next; seq++) {
      const change = this.log.get(seq);
      if (change && matches(change)) {
        yield change;
      }
    }
  }

  /** What a row's key held before it, read from the bucket's history where it is not known. */
  async before(row: ChangeRow): Promise<Entry | undefined> {
    const { bucket, entry, connectionId } = row.change;
    if (row.before) {
      return row.before;
    }
    const connection = await this.options.sourceOf(connectionId)?.connect();
    const history = await connection?.history(bucket, entry.key);
    return history?.findLast(({ revision }) => revision < entry.revision);
  }

  dispose(): void {
    this.watched.forEach(({ subscriptions }) => subscriptions.dispose());
    this.watched.clear();
    this.store.dispose();
  }

  private configure(): void {
    this.changed.fire();
    this.configured.fire();
  }

  private start(
    id: number,
    spec: LiveWatchSpec,
    { before, place }: { before?: Watched; place?: LiveBookmark | undefined },
  ): void {
    const watched: Watched = {
      id,
      spec,
      rates: before?.rates ?? new RateCounter(),
      pausedAt: undefined,
      ended: place,
      received: before?.received ?? 0,
      source: undefined,
      watch: undefined,
      subscriptions: new DisposableStore(),
    };
    this.watched.set(id, watched);
    this.open(watched);
    this.changed.fire();
  }

  private open(watched: Watched): void {
    const { id, spec, ended: bookmark } = watched;
    const source = this.options.sourceOf(spec.connectionId);
    watched.source = source;
    watched.subscriptions = new DisposableStore();
    watched.watch = undefined;
    if (!source) {
      return;
    }
    const { now, maxEntries: maxCurrent } = this;
    const watch = new LiveWatch(source, spec, { id, now, maxCurrent, bookmark });
    watched.watch = watched.subscriptions.add(watch);
    watched.subscriptions.add(watch.state.onDidChange(() => this.stateChanged(watched)));
    watched.subscriptions.add(watch.onDidReceive((batch) => this.receive(watched, batch)));
  }

  private stateChanged(watched: Watched): void {
    const { id, spec, watch } = watched;
    if (watch) {
      this.outages.follow(id, spec, watch.state.current, watch.bookmark);
    }
    if (this.log.isPaused(watched.id)) {
      // It may have been paused before it had begun.
      watched.pausedAt ??= watched.watch?.bookmark;
    }
    this.changed.fire();
  }

  private receive(watched: Watched, { changes, skipped }: LiveBatch): void {
    this.outages.receive(watched.id, changes);
    let happened = 0;
    for (const change of changes) {
      this.log.append(change);
      happened += change.origin === 'stored' ? 0 : 1;
    }
    this.log.skip(skipped);
    watched.received += changes.length + skipped;
    watched.rates.add(happened, this.now());
    this.queue.add(changes);
    this.changed.fire();
  }
}
