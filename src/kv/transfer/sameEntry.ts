import { sameBytes } from '../base/bytes';
import { isLive, type Entry } from '../model/entry';
import { ownHeaders } from '../model/headers';
import type { SourceEntry } from './source';
import type { ImportOptions } from './importOptions';

/** In what a key of a bucket differs from its source. */
export type Difference = 'missing' | 'present' | 'value' | 'headers' | 'ttl';

/**
 * The first difference between what a source tells of a key and what a bucket has, or undefined.
 * `added`: names of headers that every import writes besides.
 */
export function differenceOf(
  source: SourceEntry,
  entry: Entry | undefined,
  { ttl }: Pick<ImportOptions, 'ttl'>,
  added: readonly string[] = [],
): Difference | undefined {
  const isThere = entry !== undefined && isLive(entry);
  if (source.operation !== 'PUT') {
    return isThere ? 'present' : undefined;
  }
  if (!isThere) {
    return 'missing';
  }
  if (!sameBytes(source.value, entry.value)) {
    return 'value';
  }
  if (!sameHeaders(source, entry, added)) {
    return 'headers';
  }
  return sameTtl(source.ttl, entry.ttl, ttl) ? undefined : 'ttl';
}

function sameHeaders(source: SourceEntry, entry: Entry, added: readonly string[]): boolean {
  if (source.headers.length === 0 && entry.headers.length === 0) {
    return true;
  }
  const skipped = new Set(added.map((name) => name.toLowerCase()));
  const own = (of: Pick<Entry, 'headers'>): string[] =>
    ownHeaders(of)
      .filter(([name]) => !skipped.has(name.toLowerCase()))
      .map((pair) => JSON.stringify(pair));
  const [left, right] = [own(source), own(entry)];
  return left.length === right.length && left.every((pair, at) => pair === right[at]);
}

function sameTtl(
  source: SourceEntry['ttl'],
  stored: Entry['ttl'],
  rule: ImportOptions['ttl'],
): boolean {
  switch (rule) {
    case 'drop':
      return stored === undefined;
    case 'keep':
      return seconds(source) === seconds(stored);
    case 'rest':
      // What is left is another number at each moment.
      return typeof source === typeof stored;
  }
}

/** Servers count whole seconds, at least one. */
function seconds(ttl: Entry['ttl']): number | string | undefined {
  return typeof ttl === 'number' ? Math.max(1, Math.ceil(ttl / 1000)) : ttl;
}
