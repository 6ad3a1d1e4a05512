import { t } from '../../base/l10n';
import { decodeUtf8 } from '../../base/bytes';
import type { Entry, Operation, Ttl } from '../../model/entry';
import type { SourceEntry, SourceProblem } from '../source';

const words: Readonly<Record<Operation, string>> = {
  PUT: 'put',
  DEL: 'delete',
  PURGE: 'purge',
  EXPIRED: 'expired',
};
const operations = new Map(Object.entries(words).map(([name, word]) => [word, name as Operation]));

/** What an export keeps of an entry besides its value. */
export interface EntryFacts {
  readonly key: string;
  readonly revision?: number | undefined;
  readonly time?: string | undefined;
  readonly operation?: string | undefined;
  /** In milliseconds, or 'never'. */
  readonly ttl?: Ttl | undefined;
  readonly headers?: Entry['headers'] | undefined;
}

export function factsOf({ key, revision, created, operation, ttl, headers }: Entry): EntryFacts {
  return {
    key,
    revision,
    time: new Date(created).toISOString(),
    ...(operation !== 'PUT' && { operation: words[operation] }),
    ...(ttl !== undefined && { ttl }),
    ...(headers.length > 0 && { headers }),
  };
}

/** An entry as one line of JSON: its value in `value` as text, or in `base64` where it is no UTF-8. */
export function entryToJson(entry: Entry): string {
  const { value, operation } = entry;
  const facts = factsOf(entry);
  if (operation !== 'PUT' && value.length === 0) {
    return JSON.stringify(facts);
  }
  const text = decodeUtf8(value);
  return JSON.stringify(
    text === undefined
      ? { ...facts, base64: Buffer.from(value).toString('base64') }
      : { ...facts, value: text },
  );
}

const noBytes = new Uint8Array();
const noHeaders: Entry['headers'] = [];

/** Reads what `entryToJson` writes. */
export function entryOfJson(json: unknown, line: number): SourceEntry | SourceProblem {
  const problem = problemOf(json);
  if (problem !== undefined) {
    return { problem, line };
  }
  const facts = json as EntryFacts & { value?: string; base64?: string };
  const { operation, ...read } = readFacts(facts);
  const value = valueOf(facts);
  if (value === undefined && operation === 'PUT') {
    return { problem: t('the value is missing'), line, key: facts.key };
  }
  if (value === 'invalid') {
    return { problem: t('the value is not base64'), line, key: facts.key };
  }
  return { ...read, operation, value: value ?? noBytes, line };
}

/** The entry of facts that `problemOf` has nothing against. */
export function readFacts(facts: EntryFacts): Omit<SourceEntry, 'value'> {
  const { key, revision, time, ttl, headers = noHeaders } = facts;
  return {
    key,
    operation: operations.get(facts.operation ?? 'put') ?? 'PUT',
    headers,
    ...(revision !== undefined && { revision }),
    ...(time !== undefined && { created: Date.parse(time) }),
    ...(ttl !== undefined && { ttl }),
  };
}

/** Why something is not the facts of an entry. */
export function problemOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return t('an object is expected');
  }
  const { key, operation, ttl, headers, time, revision, value, base64 } = json as Record<
    string,
    unknown
  >;
  const checks: readonly (readonly [string, boolean])[] = [
    [t('"key" is missing or no text'), typeof key === 'string'],
    [t('"operation" is none that is known'), isKnown(operation)],
    [t('"ttl" is neither milliseconds nor "never"'), isTtl(ttl)],
    [t('"headers" is no list of names and values'), isHeaders(headers)],
    [
      t('"time" is no time'),
      time === undefined || (typeof time === 'string' && !Number.isNaN(Date.parse(time))),
    ],
    [t('"revision" is no number'), revision === undefined || Number.isSafeInteger(revision)],
    [t('"value" is no text'), value === undefined || typeof value === 'string'],
    [t('"base64" is no text'), base64 === undefined || typeof base64 === 'string'],
  ];
  return checks.find(([, fits]) => !fits)?.[0];
}

function isKnown(operation: unknown): boolean {
  return operation === undefined || (typeof operation === 'string' && operations.has(operation));
}

function isTtl(ttl: unknown): boolean {
  return ttl === undefined || ttl === 'never' || (Number.isSafeInteger(ttl) && Number(ttl) > 0);
}

function isHeaders(headers: unknown): boolean {
  const isPair = (pair: unknown): boolean =>
    Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');
  return headers === undefined || (Array.isArray(headers) && headers.every(isPair));
}

function valueOf({ value, base64 }: { value?: string; base64?: string }) {
  if (base64 === undefined) {
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value));
  }
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? new Uint8Array(bytes) : 'invalid';
}
