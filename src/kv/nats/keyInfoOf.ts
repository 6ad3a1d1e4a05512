import type { Msg } from 'nats';
import type { KeyInfo } from '../entry';
import type { Delivery } from './ackSubject';
import { operationOf } from './operationOf';
import { headersOf } from './wireHeaders';

/**
 * Reads a message of a headers-only consumer. `prefix` is `$KV.<bucket>.`. The value's size comes
 * in `Nats-Msg-Size`; where other headers cannot be decoded it counts as 0 and as a value put.
 */
export function keyInfoOf(prefix: string, delivery: Delivery, message: Msg): KeyInfo {
  const headers = headersOf(message);
  const header = (name: string) => (headers === 'unreadable' ? '' : (headers?.last(name) ?? ''));
  return {
    key: message.subject.slice(prefix.length),
    revision: delivery.streamSequence,
    operation: operationOf(header),
    created: delivery.created,
    size: Number(header('Nats-Msg-Size')) || 0,
  };
}
