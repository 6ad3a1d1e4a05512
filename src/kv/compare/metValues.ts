import { createHash } from 'node:crypto';
import { Arena } from './arena';
import type { SideAt } from './pairTable';

/** A longer value is remembered by its SHA-256, which is followed by its length: more bytes than this. */
const longest = 64;
const verdicts = [undefined, 'same', 'different'] as const;
const isWaiting = 3;
const isOver = 4;

/**
 * Owns the values that listings have brought, each until that of the other side has come; changes only
 * through `tell` and `forget`. A key that is told again by one side has no verdict: it has to be read.
 */
export class MetValues {
  /** The values that were told first, in the order of their coming. */
  private readonly first = new Arena();
  private places = new Uint32Array(1 << 12);
  private states = new Uint8Array(1 << 12);
  private readonly sides: SideAt[] = [];
  private count = 0;

  /** Takes a value. Returns whether both are known now. */
  tell(side: SideAt, at: number, value: Uint8Array): boolean {
    if (at >= this.states.length) {
      this.grow(Math.max(at + 1, this.states.length * 2));
    }
    const state = this.states[at];
    if (state === 0) {
      const bytes = shortened(value);
      this.first.push(bytes, 0, bytes.length);
      this.places[at] = this.count++;
      this.sides[at] = side;
      this.states[at] = isWaiting;
      return false;
    }
    if (state !== isWaiting || this.sides[at] === side) {
      this.states[at] = isOver;
      return false;
    }
    const bytes = shortened(value);
    this.states[at] = this.first.equals(this.places[at] ?? 0, bytes, 0, bytes.length) ? 1 : 2;
    return true;
  }

  /** The key has changed since. */
  forget(at: number): void {
    if (at >= this.states.length) {
      this.grow(Math.max(at + 1, this.states.length * 2));
    }
    this.states[at] = isOver;
  }

  at(at: number): 'same' | 'different' | undefined {
    return verdicts[this.states[at] ?? 0];
  }

  private grow(length: number): void {
    const [places, states] = [this.places, this.states];
    this.places = new Uint32Array(length);
    this.places.set(places);
    this.states = new Uint8Array(length);
    this.states.set(states);
  }
}

function shortened(value: Uint8Array): Uint8Array {
  return value.length <= longest
    ? value
    : Buffer.from(`${createHash('sha256').update(value).digest('hex')} ${value.length}`);
}
