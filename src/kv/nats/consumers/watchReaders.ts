import type { Entry, KeyInfo } from '../../entry';
import type { BucketFacts } from '../buckets/catalog';
import { KeyInfoReader } from '../entries/keyInfoReader';
import type { ReadChange } from './natsWatch';
import { fromDelivery } from '../entries/storedMessage';

/** Reads what a headers-only consumer delivers. */
export function keyInfoReaderOf(prefix: string): ReadChange<KeyInfo> {
  const infos = new KeyInfoReader(prefix);
  return (delivery, message) => infos.read(delivery, message);
}

/** Reads what a consumer delivers with values. Headers that the client refuses count as none. */
export function entryReaderOf(prefix: string, { allowTtl }: BucketFacts): ReadChange<Entry> {
  return (delivery, message) => {
    const key = message.subject.slice(prefix.length);
    const entry = fromDelivery({ key, allowTtl }, delivery, message);
    if (entry !== 'unreadable') {
      return entry;
    }
    const { streamSequence: revision, created } = delivery;
    const value = new Uint8Array(message.data);
    return { key, revision, operation: 'PUT', created, size: value.length, value, headers: [] };
  };
}
