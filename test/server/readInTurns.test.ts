import { connect } from 'nats';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type ReadSocket, readInTurns } from '../../src/kv/nats/link/readInTurns';
import { startSystem } from './system';

it('finds the socket of the client, and reads a burst in many turns without losing any', async () => {
  const { server } = await startSystem();
  const [client, other] = [
    await connect({ servers: server.url }),
    await connect({ servers: server.url }),
  ];
  onTestFinished(async () => void (await Promise.all([client.close(), other.close()])));
  const { protocol } = client as unknown as { protocol: { transport: { socket: ReadSocket } } };
  const paused = vi.spyOn(protocol.transport.socket, 'pause');
  const resumed = vi.spyOn(protocol.transport.socket, 'resume');
  readInTurns(client);

  const count = 4000;
  let received = 0;
  const all = new Promise<void>((resolve) => {
    client.subscribe('burst', { callback: () => ++received === count && resolve() });
  });
  await client.flush();
  const value = new Uint8Array(1024);
  Array.from({ length: count }).forEach(() => other.publish('burst', value));
  await all;

  expect(received).toBe(count);
  expect(paused.mock.calls.length).toBeGreaterThanOrEqual(4);
  expect(resumed.mock.calls.length).toBeGreaterThanOrEqual(paused.mock.calls.length - 1);
});
