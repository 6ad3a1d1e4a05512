import type { Entry } from '../../entry';
import { isKvError, throwIfCancelled } from '../../errors';
import type { CallOptions } from '../../kvConnection';
import { type BucketFacts, type Catalog, checkKey } from '../buckets/catalog';
import type { Consumers } from '../consumers/consumers';
import type { EntryReader } from './entryReader';
import { type Delivered, HistoryPass, type HistorySource } from './historyPass';
import type { Link } from '../link/link';
import { fromDelivery } from './storedMessage';

export interface HistoryReaderParts {
  readonly link: Link;
  readonly catalog: Catalog;
  readonly consumers: Consumers;
  readonly reader: EntryReader;
}

const maxPasses = 4;

/** Reads all stored messages of a key. Stateless. */
export class HistoryReader {
  constructor(private readonly parts: HistoryReaderParts) {}

  async read(bucket: string, key: string, options?: CallOptions): Promise<Entry[]> {
    checkKey(bucket, key);
    throwIfCancelled(options?.signal);
    const { link, catalog, consumers } = this.parts;
    const channel = link.current;
    const facts = await catalog.facts(channel, bucket, options);
    const source = { consumers, channel, facts, bucket, key, signal: options?.signal };
    const delivered = await runUntilWhole(source);
    const entries = await Promise.all(
      delivered.map((each) => this.toEntry({ bucket, key, facts, options }, each)),
    );
    return entries.filter((entry) => entry !== undefined);
  }

  /** Undefined when a message had to be read again, for its headers, and was gone by then. */
  private async toEntry(
    query: { bucket: string; key: string; facts: BucketFacts; options: CallOptions | undefined },
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

/** Starts anew when messages were lost on the way, as long as the connection holds. */
async function runUntilWhole(source: HistorySource): Promise<readonly Delivered[]> {
  for (let pass = 1; ; pass++) {
    try {
      return await new HistoryPass(source).run();
    } catch (error) {
      const isLoss = isKvError(error, 'server') || isKvError(error, 'timeout');
      if (!isLoss || source.channel.isLost || pass === maxPasses) {
        throw error;
      }
    }
  }
}
