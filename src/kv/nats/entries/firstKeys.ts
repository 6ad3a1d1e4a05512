import type { Msg } from 'nats';
import type { KeyInfo } from '../../model/entry';
import { keyProblem } from '../../model/key';
import type { CallOptions } from '../../model/kvConnection';
import type { Catalog, StreamFacts } from '../buckets/catalog';
import type { Features } from '../buckets/features';
import type { Channel } from '../wire/channel';
import { headersOf, statusOf } from '../wire/headerBlock';
import type { JetStreamApi } from '../wire/jetStreamApi';
import { batchGet, type BatchSource } from './batchGet';
import { fromDirectGet } from './storedMessage';

export interface FirstKeysParts {
  readonly api: JetStreamApi;
  readonly catalog: Catalog;
  readonly features: Features;
}

/** About a page of rows. */
const mostMessages = 256;
/** They come with their values. */
const mostBytes = 256 * 1024;
/** A bucket that was never written more often is listed before anybody waits for it. */
const leastRevisions = 20_000;
const statusEnd = 204;

/**
 * The last messages of the keys that stand first in a bucket's stream: one batched direct get (server 2.11,
 * ADR-31) where only the last message of a key is kept, else a second one for what became of them. It names
 * no subject: to count what matches one, the server goes through all of them.
 */
export async function readFirstKeys(
  { api, catalog, features }: FirstKeysParts,
  channel: Channel,
  bucket: string,
  options?: CallOptions,
): Promise<readonly KeyInfo[]> {
  const facts = await catalog.facts(channel, bucket, options);
  const isLarge = facts.lastRevision >= leastRevisions;
  if (!isLarge || !facts.allowDirect || !((await features.level(channel, options)) ?? 0)) {
    return [];
  }
  const { prefix: apiPrefix, timeoutMs } = api;
  const source = { channel, facts, apiPrefix, timeoutMs, options };
  const found = await readStart(source);
  if (facts.history === 1 || found.length === 0) {
    return found;
  }
  const keys = [...new Set(found.map(({ key }) => key))];
  return (await batchGet(source, keys)).entries.map(toInfo);
}

/** The first messages of the stream, those of the bucket's keys; none when the answer is not whole. */
async function readStart({ channel, facts, apiPrefix, timeoutMs, options }: BatchSource) {
  const request = JSON.stringify({ seq: 1, batch: mostMessages, max_bytes: mostBytes });
  const found: KeyInfo[] = [];
  let [status, received] = [0, 0];
  const subject = `${apiPrefix}.DIRECT.GET.${facts.stream}`;
  await channel.requestMany(subject, request, { timeoutMs, signal: options?.signal }, (message) => {
    status = statusOf(message);
    const info = status === 0 ? toKeyInfo(facts, message) : undefined;
    if (info) {
      found.push(info);
    }
    return status !== 0 || ++received > mostMessages;
  });
  return status === statusEnd ? found : [];
}

/** Undefined for what is no key of the bucket, or cannot be read: the listing has its say about it. */
function toKeyInfo({ stream, prefix, allowTtl }: StreamFacts, message: Msg): KeyInfo | undefined {
  const headers = headersOf(message);
  const subject = headers.last('Nats-Subject') ?? '';
  const key = subject.slice(prefix.length);
  const isOwn = subject.startsWith(prefix) && headers.last('Nats-Stream') === stream;
  // A text that stands for other bytes names another key.
  if (!isOwn || key.includes('\ufffd') || keyProblem(key)) {
    return undefined;
  }
  try {
    return toInfo(fromDirectGet({ key, allowTtl }, message));
  } catch {
    return undefined;
  }
}

function toInfo({ key, revision, operation, created, size, ttl }: KeyInfo): KeyInfo {
  const info = { key, revision, operation, created, size };
  return ttl === undefined ? info : { ...info, ttl };
}
