import type { KeyInfo } from '../model/entry';
import { Pace } from '../base/pace';
import type { KeyTrees } from './tree/keyTrees';

const keysAtOnce = 2_000;

/**
 * The last messages of the keys that `matches` lets through, in batches, in turns of a few
 * milliseconds. Keys that come or go meanwhile may be left out: a watch has to tell them.
 */
export async function* listFromMemory(
  trees: KeyTrees,
  matches: (key: string) => boolean,
): AsyncGenerator<KeyInfo[]> {
  const pace = new Pace();
  for (const tree of trees.all) {
    let cursor: number | undefined = 0;
    while (cursor !== undefined) {
      const { keys, next } = tree.keysFrom(cursor, keysAtOnce);
      cursor = next;
      const found = keys.filter(matches).flatMap((key) => trees.get(key) ?? []);
      if (found.length > 0) {
        yield found;
      }
      if (pace.isOver) {
        await pace.rest();
      }
    }
  }
}
