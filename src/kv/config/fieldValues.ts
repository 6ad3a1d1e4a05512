import { nanosecondsText, parseNanoseconds } from '../base/nanoseconds';
import { parseSize, sizeText } from '../base/size';
import { exactNumber, wholeOf } from '../values/exactJson';
import { otherFields, type FieldKind, type NestedField } from './fields';

/** The word for a limit of -1. */
export const unlimited = 'unlimited';
/** The word for a duration of 0. */
export const none = 'none';

type Fields = Readonly<Record<string, unknown>>;

/** A value of the server as a document has it. What is missing is what it stands for. */
export function toDocument(is: FieldKind, value: unknown): unknown {
  switch (is.kind) {
    case 'text':
    case 'time':
      return value ?? '';
    case 'flag':
      return value ?? false;
    case 'choice':
      return value || is.choices[0];
    case 'count':
      return value ?? 0;
    case 'limit':
      return isWithout(value) ? unlimited : value;
    case 'size':
      return isWithout(value) ? unlimited : sizeShown(value);
    case 'duration': {
      const whole = wholeOf(value ?? 0) ?? 0n;
      return whole === 0n ? none : nanosecondsText(whole);
    }
    case 'texts':
      return value ?? [];
    case 'labels':
      return Object.fromEntries(
        Object.entries((value ?? {}) as Fields).filter(([name]) => !name.startsWith('_nats.')),
      );
    case 'object':
      return isEmpty(value) ? undefined : objectToDocument(is.fields, value as Fields);
    case 'objects':
      return ((value ?? []) as readonly Fields[]).map((each) => objectToDocument(is.fields, each));
  }
}

/** The server's form of a value in a document that has no `valueProblem`; undefined for none. */
export function toStream(is: FieldKind, value: unknown): unknown {
  switch (is.kind) {
    case 'text':
    case 'time':
    case 'flag':
    case 'choice':
    case 'count':
    case 'texts':
    case 'labels':
      return value;
    case 'limit':
      return value === unlimited ? -1 : value;
    case 'size':
      return value === unlimited ? -1 : typeof value === 'string' ? parseSize(value) : value;
    case 'duration':
      return exactNumber(durationOf(value));
    case 'object':
      return isEmpty(value) ? undefined : objectToStream(is.fields, value as Fields);
    case 'objects':
      return (value as readonly Fields[]).map((each) => objectToStream(is.fields, each));
  }
}

/** Nanoseconds of a duration as a document has it. */
export function durationOf(value: unknown): bigint {
  return typeof value === 'string' && value !== none ? (parseNanoseconds(value) ?? 0n) : 0n;
}

/** Bytes, messages or revisions of a limit as a document has it; infinite for none. */
export function limitOf(value: unknown): number {
  return value === unlimited || value === undefined
    ? Infinity
    : typeof value === 'string'
      ? (parseSize(value) ?? Infinity)
      : Number(value);
}

/** Whether two values of a field mean the same, however they are written. */
export function isSame(is: FieldKind, one: unknown, other: unknown): boolean {
  return canonical(is, one) === canonical(is, other);
}

function canonical(is: FieldKind, value: unknown): string {
  return JSON.stringify(sorted(toDocument(is, toStream(is, value)))) ?? '';
}

/** The order of the names in an object means nothing. */
export function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'rawJSON' in value) {
    return value;
  }
  return Array.isArray(value)
    ? value.map(sorted)
    : Object.fromEntries(
        Object.entries(value)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, each]) => [name, sorted(each)]),
      );
}

function objectToDocument(fields: readonly NestedField[], value: Fields): Fields {
  const known = fields
    .map(({ name, stream, is }) => [name, is, value[stream]] as const)
    .filter(([, is, each]) => !isZero(is, each))
    .map(([name, is, each]) => [name, toDocument(is, each)] as const);
  const others = Object.entries(value).filter(
    ([name]) => !fields.some(({ stream }) => stream === name),
  );
  return {
    ...Object.fromEntries(known),
    ...(others.length > 0 && { [otherFields]: Object.fromEntries(others) }),
  };
}

function objectToStream(fields: readonly NestedField[], value: Fields): Fields {
  const known = fields
    .filter(({ name }) => value[name] !== undefined)
    .map(({ name, stream, is }) => [stream, toStream(is, value[name])] as const);
  return { ...Object.fromEntries(known), ...(value[otherFields] as Fields | undefined) };
}

/** Whether the server would leave the value out. */
function isZero(is: FieldKind, value: unknown): boolean {
  return is.kind === 'object'
    ? isEmpty(value)
    : value === undefined || value === null || value === '' || value === 0 || value === false
      ? true
      : Array.isArray(value) && value.length === 0;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || Object.keys(value).length === 0;
}

function isWithout(value: unknown): boolean {
  const whole = wholeOf(value ?? -1);
  return whole !== undefined && whole <= 0n;
}

/** A plain number where no unit fits, in the server's digits where a double does not hold it. */
function sizeShown(value: unknown): unknown {
  const text = typeof value === 'number' ? sizeText(value) : '';
  return text.includes(' ') ? text : value;
}
