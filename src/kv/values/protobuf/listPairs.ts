import type { Item } from '../items/item';
import { jsonOf } from '../items/itemText';

/** Which elements of an edited list were which of the stored one. */
export interface ListPairs {
  /** The place in the stored list, for each element; undefined for a new one. */
  readonly like: readonly (number | undefined)[];
  /** False when some were changed and others added, removed or moved: those count as new. */
  readonly isSure: boolean;
  /** Places in the stored list of equal elements, of which some were removed: it cannot be told which. */
  readonly twins: readonly (readonly number[])[];
}

/** Equal elements are the same, wherever they are; changed ones only in the places that they had. */
export function listPairs(edited: readonly Item[], stored: readonly Item[]): ListPairs {
  const like: (number | undefined)[] = edited.map(() => undefined);
  const left = new Map<string, number[]>();
  const free = new Set(stored.keys());
  const texts = edited.map(jsonOf);
  const before = stored.map(jsonOf);
  before.forEach((text, at) => {
    if (text === texts[at]) {
      like[at] = at;
      free.delete(at);
    } else {
      pushTo(left, text, at);
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
  const isSure = isInPlace || added.length === 0 || free.size === 0;
  return { like, isSure, twins: isInPlace ? [] : twinsOf(before, free) };
}

function twinsOf(before: readonly string[], removed: ReadonlySet<number>): number[][] {
  if (removed.size === 0) {
    return [];
  }
  const equal = new Map<string, number[]>();
  before.forEach((text, at) => {
    pushTo(equal, text, at);
  });
  return [...equal.values()].filter(
    (places) => places.some((at) => removed.has(at)) && places.some((at) => !removed.has(at)),
  );
}

function pushTo(places: Map<string, number[]>, text: string, at: number): void {
  const known = places.get(text) ?? [];
  known.push(at);
  places.set(text, known);
}
