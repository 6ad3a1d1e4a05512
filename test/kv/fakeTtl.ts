import { type Entry, isLive, type Ttl } from '../../src/kv/model/entry';
import { KvError } from '../../src/kv/model/errors';
import type { PurgeOptions, PutOptions } from '../../src/kv/model/kvConnection';
import { formatTtl } from '../../src/kv/nats/entries/messageTtl';
import type { FakeBucket } from './fakeBucket';

/** The TTL that a put leaves on a fake bucket, decided as the adapter does (ttlPolicy.ts). */
export function ttlOfPut(bucket: FakeBucket, key: string, options: PutOptions): Ttl | undefined {
  const change = options.ttl ?? { kind: 'drop' };
  const { expected } = options;
  const replaced =
    expected === 'any'
      ? bucket.lastOf(key)
      : bucket.historyOf(key).find(({ revision }) => revision === expected);
  switch (change.kind) {
    case 'drop':
      return undefined;
    case 'keep':
      return bucket.allowTtl ? replaced?.ttl : undefined;
    case 'set':
      requireTtl(bucket, change.ttl);
      if (bucket.history !== 1 && change.ttl !== 'never') {
        refuseRevival(replaced, change.ttl);
      }
      return change.ttl;
  }
}

export function ttlOfPurge(bucket: FakeBucket, { ttl }: PurgeOptions): Ttl | undefined {
  if (ttl !== undefined) {
    requireTtl(bucket, ttl);
  }
  return ttl;
}

function requireTtl(bucket: FakeBucket, ttl: Ttl): void {
  if (!bucket.allowTtl) {
    throw new KvError('unsupported', 'the bucket does not let single values expire');
  }
  formatTtl(ttl);
}

function refuseRevival(replaced: Entry | undefined, ttl: number): void {
  const endsBefore = typeof replaced?.ttl === 'number' && replaced.ttl <= ttl;
  if (replaced && isLive(replaced) && !endsBefore) {
    throw new KvError('unsupported', 'when the value expires, the one before would come back');
  }
}
