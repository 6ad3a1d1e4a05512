import {
  bucketOfStream,
  isPlainSource,
  type BucketParts,
  type OriginValues,
  type PlacementValues,
  type RepublishValues,
} from './bucketParts';

/** Entries of a literal of a configuration, those without a value left out. */
export type Entries = readonly (readonly [name: string, value: string | undefined])[];

/** Units of time, the largest first, in nanoseconds. */
export const timeUnits: readonly (readonly [string, bigint])[] = [
  ['Hour', 3_600_000_000_000n],
  ['Minute', 60_000_000_000n],
  ['Second', 1_000_000_000n],
  ['Millisecond', 1_000_000n],
  ['Microsecond', 1_000n],
  ['Nanosecond', 1n],
];

export function quoted(parts: BucketParts, quote: (text: string) => string): string | undefined {
  const description = parts.say<string>('description');
  return description === undefined ? undefined : quote(description);
}

export function history(parts: BucketParts): string | undefined {
  const value = parts.say('history');
  return value === 'unlimited'
    ? parts.leave('history')
    : value === undefined
      ? undefined
      : JSON.stringify(value);
}

export function numberOf(parts: BucketParts, name: string): string | undefined {
  const value = parts.say<number>(name);
  return value === undefined ? undefined : String(value);
}

export function isSaid(parts: BucketParts, name: string): boolean {
  return parts.say(name) !== undefined;
}

export function placement(
  parts: BucketParts,
  write: (value: PlacementValues) => string,
): string | undefined {
  const value = parts.say<PlacementValues>('placement');
  return value?.preferred !== undefined || value?.other
    ? parts.leave('placement')
    : value && write(value);
}

export function republish(
  parts: BucketParts,
  write: (value: RepublishValues) => string,
): string | undefined {
  const value = parts.say<RepublishValues>('republish');
  return value?.other ? parts.leave('republish') : value && write(value);
}

/** Of a mirror the name alone is said. */
export function mirror(parts: BucketParts, write: (stream: string) => string): string | undefined {
  const value = parts.say<OriginValues>('mirror');
  const isPlain = value && Object.keys(value).length === 1 && bucketOfStream(value.stream);
  return value && (isPlain ? write(value.stream) : parts.leave('mirror'));
}

/** Of sources that the clients make of the name of a bucket, the names. */
export function sources(
  parts: BucketParts,
  write: (names: readonly string[]) => string,
): string | undefined {
  const values = parts.say<readonly OriginValues[]>('sources');
  return values?.every((source) => isPlainSource(source, parts.target.bucket))
    ? write(values.map(({ stream }) => bucketOfStream(stream) ?? stream))
    : values && parts.leave('sources');
}

export function labels(
  parts: BucketParts,
  quote: (text: string) => string,
  ...[before, between, after, separator = ', ']: readonly string[]
): string | undefined {
  const values = parts.say<Record<string, string>>('metadata');
  const each = Object.entries(values ?? {}).map(
    ([name, value]) => `${quote(name)}${between ?? ''}${quote(value)}`,
  );
  return values && `${before ?? ''}${each.join(separator)}${after ?? ''}`;
}

export function literal(
  before: string,
  after: string,
  separator: string,
  entries: Entries,
): string {
  const each = entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}${separator}${value ?? ''}`);
  return `${before}${each.join(', ')}${after}`;
}

/** A whole number divided by a power of ten, in digits. */
export function decimal(value: bigint, by: bigint): string {
  const rest = String(value % by)
    .padStart(String(by).length - 1, '0')
    .replace(/0+$/, '');
  return rest === '' ? String(value / by) : `${value / by}.${rest}`;
}
