import { t } from '../base/l10n';
import { sameBytes } from '../base/bytes';
import type { Encoded, EncodedBytes } from './encoded';
import { cbor } from './items/cbor';
import { obstacleTo, type Item, type ItemFormat } from './items/item';
import { itemOfJson } from './items/itemOfJson';
import { diagnosticOf, jsonOf } from './items/itemText';
import { likeStored } from './items/likeStored';
import { messagePack } from './items/messagePack';
import { scanJson } from './scanJson';

/**
 * CBOR or MessagePack as text. `inner` is minified JSON; when JSON cannot say it all, the diagnostic
 * notation of CBOR, to be looked at only.
 */
export interface ItemEncoding extends EncodedBytes {
  readonly kind: 'cbor' | 'messagePack';
  readonly item: Item;
  /** The mark of three bytes that some CBOR begins with, or nothing. */
  readonly mark: Uint8Array;
  /** Why the value can only be looked at, if so. */
  readonly viewOnly?: string;
}

/** 'This is CBOR': the tag 55799. */
const selfDescribed = Uint8Array.of(0xd9, 0xd9, 0xf7);

/** The encoding of bytes that are one item of one of the formats and not of the other. */
export function itemEncodingOf(outer: Uint8Array, asked: boolean): ItemEncoding | undefined {
  const isMarked = sameBytes(outer.subarray(0, 3), selfDescribed);
  if (isMarked) {
    const item = cbor.read(outer.subarray(3));
    return item && encoding('cbor', item, outer, selfDescribed);
  }
  const found = (['messagePack', 'cbor'] as const).flatMap((kind) => {
    const item = formatOf(kind).read(outer);
    return item && (asked || isCertain(item)) ? [{ kind, item }] : [];
  });
  const certain = found.filter(({ item }) => isCertain(item));
  const [first, second] = certain.length > 0 ? certain : found;
  return first && !second ? encoding(first.kind, first.item, outer, new Uint8Array()) : undefined;
}

/** The encoding of bytes in the format of another encoding. */
export function itemEncodingLike(
  outer: Uint8Array,
  { kind, mark }: ItemEncoding,
): ItemEncoding | undefined {
  const item = formatOf(kind).read(outer.subarray(mark.byteLength));
  return item && encoding(kind, item, outer, mark);
}

/** A map with texts as keys, or a list of nothing but such maps: no other bytes look like that. */
function isCertain(item: Item): boolean {
  if (item.kind === 'list') {
    return item.items.length > 0 && item.items.every((one) => one.kind === 'map' && isCertain(one));
  }
  return (
    item.kind === 'map' &&
    item.entries.length > 0 &&
    item.entries.every(([key]) => key.kind === 'text')
  );
}

function encoding(
  kind: ItemEncoding['kind'],
  item: Item,
  outer: Uint8Array,
  mark: Uint8Array,
): ItemEncoding {
  const obstacle = obstacleTo(item);
  if (obstacle) {
    const viewOnly = t('it holds {0}, which JSON has no place for', obstacle);
    return { kind, item, outer, mark, inner: Buffer.from(diagnosticOf(item)), viewOnly };
  }
  const inner = Buffer.from(jsonOf(item));
  const shown: ItemEncoding = { kind, item, outer, mark, inner };
  const again = itemsFromJson(inner, shown);
  const isKept = again.kind === 'value' && sameBytes(again.bytes, outer);
  return isKept
    ? shown
    : { ...shown, viewOnly: t('its bytes could not be made again from the text') };
}

/** The bytes of a JSON text, written like those of the encoding as far as they are the same. */
export function itemsFromJson(
  bytes: Uint8Array,
  { kind, item, mark, viewOnly }: ItemEncoding,
): Encoded {
  if (viewOnly) {
    return { kind: 'viewOnly', reason: viewOnly };
  }
  const tokens = scanJson(Buffer.from(bytes).toString());
  if (tokens.kind === 'invalid') {
    return tokens;
  }
  const format = formatOf(kind);
  const edited = itemOfJson(tokens, format.smallest);
  if (edited.kind === 'invalid') {
    return edited;
  }
  const written = format.write(likeStored(edited, item));
  return { kind: 'value', bytes: Buffer.concat([mark, written]) };
}

function formatOf(kind: ItemEncoding['kind']): ItemFormat {
  return kind === 'cbor' ? cbor : messagePack;
}
