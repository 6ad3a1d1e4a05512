import type { Pace } from '../base/pace';

const digitBits = 11;
const buckets = 1 << digitBits;
const stepsPerLook = 8_192;
/** From the lowest digit up; the upper half of a double begins with the fourth. */
const shifts = [0, 11, 22, 32, 43, 54] as const;

/** How rows are to be ordered by numbers. */
export interface NumberOrder {
  /** The number of a row; NaN for one that has none, which comes last in either direction. */
  readonly numberOf: (row: number) => number;
  readonly isDescending: boolean;
}

/**
 * Orders rows by a number each, in turns of a few milliseconds; equal ones keep their order. Digit by
 * digit, so that it compares nothing: a million rows take some passes over them. Throws when aborted.
 */
export async function orderByNumber(
  rows: Uint32Array,
  { numberOf, isDescending }: NumberOrder,
  pace: Pace,
  signal: AbortSignal,
): Promise<Uint32Array> {
  const rest = async (step: number): Promise<void> => {
    if (step % stepsPerLook === 0 && pace.isOver) {
      await pace.rest();
      signal.throwIfAborted();
    }
  };
  const { words, valued, without } = await sortable(rows, numberOf, isDescending, rest);
  let from = new Uint32Array(valued.length);
  for (let at = 0; at < from.length; at++) {
    from[at] = at;
  }
  let to = new Uint32Array(from.length);
  for (const shift of shifts) {
    const word = shift < 32 ? 0 : 1;
    const bits = shift & 31;
    const mask = shift === 22 || shift === 54 ? (1 << 10) - 1 : buckets - 1;
    const digit = (at: number): number => ((words[2 * at + word] ?? 0) >>> bits) & mask;
    const starts = await startsOf(from.length, digit, rest);
    if (!starts) {
      continue;
    }
    for (let at = 0; at < from.length; at++) {
      const place = from[at] ?? 0;
      const bucket = digit(place);
      const start = starts[bucket] ?? 0;
      to[start] = place;
      starts[bucket] = start + 1;
      if (at % stepsPerLook === 0) {
        await rest(at);
      }
    }
    [from, to] = [to, from];
  }
  const ordered = new Uint32Array(rows.length);
  for (let at = 0; at < from.length; at++) {
    ordered[at] = valued[from[at] ?? 0] ?? 0;
    if (at % stepsPerLook === 0) {
      await rest(at);
    }
  }
  ordered.set(without, from.length);
  return ordered;
}

/** Where each bucket begins; undefined where all are in one, and there is nothing to order. */
async function startsOf(
  count: number,
  digit: (at: number) => number,
  rest: (step: number) => Promise<void>,
): Promise<Uint32Array | undefined> {
  const starts = new Uint32Array(buckets);
  for (let at = 0; at < count; at++) {
    const bucket = digit(at);
    starts[bucket] = (starts[bucket] ?? 0) + 1;
    if (at % stepsPerLook === 0) {
      await rest(at);
    }
  }
  if (count === 0 || starts[digit(0)] === count) {
    return undefined;
  }
  for (let bucket = 0, start = 0; bucket < buckets; bucket++) {
    const size = starts[bucket] ?? 0;
    starts[bucket] = start;
    start += size;
  }
  return starts;
}

/** The numbers as two words each that are ordered as whole numbers are, and the rows without one. */
async function sortable(
  rows: Uint32Array,
  numberOf: (row: number) => number,
  isDescending: boolean,
  rest: (step: number) => Promise<void>,
) {
  const words = new Uint32Array(rows.length * 2);
  const valued = new Uint32Array(rows.length);
  const without: number[] = [];
  const double = new Float64Array(1);
  const halves = new Uint32Array(double.buffer);
  let count = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    // A negative zero would come before the other.
    const value = numberOf(row) + 0;
    if (Number.isNaN(value)) {
      without.push(row);
    } else {
      double[0] = value;
      const [low = 0, high = 0] = halves;
      // Of negative numbers the larger bits are those of the smaller one.
      const isNegative = high >>> 31 === 1;
      const flips = isNegative !== isDescending;
      const upper = isNegative ? high : high ^ 0x80000000;
      words[2 * count] = flips ? ~low : low;
      words[2 * count + 1] = flips ? ~high ^ (isNegative ? 0 : 0x80000000) : upper;
      valued[count++] = row;
    }
    if (at % stepsPerLook === 0) {
      await rest(at);
    }
  }
  return { words, valued: valued.subarray(0, count), without };
}
