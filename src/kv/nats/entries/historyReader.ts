import type { Msg } from 'nats';
import type { Entry, KeyInfo, RevisionInfo } from '../../model/entry';
import { isKvError, isPassing, throwIfCancelled } from '../../model/errors';
import { ownHeaders } from '../../model/headers';
import type { CallOptions } from '../../model/kvConnection';
import { type Catalog, checkBucketName, checkKey } from '../buckets/catalog';
import type { Consumers } from '../consumers/consumers';
import { type Delivered, HistoryPass, type HistorySource } from './historyPass';
import { KeyInfoReader } from './keyInfoReader';
import type { Link } from '../link/link';
import { headersOf } from '../wire/headerBlock';
import { fromDelivery } from './storedMessage';

export interface HistoryReaderParts {
  readonly link: Link;
  readonly catalog: Catalog;
  readonly consumers: Consumers;
}

interface Query {
  readonly bucket: string;
  readonly key: string;
  readonly options: CallOptions | undefined;
}

const maxPasses = 4;

/** Reads all stored messages of a key. Stateless. */
export class HistoryReader {
  constructor(private readonly parts: HistoryReaderParts) {}

  async read(bucket: string, key: string, options?: CallOptions): Promise<Entry[]> {
    const read = await this.readAll({ bucket, key, options }, true);
    return read.map(({ entry }) => entry);
  }

  async readInfo(bucket: string, key: string, options?: CallOptions): Promise<RevisionInfo[]> {
    const read = await this.readAll({ bucket, key, options }, false);
    return read.map(({ entry, size }) => {
      const { revision, operation, created, ttl } = entry;
      return { key, revision, operation, created, size, ttl, headers: ownHeaders(entry) };
    });
  }

  /** Every message of every key, by revision, without its value. */
  async readBucket(bucket: string, options?: CallOptions): Promise<KeyInfo[]> {
    checkBucketName(bucket);
    throwIfCancelled(options?.signal);
    const { link, catalog, consumers } = this.parts;
    const channel = link.current;
    const facts = await catalog.facts(channel, bucket, options);
    const signal = options?.signal;
    const source = { consumers, channel, facts, bucket, key: '>', values: false, signal };
    const infos = new KeyInfoReader(facts.prefix, facts.allowTtl);
    const delivered = await runUntilWhole(source);
    return delivered.map(({ delivery, message }) => infos.read(delivery, message));
  }

  /** Every message with the size of its value, which a consumer without values tells in a header. */
  private async readAll(
    { bucket, key, options }: Query,
    values: boolean,
  ): Promise<{ entry: Entry; size: number }[]> {
    checkKey(bucket, key);
    throwIfCancelled(options?.signal);
    const { link, catalog, consumers } = this.parts;
    const channel = link.current;
    const facts = await catalog.facts(channel, bucket, options);
    const source = { consumers, channel, facts, bucket, key, values, signal: options?.signal };
    const delivered = await runUntilWhole(source);
    const owner = { key, allowTtl: facts.allowTtl };
    return delivered.map(({ delivery, message }) => {
      const entry = fromDelivery(owner, delivery, message);
      return { entry, size: values ? entry.size : sizeOf(message) };
    });
  }
}

/** The server adds `Nats-Msg-Size` last. */
function sizeOf(message: Msg): number {
  return headersOf(message).lastCount('Nats-Msg-Size') ?? 0;
}

/** Starts anew when messages were lost on the way, as long as the connection holds. */
async function runUntilWhole(source: HistorySource): Promise<readonly Delivered[]> {
  for (let pass = 1; ; pass++) {
    try {
      return await new HistoryPass(source).run();
    } catch (error) {
      const isLoss = isKvError(error) && (error.kind === 'server' || isPassing(error));
      if (!isLoss || source.channel.isLost || pass === maxPasses) {
        throw error;
      }
    }
  }
}
