import type { Pace } from './pace';

const stepsPerLook = 256;

/**
 * Sorts numbers by a comparison, in turns of a few milliseconds; equal ones keep their order. What is
 * in order already, or the other way round, takes one comparison each. Throws when it is aborted.
 */
export async function sortInTurns(
  items: Uint32Array,
  compare: (a: number, b: number) => number,
  pace: Pace,
  signal: AbortSignal,
): Promise<Uint32Array> {
  let from = items;
  let ends = await runsOf(items, compare, pace, signal);
  let to = ends.length > 1 ? new Uint32Array(items.length) : items;
  while (ends.length > 1) {
    const merged: number[] = [];
    for (let run = 0, start = 0; run < ends.length; run += 2) {
      const middle = ends[run] ?? 0;
      const end = ends[run + 1] ?? middle;
      await merge({ from, to, start, middle, end }, compare, pace, signal);
      merged.push(end);
      start = end;
    }
    [from, to] = [to, from];
    ends = merged;
  }
  return from;
}

/** Where the runs end that are in order; those that fall are turned round. */
async function runsOf(
  items: Uint32Array,
  compare: (a: number, b: number) => number,
  pace: Pace,
  signal: AbortSignal,
): Promise<number[]> {
  const ends: number[] = [];
  for (let start = 0, steps = 0; start < items.length;) {
    let end = start + 1;
    const falls = end < items.length && compare(items[start] ?? 0, items[end] ?? 0) > 0;
    for (; end < items.length; end++) {
      const order = compare(items[end - 1] ?? 0, items[end] ?? 0);
      if (falls ? order <= 0 : order > 0) {
        break;
      }
      if (++steps % stepsPerLook === 0 && pace.isOver) {
        await pace.rest();
        signal.throwIfAborted();
      }
    }
    if (falls) {
      items.subarray(start, end).reverse();
    }
    ends.push(end);
    start = end;
  }
  return ends;
}

interface Merge {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly start: number;
  readonly middle: number;
  readonly end: number;
}

async function merge(
  { from, to, start, middle, end }: Merge,
  compare: (a: number, b: number) => number,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  let [a, b] = [start, middle];
  for (let at = start; at < end; at++) {
    const isFirst = b >= end || (a < middle && compare(from[a] ?? 0, from[b] ?? 0) <= 0);
    to[at] = (isFirst ? from[a++] : from[b++]) ?? 0;
    if (at % stepsPerLook === 0 && pace.isOver) {
      await pace.rest();
      signal.throwIfAborted();
    }
  }
}
