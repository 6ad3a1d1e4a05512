import type { Msg } from 'nats';
import { t } from '../../base/l10n';
import type { Entry } from '../../model/entry';
import { KvError } from '../../model/errors';
import type { Delivery } from '../consumers/ackSubject';
import { parseTtl } from './messageTtl';
import { operationOf } from './operationOf';
import { HeaderBlock, type HeaderPairs, headersOf } from '../wire/headerBlock';
import { exactRevision } from '../wire/revisions';
import { natural, object, optional, text, time } from '../wire/schema';

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
    seq: natural,
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

/** Reads the reply to a direct get (ADR-31). Throws `server` for one without a revision or a time. */
export function fromDirectGet(owner: MessageOwner, message: Msg): Entry {
  const headers = headersOf(message);
  const revision = exactRevision(Number(headers.last('Nats-Sequence')));
  const created = Date.parse(headers.last('Nats-Time-Stamp') ?? '');
  if (!Number.isSafeInteger(revision) || revision < 1 || Number.isNaN(created)) {
    throw new KvError('server', t('the server sent a message without its revision and time'));
  }
  const stored = { revision, created, value: new Uint8Array(message.data) };
  return toEntry(owner, stored, headers, withoutTransport);
}

/** Reads the message of a STREAM.MSG.GET response. */
export function fromStoredMessage(owner: MessageOwner, message: StoredMessage): Entry {
  const value = new Uint8Array(Buffer.from(message.data ?? '', 'base64'));
  const headers = new HeaderBlock(Buffer.from(message.hdrs ?? '', 'base64'));
  const revision = exactRevision(message.seq);
  const stored = { revision, created: Date.parse(message.time), value };
  return toEntry(owner, stored, headers);
}

/** Reads a message that a consumer delivered, headers and value. */
export function fromDelivery(owner: MessageOwner, delivery: Delivery, message: Msg): Entry {
  const { streamSequence: revision, created } = delivery;
  const stored = { revision, created, value: new Uint8Array(message.data) };
  return toEntry(owner, stored, headersOf(message));
}

function toEntry(
  { key, allowTtl }: MessageOwner,
  { revision, created, value }: Pick<Entry, 'revision' | 'created' | 'value'>,
  block: HeaderBlock,
  toShown = (headers: HeaderPairs) => headers,
): Entry {
  const size = value.length;
  // Most values have no headers, and a watch may bring a hundred thousand a second.
  if (block.isEmpty) {
    return {
      key,
      revision,
      created,
      operation: 'PUT',
      size,
      value,
      headers: noHeaders,
      ttl: undefined,
    };
  }
  const kept = block.copy();
  let headers: HeaderPairs | undefined;
  return {
    key,
    revision,
    created,
    operation: operationOf((name) => kept.first(name)),
    size,
    value,
    // Of a thousand messages somebody looks at the headers of one.
    get headers() {
      return (headers ??= toShown(kept.pairs()));
    },
    ttl: allowTtl ? parseTtl(kept.first('Nats-TTL')) : undefined,
  };
}

/** Drops the last of each transport header: an earlier one of that name was stored by somebody. */
function withoutTransport(headers: HeaderPairs): HeaderPairs {
  const left = new Set(transportHeaders);
  const stored = headers.toReversed().filter(([name]) => !left.delete(name));
  return stored.reverse();
}
