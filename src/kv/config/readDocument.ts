import { findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { t } from '../base/l10n';
import { parseNanoseconds } from '../base/nanoseconds';
import { parseSize } from '../base/size';
import { parseExactly, wholeOf } from '../values/exactJson';
import type { BucketValues } from './bucketDocument';
import { fieldNamed, otherFields, type FieldKind, type NestedField } from './fields';
import { none, unlimited } from './fieldValues';

/** What is wrong with a document and where: the names and indexes that lead there. */
export interface DocumentProblem {
  readonly path: readonly (string | number)[];
  /** A sentence without a final period. */
  readonly message: string;
  /** `doubt`: it can be saved. */
  readonly severity: 'error' | 'doubt';
  /** Whether a JSON schema tells it too. */
  readonly inSchema?: boolean;
}

/** What a document says; `values` is undefined for a text that is no JSON object. */
export interface ReadDocument {
  readonly values: BucketValues | undefined;
  readonly problems: readonly DocumentProblem[];
}

/** Reads a document's text, numbers digit by digit, and tells what no server could take. */
export function readDocument(text: string): ReadDocument {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  if (errors.length > 0 || root?.type !== 'object') {
    const message =
      errors.length > 0 ? t('the text is not JSON') : t('the text is not a JSON object');
    return { values: undefined, problems: [error([], message)] };
  }
  const values = parseExactly(text) as BucketValues;
  return { values, problems: Object.entries(values).flatMap(topProblems) };
}

/** Where in a text a problem is: offset and length. The start where the text does not say. */
export function placeOf(
  text: string,
  path: DocumentProblem['path'],
): { readonly offset: number; readonly length: number } {
  const root = parseTree(text);
  let node: Node | undefined;
  for (let length = path.length; root && !node && length > 0; length--) {
    node = findNodeAtLocation(root, path.slice(0, length));
  }
  const isNamed = node?.parent?.type === 'property' && node.type !== 'string';
  const shown = isNamed ? node?.parent?.children?.[0] : node;
  return shown ? { offset: shown.offset, length: shown.length } : { offset: 0, length: 1 };
}

function topProblems([name, value]: [string, unknown]): DocumentProblem[] {
  if (name === otherFields) {
    return isObject(value) ? [] : [error([name], t('{0} must be an object', name))];
  }
  const field = fieldNamed(name);
  return field
    ? problemsOf(field.is, value, [name])
    : [error([name], t('{0} is no field of a bucket; what is unknown goes into "other"', name))];
}

function problemsOf(
  is: FieldKind,
  value: unknown,
  path: readonly (string | number)[],
): DocumentProblem[] {
  const problem = plainProblem(is, value);
  if (problem !== undefined) {
    const name = path.filter((part) => typeof part === 'string').join('.');
    return [{ ...error(path, `${name} ${problem}`), inSchema: isOfWrongType(is, value) }];
  }
  switch (is.kind) {
    case 'object':
      return nestedProblems(is.fields, value as Fields, path);
    case 'objects':
      return (value as readonly Fields[]).flatMap((each, at) =>
        problemsOf({ kind: 'object', fields: is.fields }, each, [...path, at]),
      );
    default:
      return [];
  }
}

type Fields = Readonly<Record<string, unknown>>;

function nestedProblems(
  fields: readonly NestedField[],
  value: Fields,
  path: readonly (string | number)[],
): DocumentProblem[] {
  const missing = fields
    .filter(({ name, required }) => required && (value[name] ?? '') === '')
    .map(({ name }) => error(path, t('{0} needs "{1}"', path.join('.'), name)));
  const present = Object.entries(value).flatMap(([name, each]) => {
    const field = fields.find((known) => known.name === name);
    if (field) {
      return problemsOf(field.is, each, [...path, name]);
    }
    return name === otherFields && isObject(each)
      ? []
      : [error([...path, name], t('{0} is no field that is known', [...path, name].join('.')))];
  });
  return [...missing, ...present];
}

/** Whether a schema tells that it is wrong, which knows nothing of what a text says. */
function isOfWrongType(is: FieldKind, value: unknown): boolean {
  switch (is.kind) {
    case 'size':
      return typeof value !== 'string' && typeof value !== 'number';
    case 'duration':
    case 'time':
      return typeof value !== 'string';
    case 'labels':
      return !isObject(value) || Object.values(value).some((each) => typeof each !== 'string');
    default:
      return true;
  }
}

/** What no server takes in a field, as a clause after its name. */
function plainProblem(is: FieldKind, value: unknown): string | undefined {
  switch (is.kind) {
    case 'text':
      return typeof value === 'string' ? undefined : t('must be a text');
    case 'flag':
      return typeof value === 'boolean' ? undefined : t('must be true or false');
    case 'choice':
      return is.choices.includes(value as string)
        ? undefined
        : t('must be one of {0}', is.choices.map((choice) => `"${choice}"`).join(', '));
    case 'count':
      return isBetween(value, is.least, is.most)
        ? undefined
        : is.most === undefined
          ? t('must be a whole number from {0} on', is.least)
          : t('must be a whole number from {0} to {1}', is.least, is.most);
    case 'limit':
      return value === unlimited || isBetween(value, 1, is.most)
        ? undefined
        : is.most === undefined
          ? t('must be a whole number above 0, or "{0}"', unlimited)
          : t('must be a whole number from 1 to {0}, or "{1}"', is.most, unlimited);
    case 'size':
      return sizeProblem(value, is.most);
    case 'duration':
      return durationProblem(value, is.least);
    case 'time':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value))
        ? undefined
        : t('must be a time such as "2026-01-31T08:00:00Z"');
    case 'texts':
      return Array.isArray(value) && value.every((each) => typeof each === 'string')
        ? undefined
        : t('must be a list of texts');
    case 'labels':
      return labelsProblem(value);
    case 'object':
      return isObject(value) ? undefined : t('must be an object');
    case 'objects':
      return Array.isArray(value) && value.every(isObject)
        ? undefined
        : t('must be a list of objects');
  }
}

function sizeProblem(value: unknown, most?: number): string | undefined {
  const bytes = typeof value === 'string' ? (parseSize(value) ?? -1) : value;
  if (value === unlimited || isBetween(bytes, 1, most)) {
    return undefined;
  }
  return most !== undefined && isBetween(bytes, 1)
    ? t('must be at most {0} bytes', most)
    : t('must be a size such as "1 GiB" above 0, or "{0}"', unlimited);
}

function durationProblem(value: unknown, least: bigint): string | undefined {
  const length =
    value === none ? 0n : typeof value === 'string' ? parseNanoseconds(value) : undefined;
  if (length === undefined) {
    return t('must be a duration such as "90s", "24h" or "7d", or "{0}"', none);
  }
  return length > 0n && length < least
    ? t('must be at least {0}, or "{1}"', least >= 1_000_000_000n ? '1s' : '100ms', none)
    : undefined;
}

function labelsProblem(value: unknown): string | undefined {
  if (!isObject(value) || Object.values(value).some((each) => typeof each !== 'string')) {
    return t('must be an object of texts');
  }
  return Object.keys(value).some((name) => name.startsWith('_nats.'))
    ? t('must not have names that start with _nats.: they belong to the server')
    : undefined;
}

function isBetween(value: unknown, least: number, most?: number): boolean {
  const whole = wholeOf(value);
  return (
    whole !== undefined && whole >= BigInt(least) && (most === undefined || whole <= BigInt(most))
  );
}

function isObject(value: unknown): value is Fields {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !('rawJSON' in value)
  );
}

/** What is wrong with a text that a schema tells too. */
function error(path: readonly (string | number)[], message: string): DocumentProblem {
  return { path, message, severity: 'error', inSchema: true };
}
