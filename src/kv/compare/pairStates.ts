import type { PairTable } from './pairTable';

/**
 * What a key of two sides is. `left` and `right`: only there. `none`: on no side, or left out by a rule.
 * `unreadable`: its value cannot be read on one side, or it is not known whether it had one.
 */
export type PairState = 'none' | 'same' | 'different' | 'left' | 'right' | 'unreadable';

const all: readonly PairState[] = ['none', 'same', 'different', 'left', 'right', 'unreadable'];

/** Owns the state of each key by its number; changes only through `set`. */
export class PairStates {
  private states = new Uint8Array(1 << 12);
  private readonly counts = all.map(() => 0);
  private readonly sorted = new Map<PairState, readonly string[]>();

  /** Keys that nothing was said of are no key yet, and count for nothing. */
  count(state: PairState): number {
    return this.counts[all.indexOf(state)] ?? 0;
  }

  at(at: number): PairState {
    return all[this.states[at] ?? 0] ?? 'none';
  }

  set(at: number, state: PairState): void {
    if (at >= this.states.length) {
      const larger = new Uint8Array(Math.max(at + 1, this.states.length * 2));
      larger.set(this.states);
      this.states = larger;
    }
    const before = this.states[at] ?? 0;
    const after = all.indexOf(state);
    if (before !== after) {
      this.counts[before] = (this.counts[before] ?? 0) - 1;
      this.counts[after] = (this.counts[after] ?? 0) + 1;
      this.states[at] = after;
      this.sorted.delete(state);
      this.sorted.delete(all[before] ?? 'none');
    }
  }

  keysIn(state: PairState, table: PairTable): readonly string[] {
    const known = this.sorted.get(state);
    if (known) {
      return known;
    }
    const wanted = all.indexOf(state);
    const keys: string[] = [];
    for (let at = 0; at < table.count; at++) {
      if (this.states[at] === wanted) {
        keys.push(table.keyAt(at));
      }
    }
    keys.sort();
    this.sorted.set(state, keys);
    return keys;
  }
}
