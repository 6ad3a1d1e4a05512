import type { JsonPath } from '../find/jsonPath';
import type { Entry } from '../model/entry';
import { cut } from '../values/textDiff';
import { limits } from './limits';
import { listKeys } from './listKeys';
import { readBounded, type ReadValue } from './readBounded';
import { pathOf, pieceOf, textAtPath, versionOf } from './readValues';
import { fittingRows, timeText, type ResultValue, type ToolResult } from './resultText';
import { shownHeaders, shownValue, sizeOf, textOrWhy } from './shownValue';
import {
  checkKey,
  placeOf,
  type BucketPlace,
  type PlaceInput,
  type ToolContext,
} from './toolContext';

export interface FindKeysInput extends PlaceInput {
  readonly pattern?: string;
  readonly words?: string;
  readonly limit?: number;
  readonly after?: string;
}

/** Keys with their revisions, and how many there are. */
export async function findKeys(context: ToolContext, input: FindKeysInput): Promise<ToolResult> {
  const place = placeOf(context, input);
  const { limit = 50 } = input;
  const { keys, total, hasMore, isWhole } = await listKeys(context, place, { ...input, limit });
  const rows = keys.map(({ name, isSecret, info, count }): ResultValue => {
    const facts = { key: name, revision: info.revision, changed: timeText(info.created) };
    return {
      ...(count > 1 ? { key: name, keys: count } : facts),
      ...(isSecret && { isRedacted: true }),
    };
  });
  const { rows: shown, left } = fittingRows(rows);
  const isCut = hasMore || left > 0;
  return {
    total,
    ...(!isWhole && { totalIsAtLeast: true }),
    keys: shown,
    ...(isCut && {
      next: keys[shown.length - 1]?.name,
      hint: 'more: call again with after = next',
    }),
  };
}

export interface ReadKeyInput extends PlaceInput {
  readonly key: string;
  readonly path?: string;
  readonly revision?: number;
  readonly offset?: number;
  readonly length?: number;
}

/** One key with its value, or a part or piece of it. */
export async function readKey(context: ToolContext, input: ReadKeyInput): Promise<ToolResult> {
  const place = placeOf(context, input);
  const { key, offset = 0, length = limits.defaultPiece } = input;
  checkKey(key);
  const path = input.path === undefined ? undefined : pathOf(input.path);
  const status = await place.connection.bucketStatus(place.bucket, { signal: context.signal });
  const entry = await read(context, place, input);
  const { name } = place.shown(key);
  if (!entry) {
    const version =
      input.revision === undefined ? { version: versionOf(undefined, status.created) } : {};
    return { key: name, exists: false, ...version };
  }
  const value = shownValue(entry, place.shown(key), context.policy.rules);
  const found = path ? textAtPath(value, path) : { text: textOrWhy(value) };
  const facts = factsOf(context, place, entry);
  const version = input.revision === undefined ? { version: versionOf(entry, status.created) } : {};
  if ('none' in found) {
    return { ...facts, ...version, value: null, why: found.none };
  }
  const { piece, next } = pieceOf(found.text, offset, length);
  return {
    ...facts,
    ...version,
    ...(value.kind === 'text' && !value.isWhole && { hasRedactedParts: true }),
    value: piece,
    ...((next !== undefined || offset > 0) && { characters: found.text.length }),
    ...(next !== undefined && { next, hint: 'more: call again with offset = next' }),
  };
}

function read(
  { signal }: ToolContext,
  { connection, bucket }: BucketPlace,
  { key, revision }: ReadKeyInput,
): Promise<Entry | undefined> {
  return revision === undefined
    ? connection.get(bucket, key, { signal })
    : connection.getRevision(bucket, key, revision, { signal });
}

/** What is told of a stored message beside its value. */
export function factsOf(context: ToolContext, place: BucketPlace, entry: Entry) {
  const key = place.shown(entry.key);
  const { rules } = context.policy;
  const value = shownValue(entry, key, rules);
  return {
    key: key.name,
    exists: entry.operation === 'PUT',
    ...(entry.operation !== 'PUT' && { operation: entry.operation }),
    revision: entry.revision,
    changed: timeText(entry.created),
    ageSeconds: Math.max(0, Math.round((context.now() - entry.created) / 1_000)),
    ...(entry.ttl !== undefined && { ttl: entry.ttl === 'never' ? 'never' : `${entry.ttl} ms` }),
    ...sizeOf(entry, value),
    ...shownHeaders(entry, key, rules),
  };
}

export interface ReadManyInput extends PlaceInput {
  readonly keys: readonly string[];
  readonly path?: string;
}

/** Several keys with the beginnings of their values, as many as one call may read. */
export async function readMany(context: ToolContext, input: ReadManyInput): Promise<ToolResult> {
  const place = placeOf(context, input);
  const keys = [...new Set(input.keys)];
  keys.forEach(checkKey);
  const path = input.path === undefined ? undefined : pathOf(input.path);
  const rows: ResultValue[] = [];
  for await (const read of readBounded(context, place, keys)) {
    rows.push(rowOf(context, place, read, path));
  }
  const { rows: shown } = fittingRows(rows);
  const left = keys.length - shown.length;
  return {
    values: shown,
    ...(left > 0 && { leftOut: left, hint: 'call again with the keys that are missing' }),
    cut: `values of more than ${limits.shortPiece} characters end in …: readKey reads on`,
  };
}

function rowOf(
  context: ToolContext,
  place: BucketPlace,
  { key, entry, isUnreadable }: ReadValue,
  path: JsonPath | undefined,
): ResultValue {
  const shown = place.shown(key);
  if (!entry) {
    return {
      key: shown.name,
      ...(isUnreadable ? { why: 'it cannot be read' } : { exists: false }),
    };
  }
  const value = shownValue(entry, shown, context.policy.rules);
  const found = path ? textAtPath(value, path) : { text: textOrWhy(value) };
  const facts = { key: shown.name, exists: entry.operation === 'PUT', revision: entry.revision };
  return 'none' in found
    ? { ...facts, value: null, why: found.none }
    : { ...facts, value: cut(found.text, limits.shortPiece) };
}
