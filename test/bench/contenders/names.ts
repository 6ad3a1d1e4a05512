import { connect } from '../../../src/kv/nats/connect';
import { measureStalls } from '../../support/meters';
import { type Contender, expectCount, type Task } from './measurement';

/** The sorted names of a whole bucket. */
export const names: Contender = (task) => readNames(task, '>', task.keys);

/** The sorted names of one team of fifty. */
export const namesOfPrefix: Contender = (task) => readNames(task, 't07.>', task.keys / 50);

async function readNames({ url, bucket }: Task, filter: string, wanted: number) {
  const connection = await connect({ servers: [url] });
  const stalls = measureStalls();
  const begun = performance.now();
  const found = await connection.listNames(bucket, { filter });
  const ms = performance.now() - begun;
  expectCount(found.length, wanted);
  await connection.close();
  return { ms, stallMs: stalls() };
}
