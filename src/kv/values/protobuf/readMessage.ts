import { t } from '../../base/l10n';
import type { Item } from '../items/item';
import type { ProtoField, ProtoMessage, ProtoSchema } from './protoSchema';
import { enumItem, isPackable, scalarItem, textItem, unpacked, wireTypeOf } from './scalars';
import { isSpecial, specialItem } from './wellKnown';
import { deepestMessage, joined, readRecords, WireError, type WireRecord } from './wire';

/** One value of a field: what JSON shows of it, and what it was made of. */
export interface ReadValue {
  readonly item: Item;
  readonly payload: Uint8Array;
}

/** A field with all that the wire has of it. */
export interface ReadField {
  readonly field: ProtoField;
  readonly item: Item;
  /** One for a single field, the elements of a list; of a map its entries, by their keys. */
  readonly values: readonly ReadValue[];
  readonly keys: readonly string[];
  /** Whether the numbers of a list stand in runs. */
  readonly isRun: boolean;
}

/** A message as it stands on the wire. */
export interface ReadMessage {
  readonly records: readonly WireRecord[];
  /** The known field of each record; undefined where the schema has none that is written so. */
  readonly fields: readonly (ProtoField | undefined)[];
  /** The fields to show, in the order of their first records. */
  readonly shown: ReadonlyMap<ProtoField, ReadField>;
}

/** What reading goes by, and what it finds out on its way. */
export interface Reading {
  readonly schema: ProtoSchema;
  /** Counts the fields that the schema does not know. */
  unknown: number;
  /** Why the value can only be looked at, if so; a clause. */
  obstacle: string | undefined;
}

/** What JSON shows of a message. Throws a `WireError` for bytes that are none of its type. */
export function messageItem(
  bytes: Uint8Array,
  type: ProtoMessage,
  reading: Reading,
  depth = 0,
): Item {
  if (type.name === 'google.protobuf.Any') {
    return anyItem(bytes, type, reading, depth);
  }
  return specialItem(type.name, plainItem(bytes, type, reading, depth), reading);
}

/** The fields of a message, without the form that JSON has for some types of Google's. */
export function plainItem(
  bytes: Uint8Array,
  type: ProtoMessage,
  reading: Reading,
  depth: number,
): Item & { kind: 'map' } {
  const { shown } = readMessage(bytes, type, reading, depth);
  const entries = [...shown.values()].map(
    ({ field, item }) => [textItem(field.jsonName), item] as const,
  );
  return { kind: 'map', entries };
}

/** The records of a message by its fields. */
export function readMessage(
  bytes: Uint8Array,
  type: ProtoMessage,
  reading: Reading,
  depth = 0,
): ReadMessage {
  if (depth > deepestMessage) {
    throw new WireError(t('it nests deeper than {0} levels', deepestMessage));
  }
  const records = readRecords(bytes);
  const fields = records.map((record) => fieldOf(record, type));
  reading.unknown += fields.filter((field) => field === undefined).length;
  const lastOf = lastMembers(fields);
  const byField = new Map<ProtoField, WireRecord[]>();
  records.forEach((record, at) => {
    const field = fields[at];
    const isShown = field && (field.oneof === undefined || lastOf.get(field.oneof) === field);
    if (isShown) {
      const known = byField.get(field) ?? [];
      known.push(record);
      byField.set(field, known);
    }
  });
  const shown = new Map(
    [...byField].map(([field, of]) => [field, readField(field, of, reading, depth + 1)]),
  );
  return { records, fields, shown };
}

function fieldOf({ number, wire }: WireRecord, type: ProtoMessage): ProtoField | undefined {
  const field = type.byNumber.get(number);
  const own = field && wireTypeOf(field.type);
  return own === wire || (field?.repeated && wire === 2 && isPackable(field.type))
    ? field
    : undefined;
}

/** Of the members of a oneof the last one counts. */
function lastMembers(fields: readonly (ProtoField | undefined)[]): Map<string, ProtoField> {
  return new Map(
    fields.flatMap((field) => (field?.oneof === undefined ? [] : [[field.oneof, field] as const])),
  );
}

function readField(
  field: ProtoField,
  records: readonly WireRecord[],
  reading: Reading,
  depth: number,
): ReadField {
  const value = (payload: Uint8Array): ReadValue => ({
    item: valueItem(payload, field, reading, depth),
    payload,
  });
  if (field.isMap) {
    return readMap(field, records, reading, depth);
  }
  if (field.repeated) {
    const own = wireTypeOf(field.type);
    const values = records
      .flatMap(({ wire, payload }) => (wire === own ? [payload] : unpacked(payload, own)))
      .map(value);
    const isRun = records.some(({ wire }) => wire !== own);
    const item: Item = { kind: 'list', items: values.map((each) => each.item) };
    return { field, values, item, keys: [], isRun };
  }
  // Several of a message are merged, which their bytes behind one another are; of others the last counts.
  const isMessage = field.type.kind === 'message' || field.type.kind === 'group';
  const last = records.at(-1)?.payload ?? new Uint8Array();
  const only = value(isMessage ? joined(records.map(({ payload }) => payload)) : last);
  return { field, values: [only], item: only.item, keys: [], isRun: false };
}

function readMap(
  field: ProtoField,
  records: readonly WireRecord[],
  reading: Reading,
  depth: number,
): ReadField {
  const entries = new Map<string, ReadValue>();
  for (const { payload } of records) {
    const [key, item] = entryOf(payload, field, reading, depth);
    entries.set(key, { item, payload });
  }
  const shown = [...entries].map(([key, { item }]) => [textItem(key), item] as const);
  return {
    field,
    values: [...entries.values()],
    keys: [...entries.keys()],
    isRun: false,
    item: { kind: 'map', entries: shown },
  };
}

/** The key and the value of an entry; what the wire does not have is the default. */
function entryOf(
  payload: Uint8Array,
  { type }: ProtoField,
  reading: Reading,
  depth: number,
): [key: string, value: Item] {
  if (type.kind !== 'message') {
    throw new WireError(t('its schema has a map without entries'));
  }
  const { shown } = readMessage(payload, type.message, reading, depth);
  const part = (number: number): Item => {
    const field = type.message.byNumber.get(number);
    if (!field) {
      throw new WireError(t('its schema has a map without entries'));
    }
    return shown.get(field)?.item ?? defaultItem(field, reading, depth);
  };
  const key = part(1);
  return ['value' in key ? String(key.value) : '', part(2)];
}

function defaultItem(field: ProtoField, reading: Reading, depth: number): Item {
  const width = { 0: 1, 1: 8, 2: 0, 3: 0, 5: 4 }[wireTypeOf(field.type)];
  return valueItem(new Uint8Array(width), field, reading, depth);
}

function valueItem(
  payload: Uint8Array,
  { type }: ProtoField,
  reading: Reading,
  depth: number,
): Item {
  switch (type.kind) {
    case 'scalar':
      return scalarItem(payload, type.scalar);
    case 'enum':
      return enumItem(payload, type.enum);
    case 'message':
    case 'group':
      return messageItem(payload, type.message, reading, depth);
  }
}

/** The message that is in an Any, by the name of its type; bytes where the schema does not know it. */
function anyItem(bytes: Uint8Array, type: ProtoMessage, reading: Reading, depth: number): Item {
  const plain = plainItem(bytes, type, reading, depth);
  const { url, content } = partsOfAny(plain);
  if (plain.entries.length === 0) {
    return plain;
  }
  const head = [textItem('@type'), textItem(url)] as const;
  const inner = messageInAny(url, reading.schema);
  const item =
    inner && contentItem(Buffer.from(content ?? '', 'base64'), inner, reading, depth + 1);
  if (!inner || !item) {
    const value = content === undefined ? [] : [[textItem('value'), textItem(content)] as const];
    return { kind: 'map', entries: [head, ...value] };
  }
  if (isSpecial(inner.name) || item.kind !== 'map') {
    return { kind: 'map', entries: [head, [textItem('value'), item]] };
  }
  return { kind: 'map', entries: [head, ...item.entries] };
}

/** The type that the URL of an Any names, where the schema has it. */
export function messageInAny(url: string, schema: ProtoSchema): ProtoMessage | undefined {
  return schema.message(url.slice(url.lastIndexOf('/') + 1));
}

/** What an Any holds; undefined, with an obstacle, when it is not of the type that it names. */
function contentItem(
  bytes: Uint8Array,
  type: ProtoMessage,
  reading: Reading,
  depth: number,
): Item | undefined {
  try {
    return messageItem(bytes, type, reading, depth);
  } catch (error) {
    if (!(error instanceof WireError)) {
      throw error;
    }
    reading.obstacle ??= t('it holds a {0} that cannot be read: {1}', type.name, error.message);
    return undefined;
  }
}

/** The two fields of an Any in its plain form: the name of a type, and bytes in base64. */
export function partsOfAny({ entries }: Item & { kind: 'map' }): {
  readonly url: string;
  readonly content: string | undefined;
} {
  const text = (name: string): string | undefined => {
    const item = entries.find(([key]) => key.kind === 'text' && key.value === name)?.[1];
    return item?.kind === 'text' ? item.value : undefined;
  };
  return { url: text('typeUrl') ?? '', content: text('value') };
}
