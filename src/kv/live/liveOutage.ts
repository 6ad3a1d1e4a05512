import type { LiveChange, LiveWatchSpec } from './liveChange';
import type { LiveBookmark, LiveState } from './liveState';

/** A time in which a watch was not told of changes, and how it went on. */
export interface LiveOutage {
  readonly watch: number;
  /** In milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** The last revision told before; what came after it has been made up for. */
  readonly revision: number | undefined;
  /** Changes of that time that were told afterwards. */
  readonly caughtUp: number;
  /** Changes of that time that the bucket no longer holds; undefined where that is not known. */
  readonly dropped: number | undefined;
  /** Whether another bucket of the same name was there afterwards. */
  readonly recreated: boolean;
}

/** Where outages are shown. */
export interface OutageRows {
  addOutage(outage: LiveOutage): void;
  changeOutage(outage: LiveOutage): void;
}

interface Meter {
  lost: Lost | undefined;
  /** The last one: changes of that time may still come. */
  outage: LiveOutage | undefined;
}

interface Lost {
  readonly from: number;
  readonly revision: number | undefined;
  wasUnlinked: boolean;
  caughtUp: number;
  upTo: number;
}

/** A watch that resumes for no longer than that, over a link that works, had no outage. */
const momentMs = 1_000;

/** Owns the outages of the watches; changes only through what the watches tell. */
export class LiveOutages {
  private readonly meters = new Map<number, Meter>();

  constructor(
    private readonly rows: OutageRows,
    private readonly now: () => number,
  ) {}

  /** A watch is in a state, with all told up to a place. */
  follow(watch: number, spec: LiveWatchSpec, state: LiveState, place?: LiveBookmark): void {
    const meter = this.meterOf(watch);
    if (state.kind === 'stale' || state.kind === 'resuming') {
      const { since: from } = state;
      const revision = place?.revision;
      meter.lost ??= { from, revision, wasUnlinked: false, caughtUp: 0, upTo: 0 };
      meter.lost.wasUnlinked ||= state.kind === 'stale';
    } else if (state.kind === 'live' && meter.lost) {
      meter.outage = this.outageOf(watch, spec, state, meter.lost);
      meter.lost = undefined;
      if (meter.outage) {
        this.rows.addOutage(meter.outage);
      }
    }
  }

  /** A watch has told changes. */
  receive(watch: number, changes: readonly LiveChange[]): void {
    const meter = this.meters.get(watch);
    const late = changes.filter(({ origin }) => origin === 'caughtUp');
    const upTo = late.at(-1)?.entry.revision;
    if (upTo === undefined || !meter) {
      return;
    }
    if (meter.lost) {
      meter.lost.caughtUp += late.length;
      meter.lost.upTo = upTo;
    } else if (meter.outage) {
      meter.outage = withCaughtUp(meter.outage, late.length, upTo);
      this.rows.changeOutage(meter.outage);
    }
  }

  forget(watch: number): void {
    this.meters.delete(watch);
  }

  private meterOf(watch: number): Meter {
    const meter = this.meters.get(watch) ?? { lost: undefined, outage: undefined };
    this.meters.set(watch, meter);
    return meter;
  }

  private outageOf(
    watch: number,
    { filter, operations }: LiveWatchSpec,
    { recreatedAt }: LiveState & { kind: 'live' },
    { from, revision, wasUnlinked, caughtUp, upTo }: Lost,
  ): LiveOutage | undefined {
    const to = this.now();
    const recreated = recreatedAt !== undefined && recreatedAt >= from;
    if (!wasUnlinked && !recreated && to - from <= momentMs) {
      return undefined;
    }
    // Where nothing is left out, a revision without a change is one that is dropped.
    const isWhole = filter === '>' && operations.length === 0 && !recreated;
    const dropped = isWhole ? 0 : undefined;
    const outage = { watch, from, to, revision, caughtUp: 0, dropped, recreated };
    return caughtUp > 0 ? withCaughtUp(outage, caughtUp, upTo) : outage;
  }
}

function withCaughtUp(outage: LiveOutage, count: number, upTo: number): LiveOutage {
  const caughtUp = outage.caughtUp + count;
  const { dropped, revision } = outage;
  return dropped === undefined || revision === undefined
    ? { ...outage, caughtUp }
    : { ...outage, caughtUp, dropped: Math.max(0, upTo - revision - caughtUp) };
}
