import type { ChangeView, RowsMessage, RowView } from '../../src/views/live/liveProtocol';

/** Rows that are remembered beyond those that are looked at. */
const maxCached = 2_000;

/**
 * Owns which rows are in the list; changes only through its methods. It follows the newest until
 * `freeze`, from when on the list stays as it is and what comes is counted, until `follow`.
 */
export class RowModel {
  private readonly cache = new Map<number, RowView>();
  private latest = { first: 0, count: 0, passed: 0 };
  private frozen: typeof this.latest | undefined;
  private listed: number[] = [];
  private readonly connections = new Set<string>();
  private readonly buckets = new Set<string>();

  get isFollowing(): boolean {
    return this.frozen === undefined;
  }

  /** Changes that came since the list was frozen. */
  get newChanges(): number {
    return this.frozen ? this.latest.passed - this.frozen.passed : 0;
  }

  /** Ids of the rows in the list; the same array for as long as it is the same list. */
  get ids(): readonly number[] {
    const { first, count } = this.frozen ?? this.latest;
    if (this.listed[0] !== (count > 0 ? first : undefined) || this.listed.length !== count) {
      this.listed = Array.from({ length: count }, (_, at) => first + at);
    }
    return this.listed;
  }

  get(id: number): RowView | undefined {
    return this.cache.get(id);
  }

  /** Where a row is from, as far as rows differ in that; the mark of its watch tells it too. */
  sourceOf({ connection, bucket }: ChangeView): string {
    const manyConnections = this.connections.size > 1;
    const parts = [
      ...(manyConnections ? [connection] : []),
      ...(manyConnections || this.buckets.size > 1 ? [bucket] : []),
    ];
    return parts.join(' › ');
  }

  /** True when the row has fallen off, or is no longer shown for another reason. */
  isGone(id: number): boolean {
    return id < this.latest.first;
  }

  take({ first, count, passed, rows }: RowsMessage): void {
    const isAnother = passed < this.latest.passed || first > this.latest.first + this.latest.count;
    this.latest = { first, count, passed };
    if (isAnother || count === 0) {
      this.frozen = undefined;
    }
    if (count === 0) {
      this.connections.clear();
      this.buckets.clear();
    }
    for (const row of rows) {
      this.cache.set(row.id, row);
      if (row.kind === 'change') {
        this.connections.add(row.connection);
        this.buckets.add(row.bucket);
      }
    }
    this.forgetOldest();
  }

  freeze(): void {
    this.frozen ??= this.latest;
  }

  follow(): void {
    this.frozen = undefined;
  }

  private forgetOldest(): void {
    for (const id of this.cache.keys()) {
      if (this.cache.size <= maxCached) {
        return;
      }
      this.cache.delete(id);
    }
  }
}
