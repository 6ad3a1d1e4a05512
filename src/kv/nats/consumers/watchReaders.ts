import type { Entry, KeyInfo } from '../../model/entry';
import { textOfReplaced } from '../../model/keyText';
import type { StreamFacts } from '../buckets/catalog';
import { KeyInfoReader } from '../entries/keyInfoReader';
import { fromStoredMessage, type StoredMessage } from '../entries/storedMessage';
import { watchedEntry } from '../entries/watchedEntry';
import { keyOf } from '../wire/messageBytes';
import type { ChangeReader } from './natsWatch';

/** Reads what a headers-only consumer delivers. */
export function keyInfoReaderOf(
  prefix: string,
  { allowTtl }: Pick<StreamFacts, 'allowTtl'>,
): ChangeReader<KeyInfo> {
  const infos = new KeyInfoReader(prefix, allowTtl);
  return {
    delivered: (delivery, message) => infos.read(delivery, message),
    stored(message) {
      const owner = { key: storedKey(message, prefix), allowTtl };
      const { key, revision, operation, created, size, ttl } = fromStoredMessage(owner, message);
      const info = { key, revision, operation, created, size };
      return ttl === undefined ? info : { ...info, ttl };
    },
  };
}

/** Reads what a consumer delivers with values. */
export function entryReaderOf(prefix: string, { allowTtl }: StreamFacts): ChangeReader<Entry> {
  return {
    delivered: (delivery, message) =>
      watchedEntry({ key: keyOf(message, prefix), allowTtl }, delivery, message),
    stored: (message) => fromStoredMessage({ key: storedKey(message, prefix), allowTtl }, message),
  };
}

/** JSON has lost what of a subject is not UTF-8. */
function storedKey({ subject }: StoredMessage, prefix: string): string {
  return textOfReplaced(subject.slice(prefix.length));
}
