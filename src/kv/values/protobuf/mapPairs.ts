import type { Item } from '../items/item';
import { jsonOf } from '../items/itemText';

/** Which entries of an edited map were which of the stored one. */
export interface MapPairs {
  /** The place of the stored entry, by the new key. */
  readonly like: ReadonlyMap<string, number>;
  /** The places of removed entries that may be ones which were added with other keys and values. */
  readonly unsure: readonly number[];
}

/** Entries with the same key are the same; so are a removed and an added one that alone have the same value. */
export function mapPairs(
  edited: ReadonlyMap<string, Item>,
  keys: readonly string[],
  values: readonly Item[],
): MapPairs {
  const places = new Map(keys.map((key, at) => [key, at]));
  const like = new Map<string, number>();
  const added = new Map<string, Item>();
  for (const [key, item] of edited) {
    const at = places.get(key);
    if (at === undefined) {
      added.set(key, item);
    } else {
      like.set(key, at);
    }
  }
  const removed = new Map([...values.entries()].filter(([at]) => !edited.has(keys[at] ?? '')));
  if (added.size === 0 || removed.size === 0) {
    return { like, unsure: [] };
  }
  const keysOf = byText(added);
  const placesOf = byText(removed);
  for (const [text, [key, ...otherKeys]] of keysOf) {
    const [at, ...otherPlaces] = placesOf.get(text) ?? [];
    const isOne = otherKeys.length === 0 && otherPlaces.length === 0;
    if (key !== undefined && at !== undefined && isOne) {
      like.set(key, at);
      added.delete(key);
      removed.delete(at);
    }
  }
  return { like, unsure: added.size === 0 ? [] : [...removed.keys()] };
}

/** What items are called by, for each text that they have in JSON. */
function byText<K>(items: ReadonlyMap<K, Item>): Map<string, K[]> {
  const found = new Map<string, K[]>();
  for (const [name, item] of items) {
    const text = jsonOf(item);
    const names = found.get(text) ?? [];
    names.push(name);
    found.set(text, names);
  }
  return found;
}
