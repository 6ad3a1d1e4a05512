import { t } from '../../base/l10n';
import { decodeUtf8 } from '../../base/bytes';
import type { Item } from '../items/item';
import { floatText } from '../items/itemText';
import type { FieldType, ProtoEnum, ScalarType } from './protoSchema';
import { readVarint, varintEnd, WireError, writeVarint, type WireType } from './wire';

/** Why an edited value does not fit its field; the text is a clause. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

/** How a field's values are written by themselves. */
export function wireTypeOf(type: FieldType): WireType {
  switch (type.kind) {
    case 'enum':
      return 0;
    case 'message':
      return 2;
    case 'group':
      return 3;
    case 'scalar':
      return scalarWire(type.scalar);
  }
}

function scalarWire(scalar: ScalarType): WireType {
  switch (scalar) {
    case 'string':
    case 'bytes':
      return 2;
    case 'double':
    case 'fixed64':
    case 'sfixed64':
      return 1;
    case 'float':
    case 'fixed32':
    case 'sfixed32':
      return 5;
    default:
      return 0;
  }
}

/** Whether several values of a field may stand in one run. */
export function isPackable(type: FieldType): boolean {
  return wireTypeOf(type) !== 2 && wireTypeOf(type) !== 3;
}

/** The payloads of the values that stand in one run. Throws a `WireError` when it is cut off. */
export function unpacked(run: Uint8Array, wire: WireType): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < run.length;) {
    const end = wire === 0 ? varintEnd(run, at) : at + (wire === 1 ? 8 : 4);
    if (end > run.length) {
      throw new WireError(t('it ends within a list of numbers'));
    }
    payloads.push(run.subarray(at, end));
    at = end;
  }
  return payloads;
}

/** What JSON shows of a number, text or run of bytes. */
export function scalarItem(payload: Uint8Array, scalar: ScalarType): Item {
  switch (scalar) {
    case 'string': {
      const text = decodeUtf8(payload);
      if (text === undefined) {
        throw new WireError(t('a text in it is not UTF-8'));
      }
      return textItem(text);
    }
    case 'bytes':
      return textItem(Buffer.from(payload).toString('base64'));
    case 'bool':
      return { kind: 'constant', value: readVarint(payload) !== 0n };
    case 'double':
      return float(viewOf(payload).getFloat64(0, true), 8);
    case 'float':
      return float(viewOf(payload).getFloat32(0, true), 4);
    default: {
      const value = integerOf(payload, scalar);
      return scalar.endsWith('64') ? textItem(String(value)) : { kind: 'integer', value };
    }
  }
}

/** The number of an enum's value by its name, where it has one. */
export function enumItem(payload: Uint8Array, { names }: ProtoEnum): Item {
  const value = BigInt.asIntN(32, readVarint(payload));
  const name = names.get(Number(value));
  return name === undefined ? { kind: 'integer', value } : textItem(name);
}

/** The payload of an edited value. Throws a `ValueError` when it does not fit. */
export function scalarPayload(item: Item, scalar: ScalarType): Uint8Array {
  switch (scalar) {
    case 'string':
      return Buffer.from(textOf(item, t('a text is expected')));
    case 'bytes':
      return base64Payload(textOf(item, t('bytes in base64 are expected')));
    case 'bool':
      if (item.kind !== 'constant' || item.value === null) {
        throw new ValueError(t('true or false is expected'));
      }
      return writeVarint(item.value ? 1n : 0n);
    case 'double':
    case 'float':
      return floatPayload(item, scalar === 'float' ? 4 : 8);
    default:
      return integerPayload(item, scalar);
  }
}

export function enumPayload(item: Item, { name, numbers }: ProtoEnum): Uint8Array {
  if (item.kind === 'integer') {
    return writeVarint(inRange(item.value, 32, true));
  }
  const value = item.kind === 'text' ? numbers.get(item.value) : undefined;
  if (value === undefined) {
    throw new ValueError(
      item.kind === 'text'
        ? t('the enum {0} has no value "{1}"', name, item.value)
        : t('a value of the enum {0} is expected', name),
    );
  }
  return writeVarint(BigInt(value));
}

export function textItem(value: string): Item {
  return { kind: 'text', value };
}

function float(value: number, width: 4 | 8): Item {
  return Number.isFinite(value)
    ? { kind: 'float', value: Number(floatText(value, width)), width: 8 }
    : textItem(String(value));
}

function integerOf(payload: Uint8Array, scalar: ScalarType): bigint {
  const view = viewOf(payload);
  switch (scalar) {
    case 'fixed32':
      return BigInt(view.getUint32(0, true));
    case 'sfixed32':
      return BigInt(view.getInt32(0, true));
    case 'fixed64':
      return view.getBigUint64(0, true);
    case 'sfixed64':
      return view.getBigInt64(0, true);
    default: {
      const bits = scalar.endsWith('32') ? 32 : 64;
      const value = BigInt.asUintN(bits, readVarint(payload));
      if (scalar.startsWith('s')) {
        return (value >> 1n) ^ -(value & 1n);
      }
      return scalar.startsWith('u') ? value : BigInt.asIntN(bits, value);
    }
  }
}

function integerPayload(item: Item, scalar: ScalarType): Uint8Array {
  const bits = scalar.endsWith('32') ? 32 : 64;
  const isSigned = !/^(uint|fixed)/.test(scalar);
  const value = inRange(integerIn(item), bits, isSigned);
  if (scalar.includes('fixed')) {
    const bytes = Buffer.alloc(bits / 8);
    const raw = BigInt.asUintN(bits, value);
    return (bits === 32 ? bytes.writeUInt32LE(Number(raw)) : bytes.writeBigUInt64LE(raw), bytes);
  }
  return writeVarint(
    scalar.startsWith('s') ? BigInt.asUintN(bits, (value << 1n) ^ (value >> 63n)) : value,
  );
}

function integerIn(item: Item): bigint {
  if (item.kind === 'integer') {
    return item.value;
  }
  if (item.kind === 'float' && Number.isInteger(item.value)) {
    return BigInt(item.value);
  }
  if (item.kind === 'text' && /^-?\d{1,20}$/.test(item.value)) {
    return BigInt(item.value);
  }
  throw new ValueError(t('an integer is expected'));
}

function inRange(value: bigint, bits: 32 | 64, isSigned: boolean): bigint {
  const fits = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  if (fits !== value) {
    throw new ValueError(t('the integer does not fit into {0} bits', bits));
  }
  return value;
}

function floatPayload(item: Item, width: 4 | 8): Uint8Array {
  const value = floatIn(item);
  const bytes = Buffer.alloc(width);
  if (width === 8) {
    bytes.writeDoubleLE(value);
    return bytes;
  }
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
    throw new ValueError(t('the number is too large'));
  }
  bytes.writeFloatLE(value);
  return bytes;
}

function floatIn(item: Item): number {
  if (item.kind === 'float' || item.kind === 'integer') {
    return Number(item.value);
  }
  const written = /^(NaN|-?Infinity|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/;
  if (item.kind === 'text' && written.test(item.value)) {
    return Number(item.value);
  }
  throw new ValueError(t('a number is expected'));
}

function textOf(item: Item, expected: string): string {
  if (item.kind !== 'text') {
    throw new ValueError(expected);
  }
  return item.value;
}

function base64Payload(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) {
    throw new ValueError(t('bytes in base64 are expected'));
  }
  return Buffer.from(text, 'base64');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
