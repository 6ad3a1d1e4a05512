import type { Entry, KeyInfo } from '../../model/entry';
import type { BucketFacts } from '../buckets/catalog';
import { KeyInfoReader } from '../entries/keyInfoReader';
import { fromDelivery, fromStoredMessage } from '../entries/storedMessage';
import type { ChangeReader } from './natsWatch';

/** Reads what a headers-only consumer delivers. */
export function keyInfoReaderOf(prefix: string): ChangeReader<KeyInfo> {
  const infos = new KeyInfoReader(prefix);
  return {
    delivered: (delivery, message) => infos.read(delivery, message),
    stored(message) {
      const owner = { key: message.subject.slice(prefix.length), allowTtl: false };
      const { key, revision, operation, created, size } = fromStoredMessage(owner, message);
      return { key, revision, operation, created, size };
    },
  };
}

/** Reads what a consumer delivers with values. Headers that the client refuses count as none. */
export function entryReaderOf(prefix: string, { allowTtl }: BucketFacts): ChangeReader<Entry> {
  const ownerOf = (subject: string) => ({ key: subject.slice(prefix.length), allowTtl });
  return {
    delivered(delivery, message) {
      const owner = ownerOf(message.subject);
      const entry = fromDelivery(owner, delivery, message);
      if (entry !== 'unreadable') {
        return entry;
      }
      const { key } = owner;
      const { streamSequence: revision, created } = delivery;
      const value = new Uint8Array(message.data);
      return { key, revision, operation: 'PUT', created, size: value.length, value, headers: [] };
    },
    stored: (message) => fromStoredMessage(ownerOf(message.subject), message),
  };
}
