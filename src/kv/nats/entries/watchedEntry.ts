import type { Msg } from 'nats';
import type { Entry } from '../../model/entry';
import type { Delivery } from '../consumers/ackSubject';
import { headersOf } from '../wire/headerBlock';
import { fromDelivery, type MessageOwner } from './storedMessage';

/** Larger ones cost little beside their bytes. */
const largestText = 1024;
const noHeaders: Entry['headers'] = [];

/**
 * Reads a message that a watch was told. Whoever keeps thousands of them looks at the values of a few: a
 * small one is kept as a text of its bytes, which takes a third of what an array of them does, and
 * nothing outside of the heap.
 */
export function watchedEntry(owner: MessageOwner, delivery: Delivery, message: Msg): Entry {
  const { data } = message;
  return data.length <= largestText && headersOf(message).isEmpty
    ? new PlainEntry(owner.key, delivery, data)
    : fromDelivery(owner, delivery, message);
}

/** A value without headers. Owns its bytes; changes only by being looked at. */
class PlainEntry implements Entry {
  readonly operation = 'PUT';
  readonly headers = noHeaders;
  readonly ttl = undefined;
  readonly revision: number;
  readonly created: number;
  readonly size: number;
  private kept: string | Uint8Array;

  constructor(
    readonly key: string,
    { streamSequence, created }: Delivery,
    data: Uint8Array,
  ) {
    this.revision = streamSequence;
    this.created = created;
    this.size = data.length;
    this.kept = latin1(data);
  }

  get value(): Uint8Array {
    if (typeof this.kept === 'string') {
      this.kept = new Uint8Array(Buffer.from(this.kept, 'latin1'));
    }
    return this.kept;
  }
}

function latin1(data: Uint8Array): string {
  const bytes = Buffer.isBuffer(data)
    ? data
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes.toString('latin1');
}
