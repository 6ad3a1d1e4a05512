import { expect, it, onTestFinished } from 'vitest';
import { connect, createInbox, type Msg } from 'nats';
import { plainSizeOf, replyBytes, subjectBytes } from '../../src/kv/nats/wire/messageBytes';
import { eventually } from '../support/poll';
import { startSystem } from './system';

it('reads what the client delivers as the client does, and the sizes of plain values', async () => {
  const received = await receiveFour();
  const sizes = received.map((message) => plainSizeOf(message));
  const text = new TextDecoder();
  const subjects = received.map((message) => text.decode(subjectBytes(message)));
  const replies = received.map((message) => text.decode(replyBytes(message)));
  expect(sizes).toEqual([1234, 1, 0, undefined]);
  expect(subjects).toEqual(received.map(({ subject }) => subject));
  expect(replies).toEqual(received.map(({ reply }) => reply));
});

it('finds the bytes where the client has them, without decoding any text', async () => {
  const [message] = await receiveFour();
  expect(message && '_subject' in message).toBe(false);
  expect(message && subjectBytes(message)).toHaveLength('$KV.b.plain'.length);
  expect(message && replyBytes(message).length).toBeGreaterThan('$JS.ACK.KV_b.'.length);
  expect(message && '_subject' in message).toBe(false);
  expect(message && '_reply' in message).toBe(false);
});

async function receiveFour(): Promise<Msg[]> {
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
  return received;
}
