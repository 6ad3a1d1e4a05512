import { halfFloatBits } from './halfFloat';
import { sameItem, type FloatWidth, type Item, type JsonItem } from './item';
import { floatText } from './itemText';

type JsonFloat = JsonItem & { kind: 'float' };
type JsonList = JsonItem & { kind: 'list' };
type JsonMap = JsonItem & { kind: 'map' };

/**
 * The edited item, written as the stored one is: whatever stands where something of its kind stood
 * keeps the widths of it, and an integer typed over a float is a float. So what was not edited keeps
 * its bytes, and a field keeps the type that its readers know.
 */
export function likeStored(edited: Item, stored: Item | undefined): Item {
  if (edited.kind === 'integer' && stored?.kind === 'float') {
    const value = Number(edited.value);
    return BigInt(value) === edited.value
      ? likeFloat({ kind: 'float', value, width: 8 }, stored.width)
      : edited;
  }
  if (edited.kind === 'float' && stored?.kind === 'float') {
    return likeFloat(edited, stored.width);
  }
  if (edited.kind === 'list' && stored?.kind === 'list') {
    return { ...edited, items: likeItems(edited, stored), ...formOf(stored) };
  }
  if (edited.kind === 'map' && stored?.kind === 'map') {
    return { ...edited, entries: likeEntries(edited, stored), ...formOf(stored) };
  }
  return edited.kind === stored?.kind ? { ...edited, ...formOf(stored) } : edited;
}

function formOf(stored: Item): { form?: number } {
  return 'form' in stored && stored.form !== undefined ? { form: stored.form } : {};
}

/** A narrow float stays narrow if it then still reads as it was typed. */
function likeFloat(edited: JsonFloat, width: FloatWidth): JsonFloat {
  const { value } = edited;
  if (width === 2 && halfFloatBits(value) !== undefined) {
    return { ...edited, width };
  }
  const single = Math.fround(value);
  const readsTheSame =
    width === 2
      ? single === value
      : Number.isFinite(single) && floatText(single, 4) === floatText(value, 8);
  return width < 8 && readsTheSame ? { ...edited, value: single, width: 4 } : edited;
}

/** Elements by position; when some were added or removed, from both ends as far as they are equal. */
function likeItems({ items }: JsonList, stored: JsonList): Item[] {
  const old = stored.items;
  if (items.length === old.length) {
    return items.map((one, i) => likeStored(one, old[i]));
  }
  const shorter = Math.min(items.length, old.length);
  let head = 0;
  while (head < shorter && isStill(items[head], old[head])) {
    head++;
  }
  let tail = 0;
  while (tail < shorter - head && isStill(items.at(-1 - tail), old.at(-1 - tail))) {
    tail++;
  }
  const moved = old.length - items.length;
  return items.map((one, i) => {
    const inTail = i >= items.length - tail;
    return i < head || inTail ? likeStored(one, old[inTail ? i + moved : i]) : one;
  });
}

function isStill(edited: Item | undefined, stored: Item | undefined): boolean {
  return edited !== undefined && sameItem(likeStored(edited, stored), stored);
}

/** Entries by key; the second of two equal keys is like the second of the stored. */
function likeEntries({ entries }: JsonMap, stored: JsonMap): [Item, Item][] {
  const left = new Map<string, [Item, Item][]>();
  stored.entries.forEach(([key, value]) => {
    const name = nameOf(key);
    const same = left.get(name) ?? [];
    same.push([key, value]);
    left.set(name, same);
  });
  return entries.map(([key, value]) => {
    const like = left.get(nameOf(key))?.shift();
    return [likeStored(key, like?.[0]), likeStored(value, like?.[1])];
  });
}

function nameOf(key: Item): string {
  return key.kind === 'text' ? key.value : '';
}
