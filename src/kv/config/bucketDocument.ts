import type { StreamConfiguration } from '../model/bucket';
import { bucketFields, fieldNamed, otherFields, type BucketField } from './fields';
import { durationOf, isSame, none, sorted, toDocument, toStream, unlimited } from './fieldValues';

/**
 * A bucket's configuration as its document has it, by the names of `bucketFields`; what is missing
 * has its default. Under `other` stand the server's fields that are not among them, in its names.
 */
export type BucketValues = Readonly<Record<string, unknown>>;

const twoMinutes = 120_000_000_000n;
/** Not a field that could be changed: it says which stream it is. */
const nameField = 'name';

/** The document of a stream's configuration; every field of it is in it, or has its default. */
export function valuesOf(bucket: string, config: StreamConfiguration): BucketValues {
  const all = Object.fromEntries(
    bucketFields.map(({ name, stream, is }) => [name, toDocument(is, config[stream])]),
  );
  const others = Object.entries(config).filter(
    ([name]) => name !== nameField && !bucketFields.some(({ stream }) => stream === name),
  );
  const values = {
    ...all,
    ...(others.length > 0 && { [otherFields]: Object.fromEntries(others) }),
  };
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => {
      const field = fieldNamed(name);
      return !field || field.isShown || !isSame(field.is, value, defaultOf(field, bucket, values));
    }),
  );
}

/** The value of a field: that of the document, or what it has where the document does not say. */
export function valueIn(field: BucketField, bucket: string, values: BucketValues): unknown {
  return values[field.name] ?? defaultOf(field, bucket, values);
}

/** What a field has where the document does not say: what every KV client makes buckets with. */
export function defaultOf(field: BucketField, bucket: string, values: BucketValues): unknown {
  const isMirror = values['mirror'] !== undefined;
  switch (field.name) {
    case 'history':
    case 'replicas':
      return 1;
    case 'storage':
      return 'file';
    case 'discard':
      return 'new';
    case 'directReads':
    case 'rollups':
    case 'denyDelete':
      return true;
    case 'mirrorDirectReads':
      return isMirror;
    case 'keyTtls':
      return (values['markerTtl'] ?? none) !== none;
    case 'subjects':
      return isMirror ? [] : [`$KV.${bucket}.>`];
    case 'duplicateWindow':
      return duplicateWindow(values);
    default:
      return plainDefault(field);
  }
}

function plainDefault({ is }: BucketField): unknown {
  switch (is.kind) {
    case 'size':
    case 'limit':
      return unlimited;
    case 'duration':
      return none;
    default:
      return toDocument(is, undefined);
  }
}

/** Two minutes, and never more than the age limit (ADR-8); what is copied here is not looked at. */
function duplicateWindow(values: BucketValues): string {
  if (values['mirror'] !== undefined) {
    return none;
  }
  const ttl = durationOf(values['ttl']);
  const window = ttl > 0n && ttl < twoMinutes ? ttl : twoMinutes;
  return toDocument({ kind: 'duration', least: 0n }, Number(window)) as string;
}

/** A document's text: the fields in their order, indented. */
export function documentText(values: BucketValues): string {
  const names = [...bucketFields.map(({ name }) => name), otherFields];
  const ordered = names
    .filter((name) => values[name] !== undefined)
    .map((name) => [name, values[name]]);
  return `${JSON.stringify(Object.fromEntries(ordered), undefined, 2)}\n`;
}

/** A field whose value two documents differ in; `other.…` for one that is not known here. */
export interface FieldChange {
  readonly name: string;
  /** As the server calls it. */
  readonly stream: string;
  /** As documents have them; undefined for an object that is not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two documents of a bucket, in the order of a document. */
export function changesBetween(
  bucket: string,
  before: BucketValues,
  after: BucketValues,
): FieldChange[] {
  const known = bucketFields.flatMap((field) => {
    const [one, other] = [valueIn(field, bucket, before), valueIn(field, bucket, after)];
    return isSame(field.is, one, other)
      ? []
      : [{ name: field.name, stream: field.stream, before: one, after: other }];
  });
  const [one, other] = [othersOf(before), othersOf(after)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const unknown = [...names]
    .filter((name) => textOf(one[name]) !== textOf(other[name]))
    .map((name) => ({
      name: `${otherFields}.${name}`,
      stream: name,
      before: one[name],
      after: other[name],
    }));
  return [...known, ...unknown];
}

/** The fields of the stream that a change sets, in the server's names; undefined for what goes. */
export function streamChange(changes: readonly FieldChange[]): StreamConfiguration {
  const fields = changes.map(({ name, stream, after }) => {
    const field = fieldNamed(name);
    return [stream, field ? toStream(field.is, after) : after] as const;
  });
  const seals = changes.some(({ name, after }) => name === 'sealed' && after === true);
  return { ...Object.fromEntries(fields), ...(seals && sealedFields) };
}

/** What the server sets when it seals a stream. */
const sealedFields: StreamConfiguration = {
  max_age: 0,
  discard: 'new',
  deny_delete: true,
  deny_purge: true,
  allow_rollup_hdrs: false,
};

/** All that a new bucket's stream is to be made with; undefined for what it is to be without. */
export function streamOfValues(bucket: string, values: BucketValues): StreamConfiguration {
  const known = bucketFields.map((field) => {
    const value = valueIn(field, bucket, values);
    const isNeeded = values[field.name] !== undefined || neededFields.has(field.name);
    return [field.stream, isNeeded ? toStream(field.is, value) : undefined] as const;
  });
  const isMirror = values['mirror'] !== undefined;
  return {
    ...Object.fromEntries(known),
    ...(isMirror && { subjects: undefined }),
    ...othersOf(values),
  };
}

/** Those whose default is not what the server does by itself. */
const neededFields: ReadonlySet<string> = new Set([
  'history',
  'discard',
  'directReads',
  'rollups',
  'denyDelete',
  'mirrorDirectReads',
  'subjects',
  'retention',
  'storage',
  'replicas',
]);

export function othersOf(values: BucketValues): Readonly<Record<string, unknown>> {
  return (values[otherFields] ?? {}) as Readonly<Record<string, unknown>>;
}

function textOf(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? '';
}
