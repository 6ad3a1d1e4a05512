import type { Entry, RevisionInfo } from '../../model/entry';
import { isKvError, isPassing, throwIfCancelled } from '../../model/errors';
import type { CallOptions } from '../../model/kvConnection';
import { type BucketFacts, type Catalog, checkKey } from '../buckets/catalog';
import type { Consumers } from '../consumers/consumers';
import type { EntryReader } from './entryReader';
import { type Delivered, HistoryPass, type HistorySource } from './historyPass';
import type { Link } from '../link/link';
import { headersOf } from '../wire/wireHeaders';
import { fromDelivery } from './storedMessage';

export interface HistoryReaderParts {
  readonly link: Link;
  readonly catalog: Catalog;
  readonly consumers: Consumers;
  readonly reader: EntryReader;
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
      return { key, revision, operation, created, size, ttl };
    });
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
    const read = await Promise.all(
      delivered.map(async (each) => {
        const entry = await this.toEntry({ bucket, key, facts, options }, each);
        return entry && { entry, size: values ? entry.size : sizeOf(each, entry) };
      }),
    );
    return read.filter((each) => each !== undefined);
  }

  /** Undefined when a message had to be read again, for its headers, and was gone by then. */
  private async toEntry(
    query: Query & { readonly facts: BucketFacts },
    { delivery, message }: Delivered,
  ): Promise<Entry | undefined> {
    const { bucket, key, facts, options } = query;
    const entry = fromDelivery({ key, allowTtl: facts.allowTtl }, delivery, message);
    return entry === 'unreadable'
      ? this.parts.reader.getRevision(bucket, key, delivery.streamSequence, {
          ...options,
          consistent: true,
        })
      : entry;
  }
}

/** The server adds `Nats-Msg-Size` last; a message that was read again came with its value. */
function sizeOf({ message }: Delivered, entry: Entry): number {
  const headers = headersOf(message);
  const told = headers === 'unreadable' ? undefined : headers?.values('Nats-Msg-Size').at(-1);
  return told === undefined ? entry.size : Number(told) || 0;
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
