import type { Msg } from 'nats';
import type { KeyInfo } from '../../entry';
import type { Delivery } from '../consumers/ackSubject';
import { operationOf } from './operationOf';
import { PlainHeaders } from '../wire/plainHeaders';
import { headersOf } from '../wire/wireHeaders';

/** Reads the messages of headers-only consumers. */
export class KeyInfoReader {
  private readonly plain = new PlainHeaders();

  /** `prefix` is what stands before the key in every subject: `$KV.<bucket>.`. */
  constructor(private readonly prefix: string) {}

  /**
   * The value's size comes in `Nats-Msg-Size`; where other headers cannot be decoded it counts as 0
   * and as a value put.
   */
  read(delivery: Delivery, message: Msg): KeyInfo {
    const { subject } = message;
    const key = subject.slice(this.prefix.length);
    const { streamSequence: revision, created } = delivery;
    const plainSize = this.plain.sizeOf(message, subject.length, message.reply?.length ?? 0);
    if (plainSize !== undefined) {
      return { key, revision, operation: 'PUT', created, size: plainSize };
    }
    const headers = headersOf(message);
    const header = (name: string) => (headers === 'unreadable' ? '' : (headers?.last(name) ?? ''));
    const size = Number(header('Nats-Msg-Size')) || 0;
    return { key, revision, operation: operationOf(header), created, size };
  }
}
