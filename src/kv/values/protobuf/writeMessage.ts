import { t } from '../../base/l10n';
import { sameBytes } from '../../base/bytes';
import { sameItem, type Item } from '../items/item';
import { listPairs } from './listPairs';
import { mapPairs } from './mapPairs';
import {
  membersOf,
  namesOf,
  PlacedError,
  refuseNull,
  under,
  type MapItem,
  type Member,
} from './members';
import { placeRecords, type Written } from './placeRecords';
import type { ProtoField, ProtoMessage, ProtoSchema } from './protoSchema';
import {
  messageInAny,
  partsOfAny,
  plainItem,
  readMessage,
  type ReadField,
  type Reading,
  type ReadMessage,
  type ReadValue,
} from './readMessage';
import {
  enumPayload,
  isPackable,
  scalarPayload,
  textItem,
  ValueError,
  wireTypeOf,
} from './scalars';
import { isSpecial, plainOfSpecial } from './wellKnown';
import { joined, writeRecord } from './wire';

const nothing = new Uint8Array();

/** Writes messages of a schema; what the text does not change is written as it was stored. */
export class MessageWriter {
  constructor(private readonly schema: ProtoSchema) {}

  /**
   * The bytes of an edited message. Fields that are as in `stored` keep their records, in their places,
   * and so do those that the schema does not know. Throws a `PlacedError` or a `ValueError` for what
   * does not fit.
   */
  write(item: Item, type: ProtoMessage, stored: Uint8Array = nothing): Uint8Array {
    return type.name === 'google.protobuf.Any'
      ? this.any(item, type, stored)
      : this.plain(plainOfSpecial(type.name, item), type, stored);
  }

  private plain(item: Item, type: ProtoMessage, stored: Uint8Array): Uint8Array {
    const before = this.read(stored, type);
    const members = membersOf(item, type);
    refuseLost(type, members, before);
    const written: Written = new Map(
      [...members].map(([field, { name, value }]) => {
        const known = before.shown.get(field);
        const isKept = known !== undefined && sameItem(known.item, value);
        return [field, isKept ? 'kept' : under(name, () => this.field(field, value, known))];
      }),
    );
    return placeRecords(before, written);
  }

  private field(field: ProtoField, item: Item, known: ReadField | undefined): Uint8Array[] {
    if (field.isMap) {
      return this.map(field, item, known);
    }
    return field.repeated
      ? this.list(field, item, known)
      : [this.record(field, item, known?.values[0])];
  }

  private list(field: ProtoField, item: Item, known: ReadField | undefined): Uint8Array[] {
    if (item.kind !== 'list') {
      throw new ValueError(t('a list is expected'));
    }
    const { items } = item;
    if (isPackable(field.type)) {
      const payloads = items.map((one, i) => under(i, () => this.payload(field, one, undefined)));
      const isRun = known?.isRun ?? field.packed;
      return isRun && payloads.length > 0
        ? [writeRecord(field.number, 2, joined(payloads))]
        : payloads.map((each) => writeRecord(field.number, wireTypeOf(field.type), each));
    }
    const before = known?.values ?? [];
    const { like, isSure, twins } = listPairs(
      items,
      before.map((each) => each.item),
    );
    if (!isSure) {
      this.refuseUnsure(before, field);
    }
    for (const places of twins) {
      this.refuseTwins(
        places.flatMap((at) => before[at] ?? []),
        field,
      );
    }
    return items.map((one, i) => under(i, () => this.record(field, one, before[like[i] ?? -1])));
  }

  private map(field: ProtoField, item: Item, known: ReadField | undefined): Uint8Array[] {
    const { type, number } = field;
    if (type.kind !== 'message') {
      throw new ValueError(t('an object is expected'));
    }
    const [key, value] = [type.message.byNumber.get(1), type.message.byNumber.get(2)];
    const names = namesOf(item);
    const { keys, values } = known ?? { keys: [], values: [] };
    const { like, unsure } = mapPairs(
      names,
      keys,
      values.map((each) => each.item),
    );
    this.refuseUnsure(
      unsure.flatMap((at) => values[at] ?? []),
      field,
    );
    return [...names].map(([name, one]) =>
      under(name, () => {
        refuseNull(one, value);
        const at = like.get(name) ?? -1;
        const before = values[at];
        if (before && keys[at] === name && sameItem(before.item, one)) {
          return writeRecord(number, 2, before.payload);
        }
        const entry: MapItem = {
          kind: 'map',
          entries: [
            [textItem(key?.name ?? ''), keyItem(name, key)],
            [textItem(value?.name ?? ''), one],
          ],
        };
        return writeRecord(number, 2, this.entry(entry, type.message, before?.payload));
      }),
    );
  }

  /** What does not fit in an entry is the text's own: its key and its value stand in one place there. */
  private entry(entry: MapItem, type: ProtoMessage, before: Uint8Array = nothing): Uint8Array {
    try {
      return this.plain(entry, type, before);
    } catch (error) {
      throw error instanceof PlacedError
        ? new PlacedError(error.message, error.path.slice(1))
        : error;
    }
  }

  private record(field: ProtoField, item: Item, before: ReadValue | undefined): Uint8Array {
    const payload =
      before && sameItem(before.item, item) ? before.payload : this.payload(field, item, before);
    return writeRecord(field.number, wireTypeOf(field.type), payload);
  }

  private payload(field: ProtoField, item: Item, before: ReadValue | undefined): Uint8Array {
    const { type } = field;
    refuseNull(item, field);
    switch (type.kind) {
      case 'scalar':
        return scalarPayload(item, type.scalar);
      case 'enum':
        return enumPayload(item, type.enum);
      case 'message':
      case 'group':
        return this.write(item, type.message, before?.payload);
    }
  }

  /** An Any, with what it holds written by the type that it names. */
  private any(item: Item, type: ProtoMessage, stored: Uint8Array): Uint8Array {
    const members = namesOf(item);
    const url = members.get('@type');
    if (members.size === 0) {
      return this.plain(item, type, stored);
    }
    if (url?.kind !== 'text') {
      throw new ValueError(t('"@type" with the name of a message type is expected'));
    }
    const inner = messageInAny(url.value, this.schema);
    refuseOthers(members, inner, url.value);
    const content = inner
      ? textItem(this.content(members, inner, this.storedIn(url.value, type, stored)))
      : members.get('value');
    const entries: [Item, Item][] = [[textItem('typeUrl'), url]];
    return this.plain(
      {
        kind: 'map',
        entries: content ? [...entries, [textItem('value'), content]] : entries,
      },
      type,
      stored,
    );
  }

  /** What an Any is to hold, in base64. */
  private content(
    members: ReadonlyMap<string, Item>,
    inner: ProtoMessage,
    before: Uint8Array | undefined,
  ): string {
    const rest = [...members].flatMap(([name, value]): [Item, Item][] =>
      name === '@type' ? [] : [[textItem(name), value]],
    );
    const plain: Item = { kind: 'map', entries: rest };
    const item = isSpecial(inner.name) ? (members.get('value') ?? plain) : plain;
    return Buffer.from(this.write(item, inner, before)).toString('base64');
  }

  /** What the stored Any holds, if it is of the same type. */
  private storedIn(url: string, type: ProtoMessage, stored: Uint8Array): Uint8Array | undefined {
    const before = partsOfAny(plainItem(stored, type, this.reading(), 0));
    return before.url === url ? Buffer.from(before.content ?? '', 'base64') : undefined;
  }

  /** Values that may be lost, or written elsewhere, must have nothing that the text does not show. */
  private refuseUnsure(values: readonly ReadValue[], field: ProtoField): void {
    if (values.some(({ payload }) => this.hasUnknown(payload, field))) {
      throw new ValueError(
        t(
          'entries were changed and moved at once, which would lose fields that the schema does not know',
        ),
      );
    }
  }

  /** Of values that look the same one may be removed only where they are the same. */
  private refuseTwins([first, ...others]: readonly ReadValue[], field: ProtoField): void {
    const isOne = others.every((each) => first && sameBytes(each.payload, first.payload));
    const values = first ? [first, ...others] : others;
    if (!isOne && values.some(({ payload }) => this.hasUnknown(payload, field))) {
      throw new ValueError(
        t(
          'of entries that look the same some were removed, but they differ in fields that the schema does not know',
        ),
      );
    }
  }

  private hasUnknown(payload: Uint8Array, { type }: ProtoField): boolean {
    if (type.kind !== 'message' && type.kind !== 'group') {
      return false;
    }
    const reading = this.reading();
    readMessage(payload, type.message, reading);
    return reading.unknown > 0;
  }

  private read(stored: Uint8Array, type: ProtoMessage): ReadMessage {
    return readMessage(stored, type, this.reading());
  }

  private reading(): Reading {
    return { schema: this.schema, unknown: 0, obstacle: undefined };
  }
}

/** A field that must be there may be missing only where it was missing already. */
function refuseLost(
  type: ProtoMessage,
  members: ReadonlyMap<ProtoField, Member>,
  { records, shown }: ReadMessage,
): void {
  for (const field of type.byNumber.values()) {
    const wasThere = records.length === 0 || shown.has(field);
    if (field.required && wasThere && !members.has(field)) {
      throw new ValueError(t('the field "{0}" is required', field.jsonName));
    }
  }
}

/** An Any whose type the schema does not have, or has a form of its own for, is its "@type" and "value" only. */
function refuseOthers(
  members: ReadonlyMap<string, Item>,
  inner: ProtoMessage | undefined,
  url: string,
): void {
  const other = [...members.keys()].find((name) => name !== '@type' && name !== 'value');
  if (other === undefined || (inner && !isSpecial(inner.name))) {
    return;
  }
  const problem = inner
    ? t('the message {0} has no field "{1}"', inner.name, other)
    : t('the schema has no message type {0}', url);
  throw new PlacedError(problem, [other]);
}

/** The key of a map in JSON, which is always a text. */
function keyItem(name: string, key: ProtoField | undefined): Item {
  const isBool = key?.type.kind === 'scalar' && key.type.scalar === 'bool';
  return isBool && /^(true|false)$/.test(name)
    ? { kind: 'constant', value: name === 'true' }
    : textItem(name);
}
