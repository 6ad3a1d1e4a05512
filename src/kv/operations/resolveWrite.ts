import { sameBytes } from '../base/bytes';
import type { Entry, ExpectedRevision, ResolvedWrite, Ttl, TtlChange } from '../model/entry';
import { isKvError } from '../model/errors';
import { ownHeaders } from '../model/headers';
import type { CallOptions, KvConnection, PutOptions } from '../model/kvConnection';
import { whileConnected } from './persistently';

/** A value as it was sent: with its headers, none where omitted, and what was asked of its TTL. */
interface AttemptedPut extends Pick<PutOptions, 'headers' | 'ttl'> {
  readonly value: Uint8Array;
}

/** What a write was to leave behind: a value, or a marker. */
export type AttemptedWrite = AttemptedPut | 'DEL' | 'PURGE';

export interface ResolveOptions extends CallOptions {
  /** The revision that the write was to replace. */
  readonly expected: ExpectedRevision | 'any';
}

type Source = Pick<KvConnection, 'get' | 'history' | 'state'>;

/**
 * Finds out what became of a write whose outcome was `unknown`: waits for the link and reads back, from
 * the leader. It tells how things stand now. A message still on its way could yet be stored, unless
 * the key changes first; to write again with the same `expected` is safe either way.
 */
export async function resolveWrite(
  connection: Source,
  bucket: string,
  key: string,
  attempted: AttemptedWrite,
  { expected, signal }: ResolveOptions,
): Promise<ResolvedWrite> {
  const base = expected === 'any' ? 0 : expected;
  return whileConnected(connection.state, signal, async () => {
    const last = await connection.get(bucket, key, { consistent: true, signal });
    const revision = last?.revision ?? 0;
    if (!last || revision <= base) {
      return revision === base
        ? { kind: 'notWritten' }
        : { kind: 'conflict', revision, certain: false };
    }
    if (isResultOf(attempted, last)) {
      return { kind: 'saved', revision: last.revision };
    }
    return searchHistory(await readHistory(connection, bucket, key, signal), last, attempted, base);
  });
}

/**
 * A write by compare-and-swap can only be the one right after the revision that it expected. Where that
 * one is still stored, its successor settles the matter; otherwise any equal write is taken for ours. Equal
 * are two writes only with their headers and TTLs: a write may be there to change nothing else.
 */
function searchHistory(
  history: readonly Entry[],
  last: Entry,
  attempted: AttemptedWrite,
  base: number,
): ResolvedWrite {
  const later = history.filter(({ revision }) => revision > base);
  const certain = history.some(({ revision }) => revision === base);
  const candidates = certain ? later.slice(0, 1) : later;
  const ours = candidates.find((entry) => isResultOf(attempted, entry));
  return ours
    ? { kind: 'saved', revision: ours.revision, replacedBy: last.revision }
    : { kind: 'conflict', revision: last.revision, certain };
}

/** Without the right to read the history, there is nothing more to learn from it. */
async function readHistory(
  connection: Source,
  bucket: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<readonly Entry[]> {
  try {
    return await connection.history(bucket, key, { signal });
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return [];
    }
    throw error;
  }
}

function isResultOf(attempted: AttemptedWrite, entry: Entry): boolean {
  if (typeof attempted === 'string') {
    return entry.operation === attempted;
  }
  const { value, headers = [], ttl } = attempted;
  return (
    entry.operation === 'PUT' &&
    sameBytes(value, entry.value) &&
    sameHeaders(headers, entry.headers) &&
    isTtlOf(ttl, entry.ttl)
  );
}

/** As they were sent and as they are read: without white space around the values. */
function sameHeaders(sent: Entry['headers'], stored: Entry['headers']): boolean {
  const [a, b] = [sent, stored].map((headers) =>
    JSON.stringify(ownHeaders({ headers }).map(([name, value]) => [name.trim(), value.trim()])),
  );
  return a === b;
}

/**
 * Whether a value that was put with this change has this TTL: the server keeps no shorter one than was
 * asked for. What was to be kept is not known here.
 */
function isTtlOf(change: TtlChange | undefined, stored: Ttl | undefined): boolean {
  if (change?.kind === 'keep') {
    return true;
  }
  const asked = change?.kind === 'set' ? change.ttl : undefined;
  return typeof asked === 'number'
    ? typeof stored === 'number' && stored >= asked
    : stored === asked;
}
