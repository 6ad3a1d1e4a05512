import { t } from '../../base/l10n';
import type { Item } from '../items/item';
import { jsonNameOf } from './protoSchema';
import { textItem, ValueError } from './scalars';

type Plain = Item & { kind: 'map' };

/** A form that JSON has for a message type of Google's; both directions give undefined for what has none. */
interface Special {
  readonly show: (plain: Plain) => Item | undefined;
  readonly plain: (item: Item) => Plain | undefined;
}

const prefix = 'google.protobuf.';

const wrapped: Readonly<Record<string, Item>> = {
  DoubleValue: { kind: 'float', value: 0, width: 8 },
  FloatValue: { kind: 'float', value: 0, width: 4 },
  Int64Value: textItem('0'),
  UInt64Value: textItem('0'),
  Int32Value: { kind: 'integer', value: 0n },
  UInt32Value: { kind: 'integer', value: 0n },
  BoolValue: { kind: 'constant', value: false },
  StringValue: textItem(''),
  BytesValue: textItem(''),
};

const specials: Readonly<Record<string, Special>> = {
  Timestamp: { show: timestampText, plain: (item) => fromText(item, timestampOf) },
  Duration: { show: durationText, plain: (item) => fromText(item, durationOf) },
  FieldMask: { show: maskText, plain: (item) => fromText(item, maskOf) },
  Struct: {
    show: (plain) => fieldOf(plain, 'fields') ?? { kind: 'map', entries: [] },
    plain: (item) => (item.kind === 'map' ? plainOf('fields', item) : undefined),
  },
  ListValue: {
    show: (plain) => fieldOf(plain, 'values') ?? { kind: 'list', items: [] },
    plain: (item) => (item.kind === 'list' ? plainOf('values', item) : undefined),
  },
  Value: { show: valueShown, plain: valueOf },
};

/** Whether JSON has a form of its own for a message type. */
export function isSpecial(type: string): boolean {
  return specialOf(type) !== undefined || type === `${prefix}Any`;
}

/** What JSON shows of a message in its plain form, by the proto3 mapping. */
export function specialItem(
  type: string,
  plain: Plain,
  reading: { obstacle: string | undefined },
): Item {
  const special = specialOf(type);
  if (!special) {
    return plain;
  }
  const item = special.show(plain);
  if (!item && type === `${prefix}Value`) {
    reading.obstacle ??= t('it holds a {0} that JSON has no value for', type);
  }
  return item ?? plain;
}

/** The plain form of what JSON shows of a message. Throws a `ValueError` for what cannot be its. */
export function plainOfSpecial(type: string, item: Item): Item {
  const special = specialOf(type);
  if (!special) {
    return item;
  }
  const plain = special.plain(item) ?? (item.kind === 'map' ? item : undefined);
  if (!plain) {
    throw new ValueError(t('a {0} is expected', type));
  }
  return plain;
}

function specialOf(type: string): Special | undefined {
  if (!type.startsWith(prefix)) {
    return undefined;
  }
  const name = type.slice(prefix.length);
  const zero = wrapped[name];
  return zero
    ? { show: (plain) => fieldOf(plain, 'value') ?? zero, plain: (item) => plainOf('value', item) }
    : specials[name];
}

function fieldOf({ entries }: Plain, name: string): Item | undefined {
  return entries.find(([key]) => key.kind === 'text' && key.value === name)?.[1];
}

function plainOf(name: string, item: Item): Plain {
  return { kind: 'map', entries: [[textItem(name), item]] };
}

function fromText(item: Item, parse: (text: string) => Plain | undefined): Plain | undefined {
  return item.kind === 'text' ? parse(item.value) : undefined;
}

/** The seconds and nanoseconds of a Timestamp or a Duration. */
function timeOf(plain: Plain): { readonly seconds: bigint; readonly nanos: number } {
  const seconds = fieldOf(plain, 'seconds');
  const nanos = fieldOf(plain, 'nanos');
  return {
    seconds: seconds?.kind === 'text' ? BigInt(seconds.value) : 0n,
    nanos: nanos?.kind === 'integer' ? Number(nanos.value) : 0,
  };
}

function plainTime(seconds: bigint, nanos: number): Plain {
  const entries: [Item, Item][] = [];
  if (seconds !== 0n) {
    entries.push([textItem('seconds'), textItem(String(seconds))]);
  }
  if (nanos !== 0) {
    entries.push([textItem('nanos'), { kind: 'integer', value: BigInt(nanos) }]);
  }
  return { kind: 'map', entries };
}

/** A fraction of a second in 0, 3, 6 or 9 digits. */
function fraction(nanos: number): string {
  const digits = String(nanos)
    .padStart(9, '0')
    .replace(/(000){1,3}$/, '');
  return digits === '' ? '' : `.${digits}`;
}

function nanosOf(digits: string | undefined): number {
  return Number((digits ?? '').padEnd(9, '0'));
}

/** The first second of the year 1, and the last of 9999. */
const earliest = -62_135_596_800n;
const latest = 253_402_300_799n;

function timestampText(plain: Plain): Item | undefined {
  const { seconds, nanos } = timeOf(plain);
  if (seconds < earliest || seconds > latest || nanos < 0 || nanos > 999_999_999) {
    return undefined;
  }
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return textItem(`${date}${fraction(nanos)}Z`);
}

function timestampOf(text: string): Plain | undefined {
  const [, date, digits, zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const ms = date === undefined || !isDate(date) ? NaN : Date.parse(`${date}${zone ?? 'Z'}`);
  const seconds = Number.isNaN(ms) ? undefined : BigInt(ms / 1000);
  return seconds === undefined || seconds < earliest || seconds > latest
    ? undefined
    : plainTime(seconds, nanosOf(digits));
}

/** Whether there is such a day and time: Date takes the 30th of February for the 2nd of March. */
function isDate(date: string): boolean {
  const ms = Date.parse(`${date}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

const longestDuration = 315_576_000_000n;

function durationText(plain: Plain): Item | undefined {
  const { seconds, nanos } = timeOf(plain);
  const isOneSign = seconds === 0n || nanos === 0 || seconds < 0n === nanos < 0;
  if (!isOneSign || !isDuration(seconds) || Math.abs(nanos) > 999_999_999) {
    return undefined;
  }
  const sign = seconds < 0n || nanos < 0 ? '-' : '';
  const whole = seconds < 0n ? -seconds : seconds;
  return textItem(`${sign}${whole}${fraction(Math.abs(nanos))}s`);
}

function durationOf(text: string): Plain | undefined {
  const [, sign, whole, digits] = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text) ?? [];
  if (whole === undefined || !isDuration(BigInt(whole))) {
    return undefined;
  }
  const seconds = BigInt(whole);
  const nanos = nanosOf(digits);
  return sign === '-' ? plainTime(-seconds, -nanos) : plainTime(seconds, nanos);
}

function isDuration(seconds: bigint): boolean {
  return seconds >= -longestDuration && seconds <= longestDuration;
}

function maskText(plain: Plain): Item | undefined {
  const paths = fieldOf(plain, 'paths');
  const names = paths?.kind === 'list' ? paths.items : [];
  const texts = names.map((name) => (name.kind === 'text' ? name.value : ''));
  const isKept = texts.every(
    (name) => /^[a-z0-9_.]+$/.test(name) && snake(jsonNameOf(name)) === name,
  );
  return isKept ? textItem(texts.map(jsonNameOf).join(',')) : undefined;
}

function maskOf(text: string): Plain | undefined {
  const paths = text === '' ? [] : text.split(',').map((path) => textItem(snake(path)));
  return paths.length === 0
    ? { kind: 'map', entries: [] }
    : plainOf('paths', { kind: 'list', items: paths });
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function valueShown({ entries }: Plain): Item | undefined {
  const [only] = entries;
  const item = only?.[1];
  switch (only?.[0].kind === 'text' ? only[0].value : '') {
    case 'nullValue':
      return item?.kind === 'text' ? { kind: 'constant', value: null } : undefined;
    case 'numberValue':
      return item?.kind === 'float' ? item : undefined;
    case 'stringValue':
    case 'boolValue':
    case 'structValue':
    case 'listValue':
      return item;
    default:
      return undefined;
  }
}

function valueOf(item: Item): Plain | undefined {
  switch (item.kind) {
    case 'constant':
      return item.value === null
        ? plainOf('nullValue', { kind: 'integer', value: 0n })
        : plainOf('boolValue', item);
    case 'integer':
    case 'float':
      return plainOf('numberValue', item);
    case 'text':
      return plainOf('stringValue', item);
    case 'map':
      return plainOf('structValue', item);
    case 'list':
      return plainOf('listValue', item);
    default:
      return undefined;
  }
}
