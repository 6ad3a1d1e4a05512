import { type ByteReader, Malformed, readWhole } from './byteReader';
import { type ByteWriter, written } from './byteWriter';
import { deepestItem, floatItem, type Item, type ItemFormat, unwritable } from './item';

/**
 * MessagePack (github.com/msgpack/msgpack/blob/master/spec.md). Own code, for libraries tell neither
 * the width of a number that they read, nor `1.0` from `1`, and so cannot write the same bytes again.
 * A `form` is the first byte of the item.
 */
export const messagePack: ItemFormat = {
  smallest: -(2n ** 63n),
  read: (bytes) => readWhole(bytes, (reader) => readItem(reader, 0)),
  write: (item) => written((writer) => writeItem(writer, item)),
};

function readItem(reader: ByteReader, depth: number): Item {
  if (depth > deepestItem) {
    throw new Malformed();
  }
  const form = reader.byte();
  if (form < 0x80 || form >= 0xe0) {
    return { kind: 'integer', value: BigInt(form < 0x80 ? form : form - 0x100), form };
  }
  if (form < 0xc0) {
    const length = form & (form < 0xa0 ? 0x0f : 0x1f);
    return form < 0x90
      ? readMap(reader, length, form, depth)
      : form < 0xa0
        ? readList(reader, length, form, depth)
        : readText(reader, length, form);
  }
  return readMarked(reader, form, depth);
}

/** An item whose first byte holds no value or length, only its form. */
function readMarked(reader: ByteReader, form: number, depth: number): Item {
  const length = (width: number): number => Number(reader.unsigned(width));
  switch (form) {
    case 0xc0:
      return { kind: 'constant', value: null };
    case 0xc2:
    case 0xc3:
      return { kind: 'constant', value: form === 0xc3 };
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return { kind: 'bytes', value: reader.take(length(1 << (form - 0xc4))) };
    case 0xc7:
    case 0xc8:
    case 0xc9:
      return readExtension(reader, length(1 << (form - 0xc7)));
    case 0xca:
      return floatItem(reader.float(4), 4);
    case 0xcb:
      return floatItem(reader.float(8), 8);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
      return { kind: 'integer', value: reader.unsigned(1 << (form - 0xcc)), form };
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return { kind: 'integer', value: reader.signed(1 << (form - 0xd0)), form };
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return readExtension(reader, 1 << (form - 0xd4));
    case 0xd9:
    case 0xda:
    case 0xdb:
      return readText(reader, length(1 << (form - 0xd9)), form);
    case 0xdc:
    case 0xdd:
      return readList(reader, length(form === 0xdc ? 2 : 4), form, depth);
    case 0xde:
    case 0xdf:
      return readMap(reader, length(form === 0xde ? 2 : 4), form, depth);
    default:
      throw new Malformed();
  }
}

/** Old writers put bytes where texts are: what is not UTF-8 is shown as bytes. */
function readText(reader: ByteReader, length: number, form: number): Item {
  const value = reader.text(length);
  return typeof value === 'string' ? { kind: 'text', value, form } : { kind: 'bytes', value };
}

/** An extension of an application, or a time (-1): JSON has neither. */
function readExtension(reader: ByteReader, length: number): Item {
  const tag = `ext ${reader.signed(1)}`;
  return { kind: 'tagged', tag, item: { kind: 'bytes', value: reader.take(length) } };
}

function readList(reader: ByteReader, length: number, form: number, depth: number): Item {
  const items: Item[] = [];
  for (let i = 0; i < length; i++) {
    items.push(readItem(reader, depth + 1));
  }
  return { kind: 'list', items, form };
}

function readMap(reader: ByteReader, length: number, form: number, depth: number): Item {
  const entries: [Item, Item][] = [];
  for (let i = 0; i < length; i++) {
    entries.push([readItem(reader, depth + 1), readItem(reader, depth + 1)]);
  }
  return { kind: 'map', entries, form };
}

function writeItem(writer: ByteWriter, item: Item): void {
  switch (item.kind) {
    case 'constant':
      return writer.byte(item.value === null ? 0xc0 : item.value ? 0xc3 : 0xc2);
    case 'integer':
      return writeInteger(writer, item.value, item.form);
    case 'float':
      writer.byte(item.width === 8 ? 0xcb : 0xca);
      return writer.float(item.value, item.width === 8 ? 8 : 4);
    case 'text': {
      const bytes = Buffer.from(item.value);
      writeLength(writer, bytes.byteLength, lengths.text, item.form);
      return writer.write(bytes);
    }
    case 'list':
      writeLength(writer, item.items.length, lengths.list, item.form);
      return item.items.forEach((one) => writeItem(writer, one));
    case 'map':
      writeLength(writer, item.entries.length, lengths.map, item.form);
      return item.entries.flat().forEach((one) => writeItem(writer, one));
    default:
      throw unwritable(item);
  }
}

/** Every form of an integer with a first byte of its own, shortest first. */
const integers = [0xcc, 0xcd, 0xce, 0xcf].flatMap((form, i) => [
  { form, width: 1 << i, least: 0n, most: 2n ** BigInt(8 << i) - 1n },
  {
    form: 0xd0 + i,
    width: 1 << i,
    least: -(2n ** BigInt((8 << i) - 1)),
    most: 2n ** BigInt((8 << i) - 1) - 1n,
  },
]);

/** The integer in the wanted form if it fits into it, else in the shortest. */
function writeInteger(writer: ByteWriter, value: bigint, wanted?: number): void {
  const fitting = integers.filter(({ least, most }) => least <= value && value <= most);
  const asWanted = fitting.find(({ form }) => form === wanted);
  if (!asWanted && value >= -32n && value < 128n) {
    return writer.integer(value, 1);
  }
  const chosen = asWanted ?? fitting[0];
  if (!chosen) {
    throw new RangeError('An integer of MessagePack has 64 bits.');
  }
  writer.byte(chosen.form);
  writer.integer(value, chosen.width);
}

/** The forms of a length: in the first byte itself, or in bytes behind it. */
interface Lengths {
  /** The first byte of a short one, and how many are short. */
  readonly fixed: number;
  readonly shorts: number;
  readonly forms: readonly { readonly form: number; readonly width: number }[];
}

const lengths: Readonly<Record<'text' | 'list' | 'map', Lengths>> = {
  text: {
    fixed: 0xa0,
    shorts: 32,
    forms: [
      { form: 0xd9, width: 1 },
      { form: 0xda, width: 2 },
      { form: 0xdb, width: 4 },
    ],
  },
  list: {
    fixed: 0x90,
    shorts: 16,
    forms: [
      { form: 0xdc, width: 2 },
      { form: 0xdd, width: 4 },
    ],
  },
  map: {
    fixed: 0x80,
    shorts: 16,
    forms: [
      { form: 0xde, width: 2 },
      { form: 0xdf, width: 4 },
    ],
  },
};

/** A length in the wanted form if it fits into it, else in the shortest. */
function writeLength(
  writer: ByteWriter,
  length: number,
  { fixed, shorts, forms }: Lengths,
  wanted?: number,
): void {
  const fitting = forms.filter(({ width }) => length < 2 ** (8 * width));
  const asWanted = fitting.find(({ form }) => form === wanted);
  if (!asWanted && length < shorts) {
    return writer.byte(fixed | length);
  }
  const chosen = asWanted ?? fitting[0];
  if (!chosen) {
    throw new RangeError('A length of MessagePack has 32 bits.');
  }
  writer.byte(chosen.form);
  writer.integer(BigInt(length), chosen.width);
}
