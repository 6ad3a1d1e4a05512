import { t } from '../../base/l10n';

/**
 * A value of CBOR or MessagePack with what the bytes say beyond it. `form` is how the format wrote
 * a head (its own code: the width of a number, of a length); without one the shortest is taken.
 */
export type Item = JsonItem | OtherItem;

/** What JSON has a place for. */
export type JsonItem =
  | { readonly kind: 'integer'; readonly value: bigint; readonly form?: number }
  | { readonly kind: 'float'; readonly value: number; readonly width: FloatWidth }
  | { readonly kind: 'text'; readonly value: string; readonly form?: number }
  | { readonly kind: 'list'; readonly items: readonly Item[]; readonly form?: number }
  | { readonly kind: 'map'; readonly entries: readonly MapEntry[]; readonly form?: number }
  | { readonly kind: 'constant'; readonly value: boolean | null };

/** What can only be looked at. */
export type OtherItem =
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'tagged'; readonly tag: string; readonly item: Item }
  | { readonly kind: 'word'; readonly word: string };

type MapEntry = readonly [key: Item, value: Item];

/** Bytes of a floating point number. */
export type FloatWidth = 2 | 4 | 8;

/** CBOR or MessagePack. */
export interface ItemFormat {
  /** The one item that the bytes are, or undefined when they are anything else or nest too deeply. */
  read(bytes: Uint8Array): Item | undefined;
  /** The bytes of an item. Throws when there is something in it that JSON has no place for. */
  write(item: Item): Uint8Array;
  /** The smallest integer there is; the largest is 2^64 - 1. */
  readonly smallest: bigint;
}

/** What a format throws for an item that it only reads. */
export function unwritable({ kind }: OtherItem): Error {
  return new RangeError(`An item of the kind ${kind} is not written.`);
}

/** Items that nest deeper are not read, so that recursion ends. */
export const deepestItem = 200;

/** A float that is no number has no place in JSON. */
export function floatItem(value: number, width: FloatWidth): Item {
  return Number.isFinite(value)
    ? { kind: 'float', value, width }
    : { kind: 'word', word: String(value) };
}

/** What keeps an item from being shown as JSON, as 'it holds …' goes on, or undefined. */
export function obstacleTo(item: Item): string | undefined {
  switch (item.kind) {
    case 'bytes':
      return 'bytes';
    case 'tagged':
      return t('a value marked {0}', item.tag);
    case 'word':
      return t('the value {0}', item.word);
    case 'list':
      return firstOf(item.items, obstacleTo);
    case 'map':
      return firstOf(item.entries, ([key, value]) =>
        key.kind === 'text' ? obstacleTo(value) : t('a key that is not a text'),
      );
    case 'integer':
    case 'float':
    case 'text':
    case 'constant':
      return undefined;
  }
}

function firstOf<T>(all: readonly T[], find: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Whether two items are the same value; how they are written does not matter. -0 is not 0. */
export function sameItem(a: Item | undefined, b: Item | undefined): boolean {
  if (a?.kind === 'list' && b?.kind === 'list') {
    return (
      a.items.length === b.items.length && a.items.every((one, i) => sameItem(one, b.items[i]))
    );
  }
  if (a?.kind === 'map' && b?.kind === 'map') {
    return (
      a.entries.length === b.entries.length &&
      a.entries.every(
        ([key, value], i) => sameItem(key, b.entries[i]?.[0]) && sameItem(value, b.entries[i]?.[1]),
      )
    );
  }
  return a?.kind === b?.kind && Object.is(valueOf(a), valueOf(b));
}

function valueOf(item: Item | undefined): unknown {
  return item && 'value' in item ? item.value : item;
}
