import type { Entry } from '../../kv/model/entry';
import type { NatsKvEntry } from './natsKvApi';

const operations = { PUT: 'put', DEL: 'delete', PURGE: 'purge', EXPIRED: 'expired' } as const;

/** A stored message as another extension gets it: a copy of all that it could change. */
export function apiEntry(bucket: string, entry: Entry): NatsKvEntry {
  const { key, revision, operation, value, headers, created } = entry;
  return {
    ...{ bucket, key, revision, created },
    operation: operations[operation],
    // The `slice` of a `Buffer` would be no copy.
    value: new Uint8Array(value),
    headers: headers.map(([name, text]) => [name, text]),
  };
}
