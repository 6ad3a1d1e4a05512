import type { Msg } from 'nats';
import type { Entry } from '../../model/entry';
import { KvError } from '../../model/errors';
import type { Delivery } from '../consumers/ackSubject';
import { parseTtl } from './messageTtl';
import { operationOf } from './operationOf';
import { count, object, optional, text, time } from '../wire/schema';
import { type HeaderPairs, headersOf, parseHeaderBlock, toPairs } from '../wire/wireHeaders';

/** What STREAM.MSG.GET answers: value and header block in base64. */
export interface StoredMessage {
  readonly subject: string;
  readonly seq: number;
  readonly time: string;
  readonly data?: string;
  readonly hdrs?: string;
}

/** The response to STREAM.MSG.GET. */
export const storedResponse = object<{ readonly message: StoredMessage }>({
  message: object<StoredMessage>({
    subject: text,
    seq: count,
    time,
    data: optional(text),
    hdrs: optional(text),
  }),
});

/**
 * Whose message it is. A bucket without TTLs may hold the header all the same: servers before 2.11
 * store it and do nothing about it.
 */
export interface MessageOwner {
  readonly key: string;
  readonly allowTtl: boolean;
}

const noHeaders: HeaderPairs = [];

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
export function fromDirectGet(owner: MessageOwner, message: Msg): Entry | 'unreadable' {
  const headers = headersOf(message);
  if (headers === 'unreadable') {
    return 'unreadable';
  }
  const revision = Number(headers?.last('Nats-Sequence'));
  const created = Date.parse(headers?.last('Nats-Time-Stamp') ?? '');
  if (!headers || !Number.isSafeInteger(revision) || revision < 1 || Number.isNaN(created)) {
    throw new KvError('server', 'the server sent a message without its revision and time');
  }
  const value = new Uint8Array(message.data);
  return toEntry(owner, { revision, created }, value, withoutTransport(toPairs(headers)));
}

/** Reads the message of a STREAM.MSG.GET response. */
export function fromStoredMessage(owner: MessageOwner, message: StoredMessage): Entry {
  const value = new Uint8Array(Buffer.from(message.data ?? '', 'base64'));
  const block = Buffer.from(message.hdrs ?? '', 'base64').toString('utf8');
  const stored = { revision: message.seq, created: Date.parse(message.time) };
  return toEntry(owner, stored, value, parseHeaderBlock(block));
}

/** Reads a message that a consumer delivered, headers and value. */
export function fromDelivery(
  owner: MessageOwner,
  delivery: Delivery,
  message: Msg,
): Entry | 'unreadable' {
  const headers = headersOf(message);
  if (headers === 'unreadable') {
    return 'unreadable';
  }
  const stored = { revision: delivery.streamSequence, created: delivery.created };
  const value = new Uint8Array(message.data);
  return toEntry(owner, stored, value, headers ? toPairs(headers) : noHeaders);
}

function toEntry(
  { key, allowTtl }: MessageOwner,
  stored: Pick<Entry, 'revision' | 'created'>,
  value: Uint8Array,
  headers: HeaderPairs,
): Entry {
  const { revision, created } = stored;
  const size = value.length;
  // Most values have no headers, and a watch may bring a hundred thousand a second.
  if (headers.length === 0) {
    return { key, revision, created, operation: 'PUT', size, value, headers, ttl: undefined };
  }
  const header = (name: string) => headers.find(([each]) => each === name)?.[1];
  const ttl = allowTtl ? parseTtl(header('Nats-TTL')) : undefined;
  const operation = operationOf(header);
  return { key, revision, created, operation, size, value, headers, ttl };
}

/** Drops the last of each transport header: an earlier one of that name was stored by somebody. */
function withoutTransport(headers: HeaderPairs): HeaderPairs {
  const added = new Set(
    transportHeaders.map((name) => headers.findLast(([header]) => header === name)),
  );
  return headers.filter((header) => !added.has(header));
}
