import type { Entry } from '../entry';
import { isKvError, type KvError } from '../errors';
import type { CallOptions } from '../kvConnection';
import { type BucketFacts, type Catalog, checkKey } from './catalog';
import type { Channel } from './channel';
import { fromApiError, isNoMessage, jetStreamOff } from './errorMapping';
import type { JetStreamApi } from './jetStreamApi';
import type { Link } from './link';
import { fromDirectGet, fromStoredMessage, type StoredMessage } from './storedMessage';
import { statusOf } from './wireHeaders';

/** Where a key is read from, and on which connection. */
interface ReadTarget {
  readonly channel: Channel;
  readonly bucket: string;
  readonly key: string;
  readonly options: CallOptions | undefined;
}

/** Reads the last message of single keys. */
export class EntryReader {
  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
    private readonly catalog: Catalog,
  ) {}

  async get(bucket: string, key: string, options?: CallOptions): Promise<Entry | undefined> {
    checkKey(bucket, key);
    const target = { channel: this.link.current, bucket, key, options };
    const facts = await this.catalog.facts(target.channel, bucket, options);
    if (!facts.allowDirect) {
      return this.getStored(target, facts);
    }
    try {
      return await this.getDirect(target, facts);
    } catch (error) {
      if (isKvError(error, 'timeout') || isKvError(error, 'jetStreamOff')) {
        return this.getUnanswered(target, error);
      }
      throw error;
    }
  }

  private async getDirect(target: ReadTarget, facts: BucketFacts): Promise<Entry | undefined> {
    const subject = `DIRECT.GET.${facts.stream}.$KV.${facts.origin}.${target.key}`;
    const reply = await target.channel.request(`${this.api.prefix}.${subject}`, '', {
      timeoutMs: this.api.timeoutMs,
      ...target.options,
    });
    const status = statusOf(reply);
    if (status === 404) {
      return undefined;
    }
    if (status !== 0) {
      throw status === 503 ? jetStreamOff() : fromApiError({ code: status });
    }
    const entry = fromDirectGet(target.key, reply);
    return entry === 'unreadable' ? this.getStored(target, facts) : entry;
  }

  /** Reads from the leader, as JSON: for buckets without direct gets and headers the client refuses. */
  private async getStored(target: ReadTarget, facts: BucketFacts): Promise<Entry | undefined> {
    const { channel, bucket, key, options } = target;
    const response = await this.api.ask<{ message: StoredMessage }>(
      channel,
      `STREAM.MSG.GET.${facts.stream}`,
      { last_by_subj: `$KV.${facts.origin}.${key}` },
      options,
    );
    if (response.error && !isNoMessage(response.error)) {
      this.catalog.forget(bucket);
      throw fromApiError(response.error, { bucket });
    }
    return response.message && fromStoredMessage(key, response.message);
  }

  /**
   * Nobody takes direct gets of a bucket that is gone or allows none any longer, so find out. Server
   * 2.15 answers that nobody does, 2.9 does not answer at all.
   */
  private async getUnanswered(target: ReadTarget, failure: KvError): Promise<Entry | undefined> {
    const facts = await this.catalog.lookUp(target.channel, target.bucket, target.options);
    if (facts.allowDirect) {
      throw failure;
    }
    return this.getStored(target, facts);
  }
}
