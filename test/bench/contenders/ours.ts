import { BucketWatch } from '../../../src/kv/session/bucketWatch';
import type { KeyInfo } from '../../../src/kv/model/entry';
import { isKvError } from '../../../src/kv/model/errors';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { KeyIndex } from '../../../src/kv/session/keyIndex';
import { connect } from '../../../src/kv/nats/connect';
import { KeyTree } from '../../../src/kv/keys/tree/keyTree';
import { keyAt } from '../../support/fillBucket';
import { bytesInUse, measureCpu, measureStalls } from '../../support/meters';
import { type Contender, expectCount } from './measurement';

/** Every key with revision, time and size, into the tree that the view shows. */
export const listing: Contender = async ({ url, bucket, keys }) => {
  const connection = await connect({ servers: [url] });
  const idle = bytesInUse();
  const stalls = measureStalls();
  const cpu = measureCpu();
  const begun = performance.now();
  const tree = new KeyTree();
  for await (const batch of connection.list(bucket)) {
    tree.applyAll(batch);
  }
  const ms = performance.now() - begun;
  const cpuMs = cpu();
  const stallMs = stalls();
  const bytesPerKey = (bytesInUse() - idle) / keys;
  expectCount(tree.count(''), keys);
  await connection.close();
  return { ms, cpuMs, stallMs, bytesPerKey };
};

/** The first hundred keys, after which the listing is broken off. */
export const firstKeys: Contender = async ({ url, bucket }) => {
  const connection = await connect({ servers: [url] });
  const begun = performance.now();
  const found: KeyInfo[] = [];
  for await (const batch of connection.list(bucket)) {
    found.push(...batch);
    if (found.length >= 100) {
      break;
    }
  }
  const ms = performance.now() - begun;
  await connection.close();
  return { ms };
};

/** From the abortion of a listing that has begun to its end. */
export const cancelling: Contender = async ({ url, bucket }) => {
  const connection = await connect({ servers: [url] });
  const abort = new AbortController();
  let begun = NaN;
  try {
    for await (const batch of connection.list(bucket, { signal: abort.signal })) {
      if (!abort.signal.aborted && batch.length > 0) {
        begun = performance.now();
        abort.abort();
      }
    }
  } catch (error) {
    if (!isKvError(error, 'cancelled')) {
      throw error;
    }
  }
  const ms = performance.now() - begun;
  await connection.close();
  return { ms };
};

/** Updates of keys that are known already, taken into the index from the bucket's watch. */
export const watching: Contender = async ({ url, bucket, keys }) => {
  const connection = await connect({ servers: [url] });
  const before = asItWasAfter(keys, connection);
  const index = new KeyIndex(before, new BucketWatch(before, bucket));
  const updated = new Promise<number>((resolve) => {
    let updates = 0;
    index.onDidChange((change) => {
      updates += change.keys.length;
      if (updates === keys) {
        resolve(performance.now());
      }
    });
  });
  // The index is ready before the server has been asked for the first update.
  const ready = new Promise<number>((resolve) => {
    index.state.onDidChange(({ kind }) => kind === 'ready' && resolve(performance.now()));
  });
  index.open();
  const begun = await ready;
  const ms = (await updated) - begun;
  expectCount(index.get(keyAt(keys - 1))?.revision ?? 0, 2 * keys);
  index.dispose();
  await connection.close();
  return { ms };
};

/** The connection as it was when each key had been written once: its watch then tells the rest. */
function asItWasAfter(keys: number, connection: KvConnection): KvConnection {
  const infos = Array.from({ length: keys }, (_, at): KeyInfo => ({
    key: keyAt(at),
    revision: at + 1,
    operation: 'PUT',
    created: 0,
    size: 0,
  }));
  const past: Pick<KvConnection, 'list' | 'bucketStatus'> = {
    async *list() {
      await Promise.resolve();
      yield infos;
    },
    bucketStatus: async (bucket) => ({
      ...(await connection.bucketStatus(bucket)),
      lastRevision: keys,
    }),
  };
  return Object.assign(Object.create(connection) as KvConnection, past);
}
