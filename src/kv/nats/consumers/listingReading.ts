import type { Msg } from 'nats';
import type { Entry, KeyInfo } from '../../model/entry';
import { KeyColumns } from '../../model/keyBatch';
import type { StreamFacts } from '../buckets/catalog';
import type { Batch } from '../entries/batchQueue';
import { KeyInfoReader } from '../entries/keyInfoReader';
import { fromDelivery } from '../entries/storedMessage';
import { keyOf } from '../wire/messageBytes';
import type { Delivery } from './ackSubject';
import type { ChangeReader } from './natsWatch';
import { entryReaderOf, keyInfoReaderOf } from './watchReaders';

/** Reads the messages of a listing into its batches. */
export interface BatchReader<Info extends KeyInfo, B extends Batch> extends ChangeReader<Info> {
  deliverInto(batch: B, delivery: Delivery, message: Msg): void;
  add(batch: B, info: Info): void;
}

/** What a listing reads of each message. */
export interface ListingReading<Info extends KeyInfo, B extends Batch> {
  readonly values: boolean;
  newBatch(): B;
  /** `prefix` is what stands before the key in every subject. */
  readerOf(prefix: string, facts: StreamFacts): BatchReader<Info, B>;
}

const batchSize = 1000;
/** Large values come in smaller batches, so that few of them are in memory at once. */
const batchBytes = 1024 * 1024;
const encoder = new TextEncoder();

/** The facts of keys, in columns. */
export const keyReading: ListingReading<KeyInfo, KeyColumns> = {
  values: false,
  newBatch: () => new KeyColumns(batchSize),
  readerOf(prefix, facts) {
    const infos = new KeyInfoReader(prefix, facts.allowTtl);
    return {
      ...keyInfoReaderOf(prefix, facts),
      deliverInto: (columns, delivery, message) => infos.readInto(columns, delivery, message),
      add: (columns, info) => columns.add(encoder.encode(info.key), 0, info),
    };
  },
};

/** The same with the values. */
export const valueReading: ListingReading<Entry, KeyColumns> = {
  values: true,
  newBatch: () => new KeyColumns(batchSize),
  readerOf(prefix, facts) {
    const infos = new KeyInfoReader(prefix, facts.allowTtl, true);
    return {
      ...entryReaderOf(prefix, facts),
      deliverInto: (columns, delivery, message) => infos.readInto(columns, delivery, message),
      add: (columns, entry) => {
        columns.add(encoder.encode(entry.key), 0, entry);
        columns.addValue(entry.value);
      },
    };
  },
};

/** Owns the entries that are handed over together; changes only through `add`. */
export class EntryBatch implements Batch {
  readonly entries: Entry[] = [];
  private bytes = 0;

  get length(): number {
    return this.entries.length;
  }

  get isFull(): boolean {
    return this.entries.length === batchSize || this.bytes >= batchBytes;
  }

  add(entry: Entry): void {
    this.entries.push(entry);
    this.bytes += entry.size;
  }
}

/** Values and headers too. */
export const entryReading: ListingReading<Entry, EntryBatch> = {
  values: true,
  newBatch: () => new EntryBatch(),
  readerOf(prefix, facts) {
    const { allowTtl } = facts;
    return {
      ...entryReaderOf(prefix, facts),
      deliverInto: (batch, delivery, message) =>
        batch.add(fromDelivery({ key: keyOf(message, prefix), allowTtl }, delivery, message)),
      add: (batch, entry) => batch.add(entry),
    };
  },
};
