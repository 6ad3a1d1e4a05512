import { createHash } from 'node:crypto';
import type { SideAt } from './pairTable';

/** A longer value is remembered by its SHA-256, whose text is longer than this. */
const longest = 64;
const verdicts = [undefined, 'same', 'different'] as const;
const isWaiting = 3;
const isOver = 4;

/**
 * Owns the values that listings have brought, each until that of the other side has come; changes only
 * through `tell` and `forget`. A key that is told again by one side has no verdict: it has to be read.
 */
export class MetValues {
  private readonly waiting: (string | undefined)[] = [];
  private readonly sides: SideAt[] = [];
  private states = new Uint8Array(1 << 12);

  /** Takes a value. Returns whether both are known now. */
  tell(side: SideAt, at: number, value: Uint8Array): boolean {
    if (at >= this.states.length) {
      const larger = new Uint8Array(Math.max(at + 1, this.states.length * 2));
      larger.set(this.states);
      this.states = larger;
    }
    const state = this.states[at];
    if (state === 0) {
      this.waiting[at] = textOf(value);
      this.sides[at] = side;
      this.states[at] = isWaiting;
      return false;
    }
    if (state !== isWaiting || this.sides[at] === side) {
      this.waiting[at] = undefined;
      this.states[at] = isOver;
      return false;
    }
    this.states[at] = this.waiting[at] === textOf(value) ? 1 : 2;
    this.waiting[at] = undefined;
    return true;
  }

  /** The key has changed since. */
  forget(at: number): void {
    if (at < this.states.length) {
      this.waiting[at] = undefined;
      this.states[at] = isOver;
    }
  }

  at(at: number): 'same' | 'different' | undefined {
    return verdicts[this.states[at] ?? 0];
  }
}

function textOf(value: Uint8Array): string {
  if (value.length > longest) {
    return `${createHash('sha256').update(value).digest('hex')} ${value.length}`;
  }
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return bytes.toString('latin1');
}
