import { t } from '../../base/l10n';

/** Why bytes are no message; the text is a clause. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** How a field is written: 0 a varint, 1 eight bytes, 2 a length and bytes, 3 a group, 5 four bytes. */
export type WireType = 0 | 1 | 2 | 3 | 5;

/** One field on the wire. */
export interface WireRecord {
  readonly number: number;
  readonly wire: WireType;
  /** All of it, tags included; not copied. */
  readonly bytes: Uint8Array;
  /** What it holds: the bytes of a varint or a number, what follows a length, what is in a group. */
  readonly payload: Uint8Array;
}

const largestNumber = 536_870_911;

/** Messages that nest deeper are not read, so that recursion ends. */
export const deepestMessage = 100;

/** The records of a message in their order. Throws a `WireError` for other bytes. */
export function readRecords(bytes: Uint8Array): WireRecord[] {
  const records: WireRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    const record = readRecord(bytes, at, 0);
    if (record === 'end') {
      throw new WireError(t('a group ends that has not begun'));
    }
    records.push(record);
    at += record.bytes.length;
  }
  return records;
}

function readRecord(bytes: Uint8Array, from: number, depth: number): WireRecord | 'end' {
  const tagEnd = varintEnd(bytes, from);
  const tag = readVarint(bytes.subarray(from, tagEnd));
  const number = Number(tag >> 3n);
  const wire = Number(tag & 7n);
  if (number < 1 || number > largestNumber) {
    throw new WireError(t('there is no field with the number {0}', String(tag >> 3n)));
  }
  const record = (kind: WireType, start: number, end: number, after = end): WireRecord => {
    if (after > bytes.length) {
      throw new WireError(t('it ends within the field {0}', number));
    }
    return {
      ...{ number, wire: kind },
      bytes: bytes.subarray(from, after),
      payload: bytes.subarray(start, end),
    };
  };
  switch (wire) {
    case 0:
      return record(0, tagEnd, varintEnd(bytes, tagEnd));
    case 1:
      return record(1, tagEnd, tagEnd + 8);
    case 2: {
      const start = varintEnd(bytes, tagEnd);
      const length = readVarint(bytes.subarray(tagEnd, start));
      return record(2, start, start + Number(length));
    }
    case 3: {
      const end = groupEnd(bytes, tagEnd, number, depth);
      return record(3, tagEnd, end, varintEnd(bytes, end));
    }
    case 4:
      return 'end';
    case 5:
      return record(5, tagEnd, tagEnd + 4);
    default:
      throw new WireError(t('the field {0} has the unknown wire type {1}', number, wire));
  }
}

/** Where the content of a group ends. */
function groupEnd(bytes: Uint8Array, from: number, number: number, depth: number): number {
  if (depth > deepestMessage) {
    throw new WireError(t('it nests deeper than {0} levels', deepestMessage));
  }
  let at = from;
  while (at < bytes.length) {
    const record = readRecord(bytes, at, depth + 1);
    if (record === 'end') {
      const tag = readVarint(bytes.subarray(at, varintEnd(bytes, at)));
      if (Number(tag >> 3n) !== number) {
        throw new WireError(t('the group {0} is closed as another', number));
      }
      return at;
    }
    at += record.bytes.length;
  }
  throw new WireError(t('it ends within the field {0}', number));
}

/** Where a varint ends that begins at `from`. */
export function varintEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < Math.min(bytes.length, from + 10); at++) {
    if ((bytes[at] ?? 0) < 0x80) {
      return at + 1;
    }
  }
  throw new WireError(
    bytes.length < from + 10 ? t('it ends within a number') : t('a number has more than 64 bits'),
  );
}

/** The unsigned value of the bytes of a varint. */
export function readVarint(bytes: Uint8Array): bigint {
  let value = 0n;
  bytes.forEach((byte, at) => {
    value |= BigInt(byte & 0x7f) << BigInt(7 * at);
  });
  return BigInt.asUintN(64, value);
}

/** The shortest varint of an integer; of a negative one, in two's complement of 64 bits. */
export function writeVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Uint8Array.from(bytes);
}

/** A field as it stands on the wire. */
export function writeRecord(number: number, wire: WireType, payload: Uint8Array): Uint8Array {
  const tag = (kind: number): Uint8Array => writeVarint((BigInt(number) << 3n) | BigInt(kind));
  switch (wire) {
    case 2:
      return joined([tag(2), writeVarint(BigInt(payload.length)), payload]);
    case 3:
      return joined([tag(3), payload, tag(4)]);
    case 0:
    case 1:
    case 5:
      return joined([tag(wire), payload]);
  }
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}
