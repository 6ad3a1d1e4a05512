import type { Pace } from '../base/pace';
import { naturalOrder } from '../base/naturalOrder';
import { sortInTurns } from '../base/sortInTurns';
import type { KeyTree } from '../keys/tree/keyTree';
import type { TreeRows } from '../keys/tree/treeRows';

/** What has been found in a value. */
export interface ValueFact {
  readonly revision: number;
  /** What orders its row: a number, NaN for none; a text where the column has texts. */
  readonly order: number | string;
  readonly passes: boolean;
}

const stepsPerLook = 1_024;

/**
 * Owns what has been read from values for an order or a filter, by the rows of a tree: 17 bytes each,
 * and each text once. It is good for as long as the row has the revision that was read.
 */
export class ValueFacts {
  private revisions: Float64Array;
  private numbers: Float64Array;
  private passing: Uint8Array;
  private readonly texts: string[] = [];
  private readonly ids = new Map<string, number>();
  private readonly rows: TreeRows;

  constructor(readonly tree: KeyTree) {
    this.rows = tree.rows();
    this.revisions = new Float64Array(this.rows.end);
    this.numbers = new Float64Array(this.rows.end);
    this.passing = new Uint8Array(this.rows.end);
  }

  /** Whether the present value of a row has been read. */
  knows(row: number): boolean {
    const revision = this.revisions[row] ?? 0;
    return revision > 0 && revision >= this.rows.revision(row);
  }

  passes(row: number): boolean {
    return this.passing[row] === 1;
  }

  set(row: number, { revision, order, passes }: ValueFact): void {
    if (row >= this.revisions.length) {
      this.grow(row);
    }
    this.revisions[row] = revision;
    this.numbers[row] = typeof order === 'string' ? this.idOf(order) : order;
    this.passing[row] = passes ? 1 : 0;
  }

  /** What orders rows: the numbers that were found, or the places of the texts among all of them. */
  async orders(pace: Pace, signal: AbortSignal): Promise<(row: number) => number> {
    const { numbers, texts } = this;
    if (texts.length === 0) {
      return (row) => numbers[row] ?? NaN;
    }
    const compare = naturalOrder();
    const ids = Uint32Array.from(texts, (_, id) => id);
    const byText = (a: number, b: number) => compare(texts[a] ?? '', texts[b] ?? '');
    const sorted = await sortInTurns(ids, byText, pace, signal);
    const ranks = new Float64Array(texts.length);
    sorted.forEach((id, rank) => (ranks[id] = rank));
    return (row) => ranks[numbers[row] ?? NaN] ?? NaN;
  }

  /** The same for another tree of the same bucket, as far as it has the same revisions. */
  async carriedTo(tree: KeyTree, pace: Pace, signal: AbortSignal): Promise<ValueFacts> {
    const other = new ValueFacts(tree);
    for (let row = 0; row < this.revisions.length; row++) {
      if (this.knows(row)) {
        this.carry(row, other);
      }
      if (row % stepsPerLook === 0 && pace.isOver) {
        await pace.rest();
        signal.throwIfAborted();
      }
    }
    return other;
  }

  private carry(row: number, other: ValueFacts): void {
    const to = this.rows.revision(row) > 0 ? other.tree.rowOf(this.rows.key(row)) : 0;
    if (to > 0) {
      const number = this.numbers[row] ?? NaN;
      const order = this.texts.length > 0 ? (this.texts[number] ?? NaN) : number;
      other.set(to, { revision: this.revisions[row] ?? 0, order, passes: this.passes(row) });
    }
  }

  private grow(row: number): void {
    const length = Math.ceil((row + 1) * 1.25);
    const copy = <T extends Float64Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.revisions = copy(this.revisions, new Float64Array(length));
    this.numbers = copy(this.numbers, new Float64Array(length));
    this.passing = copy(this.passing, new Uint8Array(length));
  }

  private idOf(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) {
      return known;
    }
    this.ids.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}
