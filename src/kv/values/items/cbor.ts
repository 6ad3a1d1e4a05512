import { type ByteReader, Malformed, readWhole } from './byteReader';
import { type ByteWriter, written } from './byteWriter';
import { halfFloatBits, halfFloatOf } from './halfFloat';
import {
  deepestItem,
  floatItem,
  type Item,
  type ItemFormat,
  type JsonItem,
  unwritable,
} from './item';

/**
 * CBOR (RFC 8949). Own code for the reason given at `messagePack`. A `form` is the additional
 * information of the head: 24 to 27 for a length of 1 to 8 bytes, 31 for a container of no
 * announced length, less for what is in the head itself.
 */
export const cbor: ItemFormat = {
  smallest: -(2n ** 64n),
  read: (bytes) => readWhole(bytes, (reader) => readItem(reader, 0)),
  write: (item) => written((writer) => writeItem(writer, item)),
};

/** The additional information of a container or string that ends with a mark. */
const indefinite = 31;

/** The upper three bits of the first byte of an item; 7 is for floats and simple values. */
const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6 } as const;

function readItem(reader: ByteReader, depth: number): Item {
  const item = readUnlessBreak(reader, depth);
  if (!item) {
    throw new Malformed();
  }
  return item;
}

/** An item, or undefined for the mark that ends a container of no announced length. */
function readUnlessBreak(reader: ByteReader, depth: number): Item | undefined {
  if (depth > deepestItem) {
    throw new Malformed();
  }
  const first = reader.byte();
  const type = first >> 5;
  const form = first & 31;
  switch (type) {
    case major.unsigned:
      return { kind: 'integer', value: readArgument(reader, form), form };
    case major.negative:
      return { kind: 'integer', value: -1n - readArgument(reader, form), form };
    case major.bytes:
    case major.text:
      return form === indefinite ? readChunks(reader, type) : readString(reader, type, form);
    case major.list:
      return { kind: 'list', items: readItems(reader, form, depth, 1), form };
    case major.map:
      return { kind: 'map', entries: pairs(readItems(reader, form, depth, 2)), form };
    case major.tag:
      return {
        kind: 'tagged',
        tag: String(readArgument(reader, form)),
        item: readItem(reader, depth + 1),
      };
    default:
      return first === 0xff ? undefined : readSimple(reader, form);
  }
}

/** The number that a head carries: a value, a length or a tag. */
function readArgument(reader: ByteReader, form: number): bigint {
  if (form < 24) {
    return BigInt(form);
  }
  if (form > 27) {
    throw new Malformed();
  }
  return reader.unsigned(1 << (form - 24));
}

function readString(reader: ByteReader, type: number, form: number): Item {
  const length = Number(readArgument(reader, form));
  if (type === major.bytes) {
    return { kind: 'bytes', value: reader.take(length) };
  }
  const value = reader.text(length);
  // RFC 8949, section 3.1: a text is UTF-8. What is not was most likely MessagePack.
  if (typeof value !== 'string') {
    throw new Malformed();
  }
  return { kind: 'text', value, form };
}

/** A string in chunks is only looked at: where it is cut has no place in JSON. */
function readChunks(reader: ByteReader, type: number): Item {
  const items: Item[] = [];
  for (let first = reader.byte(); first !== 0xff; first = reader.byte()) {
    if (first >> 5 !== type || (first & 31) === indefinite) {
      throw new Malformed();
    }
    items.push(readString(reader, type, first & 31));
  }
  return { kind: 'tagged', tag: 'chunks', item: { kind: 'list', items } };
}

/** The items of a list, or the keys and values of a map (`each` is 2) one after the other. */
function readItems(reader: ByteReader, form: number, depth: number, each: 1 | 2): Item[] {
  const items: Item[] = [];
  if (form !== indefinite) {
    const count = Number(readArgument(reader, form)) * each;
    for (let i = 0; i < count; i++) {
      items.push(readItem(reader, depth + 1));
    }
    return items;
  }
  for (;;) {
    const item = readUnlessBreak(reader, depth + 1);
    if (!item) {
      break;
    }
    items.push(item);
  }
  if (items.length % each !== 0) {
    throw new Malformed();
  }
  return items;
}

function pairs(items: readonly Item[]): [Item, Item][] {
  const entries: [Item, Item][] = [];
  for (let i = 0; i + 1 < items.length; i += 2) {
    entries.push([items[i] as Item, items[i + 1] as Item]);
  }
  return entries;
}

/** Numbers below 32 in a byte of their own are forbidden: they have a shorter form. */
function readSimple(reader: ByteReader, form: number): Item {
  switch (form) {
    case 20:
    case 21:
      return { kind: 'constant', value: form === 21 };
    case 22:
      return { kind: 'constant', value: null };
    case 23:
      return { kind: 'word', word: 'undefined' };
    case 25:
      return floatItem(halfFloatOf(Number(reader.unsigned(2))), 2);
    case 26:
      return floatItem(reader.float(4), 4);
    case 27:
      return floatItem(reader.float(8), 8);
  }
  const simple = form === 24 ? reader.byte() : form;
  if (form > 24 || (form === 24 && simple < 32)) {
    throw new Malformed();
  }
  return { kind: 'word', word: `simple(${simple})` };
}

function writeItem(writer: ByteWriter, item: Item): void {
  switch (item.kind) {
    case 'constant':
      return writer.byte(item.value === null ? 0xf6 : item.value ? 0xf5 : 0xf4);
    case 'integer':
      return item.value < 0n
        ? writeHead(writer, major.negative, -1n - item.value, item.form)
        : writeHead(writer, major.unsigned, item.value, item.form);
    case 'float':
      return writeFloat(writer, item);
    case 'text': {
      const bytes = Buffer.from(item.value);
      writeHead(writer, major.text, BigInt(bytes.byteLength), item.form);
      return writer.write(bytes);
    }
    case 'list':
      return writeItems(writer, major.list, item.items, item.items.length, item.form);
    case 'map':
      return writeItems(writer, major.map, item.entries.flat(), item.entries.length, item.form);
    default:
      throw unwritable(item);
  }
}

function writeItems(
  writer: ByteWriter,
  type: number,
  items: readonly Item[],
  length: number,
  form: number | undefined,
): void {
  if (form === indefinite) {
    writer.byte((type << 5) | indefinite);
  } else {
    writeHead(writer, type, BigInt(length), form);
  }
  items.forEach((one) => writeItem(writer, one));
  if (form === indefinite) {
    writer.byte(0xff);
  }
}

/** The head in the wanted form if the number fits into it, else in the shortest. */
function writeHead(writer: ByteWriter, type: number, argument: bigint, wanted = 0): void {
  if (argument < 24n && wanted < 24) {
    return writer.byte((type << 5) | Number(argument));
  }
  const fitting = [24, 25, 26, 27].filter((form) => argument < 2n ** BigInt(8 << (form - 24)));
  const form = fitting.find((one) => one === wanted) ?? fitting[0];
  if (form === undefined) {
    throw new RangeError('An integer of CBOR has 64 bits.');
  }
  writer.byte((type << 5) | form);
  writer.integer(argument, 1 << (form - 24));
}

function writeFloat(writer: ByteWriter, { value, width }: JsonItem & { kind: 'float' }): void {
  switch (width) {
    case 2:
      writer.byte(0xf9);
      return writer.integer(BigInt(halfFloatBits(value) ?? 0), 2);
    case 4:
    case 8:
      writer.byte(width === 4 ? 0xfa : 0xfb);
      return writer.float(value, width);
  }
}
