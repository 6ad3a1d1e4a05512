import type { Msg } from 'nats';
import { t } from '../../base/l10n';
import type { Entry } from '../../model/entry';
import { isKvError, KvError } from '../../model/errors';
import type { CallOptions } from '../../model/kvConnection';
import type { Moment } from '../../model/moment';
import type { StreamFacts } from '../buckets/catalog';
import type { Channel } from '../wire/channel';
import { jetStreamOff } from '../wire/errorMapping';
import { fromDirectGet } from './storedMessage';
import { headersOf, statusOf } from '../wire/headerBlock';

/** Where a batch is read from. */
export interface BatchSource {
  readonly channel: Channel;
  readonly facts: StreamFacts;
  /** `$JS.API`, or that of a domain. */
  readonly apiPrefix: string;
  readonly timeoutMs: number;
  readonly options: CallOptions | undefined;
}

/**
 * One answer to a batch get. `status` is what ended it: 204 for the end of what was found, 404 for
 * nothing found, 408 for a request that the server does not know, 413 for too many subjects.
 */
export interface BatchPage {
  readonly status: number;
  readonly entries: readonly Entry[];
  /** Messages that are no answer for the bucket: another stream has them, or they cannot be read. */
  readonly others: number;
  /** True when it may have ended for its size, before all that was found. */
  readonly isCut: boolean;
}

/**
 * The server sends a page without waiting for us to take it in; more than its `max_pending` (64 MB)
 * would end the connection. It stops after the message that passes this size.
 */
const maxPageBytes = 8 * 1024 * 1024;

/**
 * Asks for the last messages of up to 1024 keys at once (`multi_last`, server 2.11, ADR-31). Ends on
 * the status that the server sends last, never on an empty message: that is a marker or a value.
 */
export async function batchGet(
  source: BatchSource,
  keys: readonly string[],
  asOf?: Moment,
): Promise<BatchPage> {
  const { channel, facts, apiPrefix, timeoutMs, options } = source;
  const asked = new Map(keys.map((key) => [facts.prefix + key, key]));
  const request = JSON.stringify({
    multi_last: [...asked.keys()],
    max_bytes: maxPageBytes,
    ...(asOf && upTo(asOf, facts)),
  });
  const entries: Entry[] = [];
  let status = 0;
  let others = 0;
  let failure: KvError | undefined;
  let received = 0;
  let bytes = 0;
  const take = (message: Msg): boolean => {
    status = statusOf(message);
    if (status !== 0) {
      return true;
    }
    if (++received > keys.length) {
      failure = new KvError('server', t('the server sent more than it was asked for'));
      return true;
    }
    bytes += message.data.length + headersOf(message).size + message.subject.length;
    const entry = readMember(asked, facts, message);
    if (entry) {
      entries.push(entry);
    } else {
      others++;
    }
    return false;
  };
  const subject = `${apiPrefix}.DIRECT.GET.${facts.stream}`;
  await channel.requestMany(subject, request, { timeoutMs, signal: options?.signal }, take);
  if (failure ?? status === 503) {
    throw failure ?? jetStreamOff(undefined, apiPrefix);
  }
  // Servers count other bytes besides those of the value, but never twice as many.
  return { status, entries, others, isCut: bytes > maxPageBytes / 2 };
}

/**
 * The server leaves out what was stored at `up_to_time`, and finds nothing up to a revision that it has
 * not come to.
 */
function upTo(moment: Moment, { lastRevision, created }: StreamFacts): object {
  if (moment.kind === 'time') {
    return { up_to_time: new Date(moment.time + 1).toISOString() };
  }
  const isKnown = created !== undefined;
  return { up_to_seq: isKnown ? Math.min(moment.revision, lastRevision) : moment.revision };
}

/** Undefined for what a mirror has, or another stream, or cannot be read: it is read by itself. */
function readMember(
  asked: ReadonlyMap<string, string>,
  { stream, allowTtl }: StreamFacts,
  message: Msg,
): Entry | undefined {
  const headers = headersOf(message);
  const key = asked.get(headers.last('Nats-Subject') ?? '');
  if (key === undefined || headers.last('Nats-Stream') !== stream) {
    return undefined;
  }
  try {
    return fromDirectGet({ key, allowTtl }, message);
  } catch {
    // By itself it says why.
    return undefined;
  }
}

/** True when nobody answered a direct get: the bucket may be gone, or allow none any longer. */
export function isUnanswered(error: unknown): boolean {
  return isKvError(error, 'timeout') || isKvError(error, 'jetStreamOff');
}
