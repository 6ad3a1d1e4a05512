import type { Pace } from '../base/pace';
import { partLength, sortByDigits, type Turns } from './digitSort';

/** A whole number below it fits into one word. */
const wordEnd = 2 ** 32;

/** How rows are to be ordered by numbers. */
export interface NumberOrder {
  /** The number of a row; NaN for one that has none, which comes last in either direction. */
  readonly numberOf: (row: number) => number;
  readonly isDescending: boolean;
}

/**
 * Orders rows by a number each, in turns of a few milliseconds; equal ones keep their order. What is in
 * order already is only looked through; else it goes digit by digit and compares nothing, so that a
 * million rows take two or three passes over them. Throws when aborted.
 */
export async function orderByNumber(
  rows: Uint32Array,
  { numberOf, isDescending }: NumberOrder,
  pace: Pace,
  signal: AbortSignal,
): Promise<Uint32Array> {
  const turns: Turns = async (count, work) => {
    for (let from = 0; from < count; from += partLength) {
      work(from, Math.min(count, from + partLength));
      if (pace.isOver) {
        await pace.rest();
        signal.throwIfAborted();
      }
    }
  };
  const numbers = new Numbers(rows, numberOf);
  await turns(rows.length, (from, end) => numbers.read(from, end));
  const { valued, without } = numbers;
  const ordered = numbers.isInOrder(isDescending)
    ? valued
    : await sortByDigits(valued, await wordsOf(numbers, isDescending, turns), turns);
  if (without.length === 0) {
    return ordered;
  }
  const all = new Uint32Array(rows.length);
  all.set(ordered);
  all.set(without, ordered.length);
  return all;
}

/** Owns the numbers of rows and what is true of all of them; changes only through `read`. */
class Numbers {
  private readonly kept: Uint32Array;
  private readonly all: Float64Array;
  private readonly rest: Uint32Array;
  private count = 0;
  private restCount = 0;
  private rises = true;
  private falls = true;
  private isWhole = true;
  min = Infinity;
  max = -Infinity;

  constructor(
    private readonly rows: Uint32Array,
    private readonly numberOf: (row: number) => number,
  ) {
    this.kept = new Uint32Array(rows.length);
    this.all = new Float64Array(rows.length);
    this.rest = new Uint32Array(rows.length);
  }

  /** Those that have a number, in the order of the rows. */
  get valued(): Uint32Array {
    return this.kept.subarray(0, this.count);
  }

  /** Those that have none. */
  get without(): Uint32Array {
    return this.rest.subarray(0, this.restCount);
  }

  /** Their numbers. */
  get values(): Float64Array {
    return this.all.subarray(0, this.count);
  }

  /** Whether all differ by whole numbers of which each fits into a word. */
  get areWords(): boolean {
    return this.isWhole && this.max - this.min < wordEnd;
  }

  isInOrder(isDescending: boolean): boolean {
    return isDescending ? this.falls : this.rises;
  }

  read(from: number, end: number): void {
    const { rows, numberOf, all, kept } = this;
    let last = this.count > 0 ? (all[this.count - 1] ?? 0) : NaN;
    for (let at = from; at < end; at++) {
      const row = rows[at] ?? 0;
      // A negative zero would come before the other.
      const value = numberOf(row) + 0;
      if (Number.isNaN(value)) {
        this.rest[this.restCount++] = row;
        continue;
      }
      all[this.count] = value;
      kept[this.count++] = row;
      this.rises &&= !(last > value);
      this.falls &&= !(last < value);
      this.isWhole &&= Number.isSafeInteger(value);
      this.min = value < this.min ? value : this.min;
      this.max = value > this.max ? value : this.max;
      last = value;
    }
  }
}

/** The numbers as words that are ordered as they are, the lowest word first. */
async function wordsOf(
  { values, areWords, min, max }: Numbers,
  isDescending: boolean,
  turns: Turns,
): Promise<Uint32Array[]> {
  const low = new Uint32Array(values.length);
  if (areWords) {
    await turns(low.length, (from, end) => {
      for (let at = from; at < end; at++) {
        const value = values[at] ?? 0;
        low[at] = isDescending ? max - value : value - min;
      }
    });
    return [low];
  }
  const high = new Uint32Array(values.length);
  const halves = new Uint32Array(values.buffer, 0, 2 * values.length);
  await turns(low.length, (from, end) => {
    for (let at = from; at < end; at++) {
      const [lower, upper] = [halves[2 * at] ?? 0, halves[2 * at + 1] ?? 0];
      // Of negative numbers the larger bits are those of the smaller one.
      const isNegative = upper >>> 31 === 1;
      const flips = isNegative !== isDescending;
      const sign = isNegative ? 0 : 0x80000000;
      low[at] = flips ? ~lower : lower;
      high[at] = (flips ? ~upper : upper) ^ sign;
    }
  });
  return [low, high];
}
