import { Pace } from '../base/pace';
import { Arena } from '../compare/arena';
import type { TreeRows } from '../keys/tree/treeRows';
import { throwIfCancelled } from '../model/errors';

const stepsPerLook = 256;

/** Owns keys one after the other as bytes, 8 more than a key has; they stay what they are. */
export class KeyList {
  private readonly arena = new Arena();
  private readonly encoder = new TextEncoder();
  count = 0;

  /** The keys of rows in turns of a few milliseconds; those that have gone by then are left out. */
  static async of(
    rows: Uint32Array,
    tree: TreeRows | undefined,
    signal: AbortSignal,
  ): Promise<KeyList> {
    const keys = new KeyList();
    const pace = new Pace();
    for (let at = 0; at < rows.length && tree; at++) {
      const row = rows[at] ?? 0;
      if (tree.revision(row) > 0) {
        keys.add(tree.key(row));
      }
      if (at % stepsPerLook === 0 && pace.isOver) {
        await pace.rest();
        throwIfCancelled(signal);
      }
    }
    return keys;
  }

  /** As many keys from a place on, fewer at the end. */
  part(from: number, most: number): string[] {
    const end = Math.min(this.count, from + most);
    return Array.from({ length: Math.max(0, end - from) }, (_, at) => this.arena.textAt(from + at));
  }

  private add(key: string): void {
    const bytes = this.encoder.encode(key);
    this.arena.push(bytes, 0, bytes.length);
    this.count++;
  }
}
