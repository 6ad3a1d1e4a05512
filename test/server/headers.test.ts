import { headers } from 'nats';
import { expect, it } from 'vitest';
import { startSystem } from './system';

it('returns the headers as they were stored, without those of the transport', async () => {
  const system = await startSystem();
  const { foreign } = system;
  await foreign.createBucket({ name: 'b' });
  const stored = headers();
  stored.append('X-Trace', 'one');
  stored.append('X-Trace', 'two');
  stored.append('Nats-Sequence', '99');
  await foreign.js.publish('$KV.b.key', 'value', { headers: stored });
  const connection = await system.connect();
  expect(await connection.get('b', 'key')).toMatchObject({
    revision: 1,
    headers: [
      ['X-Trace', 'one'],
      ['X-Trace', 'two'],
      ['Nats-Sequence', '99'],
    ],
  });
});
