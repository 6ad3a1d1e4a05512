import type { KvError } from '../model/errors';
import type { BulkOutcome } from './bulk';

/** A key and what became of it. */
export interface BulkRow<Outcome extends BulkOutcome = BulkOutcome> {
  readonly key: string;
  /** The revision that the plan has seen. */
  readonly revision: number;
  readonly outcome: Outcome;
}

/** How many keys of an outcome are remembered by name; all are counted. */
const mostRows = 5_000;

/** How many keys ended alike, and the first of them. */
export class BulkRows<Kind extends BulkOutcome['kind']> {
  readonly rows: BulkRow<Extract<BulkOutcome, { readonly kind: Kind }>>[] = [];
  count = 0;

  add(row: BulkRow<Extract<BulkOutcome, { readonly kind: Kind }>>): void {
    this.count++;
    if (this.rows.length < mostRows) {
      this.rows.push(row);
    }
  }
}

/** Owns what became of the keys of a plan; changes only through `add` and `stoppedBy`. */
export class BulkResult {
  readonly done = new BulkRows<'done'>();
  readonly skipped = new BulkRows<'skipped'>();
  readonly refused = new BulkRows<'refused'>();
  readonly unknown = new BulkRows<'unknown'>();
  /** Messages that were removed, as far as the server told. */
  removed = 0;
  /** What ended the run before its end. */
  stoppedBy: KvError | undefined;
  private readonly markers = new Map<number, number>();

  /** `planned`: how many keys were to be dealt with. */
  constructor(
    private readonly targets: { at(at: number): Pick<BulkRow, 'key' | 'revision'> },
    readonly planned: number,
  ) {}

  /** Keys that had not had their turn when the run ended. */
  get left(): number {
    const { done, skipped, refused, unknown } = this;
    return this.planned - done.count - skipped.count - refused.count - unknown.count;
  }

  /** Whether something can be put back. */
  get hasMarkers(): boolean {
    return this.markers.size > 0;
  }

  /** The revision of the marker that was left over a key; 0 for none. */
  markerOf(at: number): number {
    return this.markers.get(at) ?? 0;
  }

  add(at: number, outcome: BulkOutcome): void {
    const { key, revision } = this.targets.at(at);
    switch (outcome.kind) {
      case 'done':
        this.removed += outcome.removed ?? 0;
        if (outcome.revision > 0) {
          this.markers.set(at, outcome.revision);
        }
        return this.done.add({ key, revision, outcome });
      case 'skipped':
        return outcome.why === 'cancelled'
          ? undefined
          : this.skipped.add({ key, revision, outcome });
      case 'refused':
        return this.refused.add({ key, revision, outcome });
      case 'unknown':
        return this.unknown.add({ key, revision, outcome });
    }
  }
}
