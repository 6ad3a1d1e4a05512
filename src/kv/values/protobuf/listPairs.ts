import type { Item } from '../items/item';
import { jsonOf } from '../items/itemText';

/** Which elements of an edited list were which of the stored one. */
export interface ListPairs {
  /** The place in the stored list, for each element; undefined for a new one. */
  readonly like: readonly (number | undefined)[];
  /** False when some were changed and others added, removed or moved: those count as new. */
  readonly isSure: boolean;
}

/** Equal elements are the same, wherever they are; changed ones only in the places that they had. */
export function listPairs(edited: readonly Item[], stored: readonly Item[]): ListPairs {
  const like: (number | undefined)[] = edited.map(() => undefined);
  const left = new Map<string, number[]>();
  const free = new Set(stored.keys());
  const texts = edited.map(jsonOf);
  stored.forEach((item, at) => {
    const text = jsonOf(item);
    if (text === texts[at]) {
      like[at] = at;
      free.delete(at);
    } else {
      left.set(text, [...(left.get(text) ?? []), at]);
    }
  });
  texts.forEach((text, at) => {
    const same = like[at] === undefined ? left.get(text)?.shift() : undefined;
    if (same !== undefined) {
      like[at] = same;
      free.delete(same);
    }
  });
  const added = [...like.keys()].filter((at) => like[at] === undefined);
  const isInPlace = added.length === free.size && added.every((at) => free.has(at));
  if (isInPlace) {
    added.forEach((at) => (like[at] = at));
  }
  return { like, isSure: isInPlace || added.length === 0 || free.size === 0 };
}
