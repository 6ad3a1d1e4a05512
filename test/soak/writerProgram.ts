import { setTimeout as sleep } from 'node:timers/promises';
import { connect, headers, type NatsConnection, StringCodec } from 'nats';
import { eventually } from '../support/poll';
import { changeOf, type SoakConnection } from './plan';

/*
 * The program that writes: the plain client, at the rate that is asked for. It is told `pause`, `resume`
 * and `end` by its parent, and answers `paused` and how many changes it has published.
 */

export interface WriterTask {
  readonly servers: readonly (SoakConnection & { readonly url: string })[];
  /** Changes a second, all buckets together. */
  readonly rate: number;
  readonly keys: number;
}

export type WriterRequest = 'pause' | 'resume' | 'end';

const roundMs = 20;
/** What a pause or a busy machine has put off is not made up for: then the rate is what it is. */
const mostAtOnce = 0.1;
const codec = StringCodec();
const deletion = headers();
deletion.set('KV-Operation', 'DEL');

const task = JSON.parse(process.argv[2] ?? '') as WriterTask;
const connections = new Map<string, NatsConnection>();
for (const { id, url } of task.servers) {
  const options = { servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 100 };
  connections.set(id, await connect(options));
}
const buckets = task.servers.flatMap(({ id, buckets: names }) =>
  names.map((name) => ({ id, name, count: 0 })),
);

let [isPaused, isEnded, written, next] = [false, false, 0, 0];
let wake: () => void = () => undefined;
process.on('message', (request: WriterRequest) => {
  isPaused = request === 'pause';
  isEnded ||= request === 'end';
  wake();
});
process.on('disconnect', () => process.exit());

let last = performance.now();
while (!isEnded) {
  if (isPaused) {
    await flushAll();
    process.send?.({ written });
    await new Promise<void>((resolve) => (wake = resolve));
    last = performance.now();
  }
  await sleep(roundMs);
  const now = performance.now();
  publish(Math.round(Math.min((now - last) / 1_000, mostAtOnce) * task.rate));
  last = now;
  await flushAll();
}
process.exit();

function publish(count: number): void {
  for (let at = 0; at < count; at++) {
    const bucket = buckets[next++ % buckets.length];
    const connection = bucket && connections.get(bucket.id);
    if (bucket && connection) {
      const { key, value } = changeOf(bucket.count++, task.keys);
      const subject = `$KV.${bucket.name}.${key}`;
      connection.publish(
        subject,
        codec.encode(value ?? ''),
        value === undefined ? { headers: deletion } : {},
      );
      written++;
    }
  }
}

/** A server that falls behind, or comes back, is waited for, so that the rate told is one that it took. */
async function flushAll(): Promise<void> {
  const flushed = (connection: NatsConnection) => eventually(() => connection.flush());
  await Promise.all([...connections.values()].map(flushed));
}
