/** Of the parts that work is done in, in steps. */
export const partLength = 4_096;

/** Runs work over so many steps, part by part, with a rest where it takes long. */
export type Turns = (count: number, work: (from: number, end: number) => void) => Promise<void>;

const mostBits = 11;

/**
 * Sorts items by a number each that is made of words of 32 bits, the lowest first; equal ones keep their
 * order. The words are used up. Words go with their items, so that each pass reads in one line; bits that
 * all have in common take no pass.
 */
export async function sortByDigits(
  items: Uint32Array,
  words: readonly Uint32Array[],
  turns: Turns,
): Promise<Uint32Array> {
  let columns: Uint32Array[] = [...words, items];
  let others: Uint32Array[] = columns.map(({ length }) => new Uint32Array(length));
  for (let at = 0; at < words.length; at++) {
    // A word that has been gone through is not needed any more.
    columns = columns.slice(at === 0 ? 0 : 1);
    others = others.slice(0, columns.length);
    for (const digit of await digitsOf(columns[0] ?? items, turns)) {
      await pass(columns, others, digit, turns);
      [columns, others] = [others, columns];
    }
  }
  return columns.at(-1) ?? items;
}

interface Digit {
  readonly shift: number;
  readonly mask: number;
}

/** From the lowest one up, as few as there can be. */
async function digitsOf(words: Uint32Array, turns: Turns): Promise<readonly Digit[]> {
  const first = words[0] ?? 0;
  let differing = 0;
  await turns(words.length, (from, end) => {
    for (let at = from; at < end; at++) {
      differing |= (words[at] ?? 0) ^ first;
    }
  });
  if (differing === 0) {
    return [];
  }
  const top = 32 - Math.clz32(differing);
  const bottom = 31 - Math.clz32(differing & -differing);
  const passes = Math.ceil((top - bottom) / mostBits);
  const bits = Math.ceil((top - bottom) / passes);
  return Array.from({ length: passes }, (_, at) => ({
    shift: bottom + at * bits,
    mask: (1 << bits) - 1,
  }));
}

/** Puts all in the order of one digit. */
async function pass(
  columns: readonly Uint32Array[],
  to: readonly Uint32Array[],
  { shift, mask }: Digit,
  turns: Turns,
): Promise<void> {
  const [words = new Uint32Array()] = columns;
  const starts = new Uint32Array(mask + 1);
  await turns(words.length, (from, end) => {
    for (let at = from; at < end; at++) {
      const bucket = ((words[at] ?? 0) >>> shift) & mask;
      starts[bucket] = (starts[bucket] ?? 0) + 1;
    }
  });
  let start = 0;
  starts.forEach((size, bucket) => {
    starts[bucket] = start;
    start += size;
  });
  const places = new Uint32Array(partLength);
  await turns(words.length, (from, end) => {
    for (let at = from; at < end; at++) {
      const bucket = ((words[at] ?? 0) >>> shift) & mask;
      places[at - from] = starts[bucket] ?? 0;
      starts[bucket] = (places[at - from] ?? 0) + 1;
    }
    columns.forEach((column, which) => move(column, to[which] ?? column, places, from, end));
  });
}

function move(
  column: Uint32Array,
  to: Uint32Array,
  places: Uint32Array,
  from: number,
  end: number,
): void {
  for (let at = from; at < end; at++) {
    to[places[at - from] ?? 0] = column[at] ?? 0;
  }
}
