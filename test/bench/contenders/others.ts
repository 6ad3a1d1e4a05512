import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect as connectV3 } from '@nats-io/transport-node';
import { connect } from 'nats';
import { measureStalls } from '../../support/meters';
import { type Contender, expectCount } from './measurement';

/** `keys()` of the package `nats`. */
export const natsKeys: Contender = async ({ url, bucket, keys }) => {
  const connection = await connect({ servers: url });
  const kv = await connection.jetstream().views.kv(bucket, { bindOnly: true });
  const measured = await readAll(() => kv.keys(), keys);
  await connection.close();
  return measured;
};

/** `keys()` of its successor, `@nats-io/kv`. */
export const natsIoKeys: Contender = async ({ url, bucket, keys }) => {
  const connection = await connectV3({ servers: url });
  const kv = await new Kvm(jetstream(connection)).open(bucket);
  const measured = await readAll(() => kv.keys(), keys);
  await connection.close();
  return measured;
};

async function readAll(start: () => Promise<AsyncIterable<string>>, keys: number) {
  const stalls = measureStalls();
  const begun = performance.now();
  const found: string[] = [];
  for await (const key of await start()) {
    found.push(key);
  }
  const ms = performance.now() - begun;
  expectCount(found.length, keys);
  return { ms, stallMs: stalls() };
}
