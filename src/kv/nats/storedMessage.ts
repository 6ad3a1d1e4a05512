import type { Msg } from 'nats';
import type { Entry } from '../entry';
import { KvError } from '../errors';
import { operationOf } from './operationOf';
import { type HeaderPairs, headersOf, parseHeaderBlock, toPairs } from './wireHeaders';

/** What STREAM.MSG.GET answers: value and header block in base64. */
export interface StoredMessage {
  readonly seq: number;
  readonly time: string;
  readonly data?: string;
  readonly hdrs?: string;
}

/** Headers that a direct get adds to the stored ones, after them. */
const transportHeaders = [
  'Nats-Stream',
  'Nats-Subject',
  'Nats-Sequence',
  'Nats-Time-Stamp',
  'Nats-Num-Pending',
  'Nats-Last-Sequence',
];

/** Reads the reply to a direct get (ADR-31); 'unreadable' when another client's headers prevent it. */
export function fromDirectGet(key: string, message: Msg): Entry | 'unreadable' {
  const headers = headersOf(message);
  if (headers === 'unreadable') {
    return 'unreadable';
  }
  const revision = Number(headers?.last('Nats-Sequence'));
  const created = Date.parse(headers?.last('Nats-Time-Stamp') ?? '');
  if (!headers || !Number.isSafeInteger(revision) || revision < 1 || Number.isNaN(created)) {
    throw new KvError('server', 'the server sent a message without its revision and time');
  }
  return toEntry(
    key,
    revision,
    created,
    new Uint8Array(message.data),
    withoutTransport(toPairs(headers)),
  );
}

/** Reads the message of a STREAM.MSG.GET response. */
export function fromStoredMessage(key: string, message: StoredMessage): Entry {
  const value = new Uint8Array(Buffer.from(message.data ?? '', 'base64'));
  const block = Buffer.from(message.hdrs ?? '', 'base64').toString('utf8');
  return toEntry(key, message.seq, Date.parse(message.time), value, parseHeaderBlock(block));
}

function toEntry(
  key: string,
  revision: number,
  created: number,
  value: Uint8Array,
  headers: HeaderPairs,
): Entry {
  const operation = operationOf((name) => headers.find(([header]) => header === name)?.[1]);
  return { key, revision, operation, created, size: value.length, value, headers };
}

/** Drops the last of each transport header: an earlier one of that name was stored by somebody. */
function withoutTransport(headers: HeaderPairs): HeaderPairs {
  const added = new Set(
    transportHeaders.map((name) => headers.findLast(([header]) => header === name)),
  );
  return headers.filter((header) => !added.has(header));
}
