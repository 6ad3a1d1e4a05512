import type { Entry } from '../../model/entry';
import { isKvError, type KvError } from '../../model/errors';
import type { ReadOptions } from '../../model/kvConnection';
import { type StreamFacts, type Catalog, checkKey } from '../buckets/catalog';
import type { Channel } from '../wire/channel';
import { delay } from '../../base/delay';
import { fromApiError, isNoMessage, jetStreamOff } from '../wire/errorMapping';
import type { JetStreamApi } from '../wire/jetStreamApi';
import type { Link } from '../link/link';
import { fromDirectGet, fromStoredMessage, storedResponse } from './storedMessage';
import { headersOf, statusOf } from '../wire/headerBlock';

/** Which message is read: that of a revision, else the last one of the key. */
interface ReadTarget {
  readonly channel: Channel;
  readonly bucket: string;
  readonly key: string;
  readonly revision?: number;
  readonly options: ReadOptions | undefined;
}

/** How long a direct get may take before the bucket is looked at: it may allow none any longer. */
const patienceMs = 500;

/** Reads single messages: from whoever has a copy, or from the leader where that is asked or needed. */
export class EntryReader {
  private readonly lookUps = new Map<string, Promise<StreamFacts>>();

  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
    private readonly catalog: Catalog,
  ) {}

  get(bucket: string, key: string, options?: ReadOptions): Promise<Entry | undefined> {
    return this.read({ bucket, key, options });
  }

  /** The message of a revision, or undefined when it is gone or belongs to another key. */
  async getRevision(
    bucket: string,
    key: string,
    revision: number,
    options?: ReadOptions,
  ): Promise<Entry | undefined> {
    checkKey(bucket, key);
    // The server takes sequence 0 for no sequence at all.
    const isRevision = Number.isSafeInteger(revision) && revision > 0;
    return isRevision ? this.read({ bucket, key, revision, options }) : undefined;
  }

  private async read(query: Omit<ReadTarget, 'channel'>): Promise<Entry | undefined> {
    const { bucket, key, options } = query;
    checkKey(bucket, key);
    const target = { ...query, channel: this.link.current };
    const facts = await this.catalog.facts(target.channel, bucket, options);
    return options?.consistent || !facts.allowDirect
      ? this.getStored(target, facts)
      : this.getPatiently(target, facts);
  }

  /**
   * Nobody takes direct gets of a bucket that is gone or allows none any longer. Server 2.15 answers
   * that nobody does, 2.9 does not answer at all: so when it takes long, find out.
   */
  private async getPatiently(target: ReadTarget, facts: StreamFacts): Promise<Entry | undefined> {
    const direct = this.getDirect(target, facts);
    const allowed = (await settlesWithin(patienceMs, direct)) || (await this.allowsDirect(target));
    if (allowed === false) {
      return this.getStored(target, facts);
    }
    try {
      return await (allowed ? direct : firstOf(direct, this.getStored(target, facts)));
    } catch (error) {
      if (isKvError(error, 'timeout') || isKvError(error, 'jetStreamOff')) {
        return this.getUnanswered(target, error);
      }
      throw error;
    }
  }

  private async getDirect(target: ReadTarget, facts: StreamFacts): Promise<Entry | undefined> {
    const { channel, key, revision, options } = target;
    const subject = `${facts.prefix}${key}`;
    const path = `${this.api.prefix}.DIRECT.GET.${facts.stream}`;
    const requestOptions = { timeoutMs: this.api.timeoutMs, signal: options?.signal };
    // The long form names the key for permissions; what is too long for it fits in the body.
    const isNamed = revision === undefined && channel.takes(`${path}.${subject}`);
    const query =
      revision === undefined ? { last_by_subj: subject } : revisionQuery(subject, revision);
    const reply = await (isNamed
      ? channel.request(`${path}.${subject}`, '', requestOptions)
      : channel.request(path, JSON.stringify(query), requestOptions));
    const status = statusOf(reply);
    if (status === 404) {
      return undefined;
    }
    if (status !== 0) {
      throw status === 503
        ? jetStreamOff(undefined, this.api.prefix)
        : fromApiError({ code: status });
    }
    const headers = headersOf(reply);
    const isOfKey = headers.last('Nats-Subject') === subject;
    const read = isOfKey ? fromDirectGet({ key, allowTtl: facts.allowTtl }, reply) : undefined;
    const entry = isOf(revision, read) ? read : undefined;
    const isOwn = !entry || headers.last('Nats-Stream') === facts.stream;
    return isOwn || (await this.holds(target, entry)) ? entry : this.getStored(target, facts);
  }

  /**
   * A mirror answers for its origin, and goes on when that is gone or was created anew: what it has is
   * the bucket's as long as the bucket is there.
   */
  private async holds({ channel, bucket, options }: ReadTarget, entry: Entry): Promise<boolean> {
    const { created = 0 } = await this.catalog.confirmed(channel, bucket, options);
    return entry.created >= created;
  }

  /** Reads from the leader, as JSON. */
  private async getStored(target: ReadTarget, facts: StreamFacts): Promise<Entry | undefined> {
    const { channel, bucket, key, revision, options } = target;
    const subject = `${facts.prefix}${key}`;
    const response = await this.api.ask(
      channel,
      `STREAM.MSG.GET.${facts.stream}`,
      storedResponse,
      revision === undefined ? { last_by_subj: subject } : revisionQuery(subject, revision),
      { signal: options?.signal },
    );
    if (response.error && !isNoMessage(response.error)) {
      this.catalog.forget(bucket);
      throw fromApiError(response.error, { bucket });
    }
    const { message } = response.value ?? {};
    if (message?.subject !== subject) {
      return undefined;
    }
    const entry = fromStoredMessage({ key, allowTtl: facts.allowTtl }, message);
    return isOf(revision, entry) ? entry : undefined;
  }

  private async getUnanswered(target: ReadTarget, failure: KvError): Promise<Entry | undefined> {
    const facts = await this.catalog.lookUp(target.channel, target.bucket, target.options);
    if (facts.allowDirect) {
      throw failure;
    }
    return this.getStored(target, facts);
  }

  /** Looks the bucket up, once for all gets that wait. Undefined when this account may not ask. */
  private async allowsDirect({ channel, bucket }: ReadTarget): Promise<boolean | undefined> {
    let lookUp = this.lookUps.get(bucket);
    if (!lookUp) {
      lookUp = this.catalog.lookUp(channel, bucket).finally(() => this.lookUps.delete(bucket));
      this.lookUps.set(bucket, lookUp);
    }
    const { created, allowDirect } = await lookUp;
    return created === undefined ? undefined : allowDirect;
  }
}

/** What comes first of two answers; when both fail it fails as the first would alone. */
async function firstOf<T>(one: Promise<T>, other: Promise<T>): Promise<T> {
  return Promise.race([one, other.catch(() => one)]);
}

function isOf(revision: number | undefined, entry: Entry | undefined): boolean {
  return revision === undefined || entry?.revision === revision;
}

/**
 * Asks for one message. Of subjects that a decoder may have made alike the server tells them apart: what
 * comes is the first of that subject from there on.
 */
function revisionQuery(subject: string, revision: number): object {
  return { seq: revision, ...(subject.includes('\ufffd') && { next_by_subj: subject }) };
}

/** Whether the promise has settled, one way or the other, when this time has passed. */
async function settlesWithin(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  const stop = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const isInTime = await Promise.race([
    settled,
    delay(milliseconds, stop.signal).then(() => false),
  ]);
  stop.abort();
  return isInTime;
}
