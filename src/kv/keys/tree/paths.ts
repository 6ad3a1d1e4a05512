/** Paths one right after the other, and where each ends. */
export interface Paths {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
  readonly length: number;
}

/** What a walk over many paths at once writes down, a number for each path. */
export function newScratch(length: number) {
  const numbers = () => new Uint32Array(length);
  return { parents: numbers(), starts: numbers(), hashes: numbers(), nodes: numbers() };
}

/** Some keys of many, and where to go on; undefined at the end. */
export interface KeyPart {
  readonly keys: string[];
  readonly next: number | undefined;
}

/** What applying a message changed: nothing seen, a key's facts, or which keys there are. */
export type KeyTreeChange = 'none' | 'facts' | 'keys';
