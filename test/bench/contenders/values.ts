import type { Entry } from '../../../src/kv/model/entry';
import { connect } from '../../../src/kv/nats/connect';
import { type Proxy, startProxy } from '../../support/proxy';
import { keyAt } from '../../support/fillBucket';
import { type Contender, expectCount, type Task } from './measurement';

const wanted = 1000;
const addedMs = 20;

/** The values of known keys, by one call and one after the other. */
export const values: Contender = (task) => readValues(task);

/** The same with the server 20 ms further away; `requests` counts what the one call sent. */
export const distantValues: Contender = async (task) => {
  const proxy = await startProxy(Number(new URL(task.url).port));
  try {
    return await readValues({ ...task, url: proxy.url }, proxy);
  } finally {
    proxy.stop();
  }
};

async function readValues({ url, bucket, keys }: Task, proxy?: Proxy) {
  const connection = await connect({ servers: [url], timeoutMs: 30_000 });
  await connection.bucketStatus(bucket);
  const known = Array.from({ length: wanted }, (_, at) => keyAt(Math.floor((at * keys) / wanted)));
  proxy?.reset();
  proxy?.delay(addedMs / 2);
  const [ms, many] = await timed(() => connection.getMany(bucket, known));
  const requests = proxy?.published.length ?? 0;
  const [sequentialMs, single] = await timed(async () => {
    const entries: (Entry | undefined)[] = [];
    for (const key of known) {
      entries.push(await connection.get(bucket, key));
    }
    return entries;
  });
  expectCount(many.filter((entry) => entry?.size === 32).length, wanted);
  expectCount(single.filter((entry) => entry?.size === 32).length, wanted);
  proxy?.reset();
  await connection.close();
  return { ms, sequentialMs, requests };
}

async function timed<T>(run: () => Promise<T>): Promise<readonly [ms: number, result: T]> {
  const begun = performance.now();
  const result = await run();
  return [performance.now() - begun, result];
}
