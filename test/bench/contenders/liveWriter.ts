import { setTimeout as sleep } from 'node:timers/promises';
import { connect, StringCodec } from 'nats';
import type { Contender } from './measurement';

export const changesPerSecond = 5_000;
const codec = StringCodec();
const roundMs = 20;

/** Writes 5,000 JSON values a second for `task.seconds` to `task.keys` keys, in turns. */
export const publishChanges: Contender = async ({ url, bucket, keys, seconds = 1 }) => {
  const connection = await connect({ servers: url });
  const begun = performance.now();
  const total = seconds * changesPerSecond;
  let pending: Promise<unknown> = Promise.resolve();
  for (let at = 0; at < total;) {
    const due = Math.min(total, ((performance.now() - begun) / 1000) * changesPerSecond);
    for (; at < due; at++) {
      const id = at % keys;
      const order = { id, status: at % 3 === 0 ? 'new' : 'paid', total: at / 4, items: [1, 2, 3] };
      connection.publish(`$KV.${bucket}.orders.${id}`, codec.encode(JSON.stringify(order)));
    }
    // A server that falls behind is waited for, so that the rate told is one that it took.
    await pending;
    pending = connection.flush();
    await sleep(roundMs);
  }
  await pending;
  await connection.close();
  return { ms: performance.now() - begun, written: total };
};
