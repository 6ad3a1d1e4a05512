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

/** Reads what a consumer delivers with values. */
export function entryReaderOf(prefix: string, { allowTtl }: BucketFacts): ChangeReader<Entry> {
  const ownerOf = (subject: string) => ({ key: subject.slice(prefix.length), allowTtl });
  return {
    delivered: (delivery, message) => fromDelivery(ownerOf(message.subject), delivery, message),
    stored: (message) => fromStoredMessage(ownerOf(message.subject), message),
  };
}
