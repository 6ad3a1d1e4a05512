import type { Entry } from '../model/entry';
import type { LiveChange } from './liveChange';
import type { LiveLog } from './liveLog';
import type { LiveOutage } from './liveOutage';

/** A line of the panel. */
export type LiveRow = ChangeRow | OutageRow;

/** An outage, between the changes before and after it. */
export interface OutageRow {
  readonly kind: 'outage';
  readonly id: number;
  readonly seq: number;
  readonly outage: LiveOutage;
}

/** A change, or several of one key that came faster than a person reads. */
export interface ChangeRow {
  readonly kind: 'change';
  /** Rises by one from row to row, for as long as the filter stays. */
  readonly id: number;
  /** The last change. */
  readonly change: LiveChange;
  readonly seq: number;
  /** What the key held before the first one. */
  readonly before: Entry | undefined;
  readonly count: number;
  /** Whether a rule points one of them out. */
  readonly isMarked: boolean;
}

export interface LiveRowsOptions {
  readonly maxRows: () => number;
  readonly isMarked: (change: LiveChange) => boolean;
}

/** A row that nobody has seen yet is changed, one that was seen is replaced by another. */
type OwnRow = { -readonly [Field in keyof ChangeRow]: ChangeRow[Field] } & { turn: number };

/** Above so many rows in a second, changes join the row that their key has in that second. */
const readableRate = 10;
const windowMs = 1000;
/** Outages that are remembered. */
const mostOutages = 100;

/**
 * Owns the rows made of a log: what passes the filter, grouped by key above a readable rate. Changes
 * only through `advance` and `setFilter`; how often it is called makes no difference to the result.
 */
export class LiveRows {
  private rows: (OwnRow | OutageRow)[] = [];
  /** With the place in the log that each stands before. */
  private outages: { readonly seq: number; outage: LiveOutage }[] = [];
  /** How many of them have a row. */
  private placed = 0;
  /** Which call of `advance` it is: rows of this one have not been seen. */
  private turn = 0;
  private firstId = 0;
  private position = 0;
  private windowEnd = -Infinity;
  private rowsInWindow = 0;
  /** Id of the last row of each key in the window, by watch. */
  private readonly windowRows = new Map<number, Map<string, number>>();
  private matched = 0;
  private matches: (change: LiveChange) => boolean = () => true;

  constructor(
    private readonly log: LiveLog,
    private readonly options: LiveRowsOptions,
  ) {}

  /** Id of the first row; the others follow without a gap. */
  get first(): number {
    return this.firstId;
  }

  get count(): number {
    return this.rows.length;
  }

  /** Changes that passed the filter since it was set. */
  get passed(): number {
    return this.matched;
  }

  get(id: number): LiveRow | undefined {
    return this.rows[id - this.firstId];
  }

  /** Adds an outage after what the log holds now. */
  addOutage(outage: LiveOutage): void {
    this.outages.push({ seq: this.log.next, outage });
    if (this.outages.length > mostOutages) {
      this.outages.shift();
      this.placed = Math.max(0, this.placed - 1);
    }
  }

  /** More is known of the last outage of its watch: that takes its place. */
  changeOutage(changed: LiveOutage): void {
    const isSame = ({ watch, from }: LiveOutage): boolean =>
      watch === changed.watch && from === changed.from;
    const known = this.outages.findLast(({ outage }) => isSame(outage));
    if (known) {
      known.outage = changed;
      const at = this.rows.findLastIndex((row) => row.kind === 'outage' && isSame(row.outage));
      const row = this.rows[at];
      if (row?.kind === 'outage') {
        this.rows[at] = { ...row, outage: changed };
      }
    }
  }

  /** Forgets the outages along with what was cleared. */
  clearOutages(): void {
    this.outages = [];
    this.placed = 0;
    this.rebuild();
  }

  /** Starts over with another filter; ids go on, so that no row is taken for another. */
  setFilter(matches: (change: LiveChange) => boolean): void {
    this.matches = matches;
    this.rebuild();
  }

  /** Makes the rows of what the log holds anew. */
  rebuild(): void {
    this.firstId += this.rows.length;
    this.rows = [];
    this.matched = 0;
    this.position = this.log.first;
    this.windowEnd = -Infinity;
    this.placed = 0;
  }

  /**
   * Takes in what the log has got, until `isEnough` says so after a change. True when it is done;
   * changes that fell off the log before they were looked at are in its counts only.
   */
  advance(isEnough: () => boolean = () => false): boolean {
    this.turn++;
    this.position = Math.max(this.position, this.log.first);
    while (this.position < this.log.next) {
      this.placeOutages();
      const change = this.log.get(this.position);
      if (change && this.matches(change)) {
        this.matched++;
        this.take(change, this.position);
      }
      this.position++;
      if (isEnough()) {
        break;
      }
    }
    const isDone = this.position >= this.log.next;
    if (isDone) {
      this.placeOutages();
    }
    this.trim();
    return isDone;
  }

  /** Makes the rows of the outages that come before the next change. */
  private placeOutages(): void {
    for (
      let next = this.outages[this.placed];
      next && next.seq <= this.position;
      next = this.outages[++this.placed]
    ) {
      const id = this.firstId + this.rows.length;
      this.rows.push({ kind: 'outage', id, seq: next.seq, outage: next.outage });
      // What comes after an outage is not joined with what came before it.
      this.windowEnd = -Infinity;
    }
  }

  private take(change: LiveChange, seq: number): void {
    if (change.at >= this.windowEnd) {
      this.windowEnd = change.at + windowMs;
      this.rowsInWindow = 0;
      this.windowRows.clear();
    }
    const ids = this.windowRowsOf(change.watch);
    const { key } = change.entry;
    const id = ids.get(key);
    const row = id === undefined ? undefined : this.rows[id - this.firstId];
    if (row?.kind === 'change' && this.rowsInWindow >= readableRate) {
      this.join(row, change, seq);
      return;
    }
    const next = this.firstId + this.rows.length;
    this.rowsInWindow++;
    ids.set(key, next);
    const isMarked = this.options.isMarked(change);
    const { turn } = this;
    const kind = 'change';
    this.rows.push({
      kind,
      id: next,
      change,
      seq,
      before: change.previous,
      count: 1,
      isMarked,
      turn,
    });
  }

  private windowRowsOf(watch: number): Map<string, number> {
    let ids = this.windowRows.get(watch);
    if (!ids) {
      ids = new Map();
      this.windowRows.set(watch, ids);
    }
    return ids;
  }

  private join(row: OwnRow, change: LiveChange, seq: number): void {
    const joined = row.turn === this.turn ? row : { ...row, turn: this.turn };
    joined.change = change;
    joined.seq = seq;
    joined.count++;
    joined.isMarked ||= this.options.isMarked(change);
    this.rows[row.id - this.firstId] = joined;
  }

  /** Drops the rows whose changes have all fallen off, and what is over the limit in any case. */
  private trim(): void {
    let drop = Math.max(0, this.rows.length - this.options.maxRows());
    while (drop < this.rows.length && (this.rows[drop]?.seq ?? 0) < this.log.first) {
      drop++;
    }
    if (drop > 0) {
      this.rows.splice(0, drop);
      this.firstId += drop;
    }
  }
}
