import { expect, it, onTestFinished } from 'vitest';
import { connect, createInbox, type Msg } from 'nats';
import { PlainHeaders } from '../../src/kv/nats/wire/plainHeaders';
import { eventually } from '../support/poll';
import { startSystem } from './system';

it('reads the sizes of plain values, and nothing else, from what the client delivers', async () => {
  const { server, foreign } = await startSystem();
  const client = await connect({ servers: server.url });
  onTestFinished(() => client.close());
  await foreign.createBucket({ name: 'b', history: 5 });
  await foreign.put('b', 'plain', 'x'.repeat(1234));
  await foreign.put('b', 'kľúč', 'x');
  await foreign.put('b', 'empty', '');
  await foreign.mark('b', 'plain', 'DEL');
  const received: Msg[] = [];
  const inbox = createInbox();
  client.subscribe(inbox, { callback: (_, message) => received.push(message) });
  await foreign.jsm.consumers.add('KV_b', { deliver_subject: inbox, headers_only: true });
  await eventually(() => expect(received).toHaveLength(4));
  const plain = new PlainHeaders();
  const sizes = received.map((message) =>
    plain.sizeOf(message, message.subject.length, message.reply?.length ?? 0),
  );
  // Lengths are counted in UTF-16 units, so a key beyond ASCII is left to the client's decoder.
  expect(sizes).toEqual([1234, undefined, 0, undefined]);
});
