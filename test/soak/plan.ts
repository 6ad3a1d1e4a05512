import type { SoakOptions } from './options';

/** A connection of VS Code and the buckets of the server that it leads to. */
export interface SoakConnection {
  readonly id: string;
  readonly buckets: readonly string[];
}

/** Revisions that are kept: more than a key gets while a connection is away. */
export const history = 64;
const connectionCount = 3;
/** Keys that come and go in each bucket. */
const passingKeys = 40;
const folders = 10;

/** Which buckets there are, spread over the connections. */
export function connectionsOf({ buckets }: SoakOptions): SoakConnection[] {
  return Array.from({ length: connectionCount }, (_, at) => ({
    id: `soak-${at + 1}`,
    buckets: Array.from({ length: buckets }, (_, bucket) => bucket)
      .filter((bucket) => bucket % connectionCount === at)
      .map((bucket) => `SOAK_${letters(bucket)}`),
  }));
}

/** A name without digits, so that the numbers after it in a row stand by themselves. */
function letters(number: number): string {
  const letter = String.fromCharCode(65 + (number % 26));
  return number < 26 ? letter : letters(Math.floor(number / 26) - 1) + letter;
}

/** The nth of the keys that a bucket has all the time, such as `orders.f3.k0013`. */
export function keyOf(index: number): string {
  return `orders.f${index % folders}.k${String(index).padStart(4, '0')}`;
}

export interface Change {
  readonly key: string;
  /** Undefined for a deletion. */
  readonly value: string | undefined;
}

/** The nth change of a bucket: most give a key that stays a new value, one in ten adds a key or deletes it. */
export function changeOf(count: number, keys: number): Change {
  const turn = count % 20;
  const round = Math.floor(count / 20);
  if (turn === 9) {
    return { key: passing(round), value: valueOf(count) };
  }
  if (turn === 19) {
    return { key: passing(round + passingKeys / 2), value: undefined };
  }
  return { key: keyOf((round * 18 + turn) % keys), value: valueOf(count) };
}

function passing(round: number): string {
  return `passing.p${String(round % passingKeys).padStart(2, '0')}`;
}

function valueOf(count: number): string {
  const items = Array.from({ length: 1 + (count % 5) }, (_, item) => ({ item, amount: count % 7 }));
  return JSON.stringify({ count, status: count % 3 === 0 ? 'new' : 'paid', items });
}
