import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ignore } from '../../../../src/kv/base/ignore';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { JetStreamApi } from '../../../../src/kv/nats/wire/jetStreamApi';
import { Link } from '../../../../src/kv/nats/link/link';
import { NatsConnection } from '../../../../src/kv/nats/natsConnection';
import { expectKind } from '../../contract/harness';
import { ack, FakeClient, statusHeaders } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server with one bucket, whose consumers have some messages; the test delivers them. */
async function setUp(total = 3) {
  const client = new FakeClient();
  const inboxes: string[] = [];
  const server = { remaining: 3 };
  const created = '2026-01-01T00:00:00Z';
  client.answer = (subject, payload) => {
    if (subject.startsWith('$JS.API.STREAM.INFO')) {
      const config = { name: 'KV_b', subjects: ['$KV.b.>'], allow_direct: true };
      return {
        config,
        created,
        state: {
          messages: 3,
          bytes: 3,
          last_seq: 9,
          last_ts: created,
          first_seq: 1,
          first_ts: created,
        },
      };
    }
    if (subject.startsWith('$JS.API.CONSUMER.CREATE')) {
      const { config } = JSON.parse(payload) as { config: { deliver_subject: string } };
      inboxes.push(config.deliver_subject);
      return { num_pending: total, delivered: { consumer_seq: 0 } };
    }
    return subject.startsWith('$JS.API.CONSUMER.INFO')
      ? { num_pending: server.remaining, delivered: { consumer_seq: 2 } }
      : { success: true };
  };
  const link = await Link.open({ dial: () => Promise.resolve(new Channel(client, undefined)) });
  const connection = new NatsConnection(link, new JetStreamApi('$JS.API', 1000), { check: ignore });
  const inbox = () => inboxes.at(-1) ?? '';
  const deliver = (sequence: number, pending: number) =>
    client.deliverStored(inbox(), '$KV.b.key', ack(10 + sequence, sequence, pending));
  const heartbeat = () =>
    client.deliver(inbox(), {
      headers: statusHeaders(100, 'Idle Heartbeat', { 'Nats-Last-Consumer': '2' }),
    });
  const reading = connection.history('b', 'key');
  reading.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  return { client, inboxes, server, reading, deliver, heartbeat, inbox };
}

describe('HistoryPass', () => {
  it('ends with the last of the messages that there were', async () => {
    const { reading, deliver } = await setUp();
    [2, 1, 0].forEach((pending, at) => deliver(at + 1, pending));
    expect((await reading).map(({ revision }) => revision)).toEqual([11, 12, 13]);
  });

  it('ends at once when there is none', async () => {
    const { reading } = await setUp(0);
    expect(await reading).toEqual([]);
  });

  it('goes on to the end when messages were added on the way', async () => {
    const { reading, deliver } = await setUp();
    [2, 1, 1].forEach((pending, at) => deliver(at + 1, pending));
    await vi.advanceTimersByTimeAsync(0);
    deliver(4, 0);
    expect((await reading).map(({ revision }) => revision)).toEqual([11, 12, 13, 14]);
  });

  it('does not go on for ever after a key that is written all the time', async () => {
    const { reading, deliver } = await setUp();
    for (let sequence = 1; sequence <= 3 + 64; sequence++) {
      deliver(sequence, 5);
    }
    expect(await reading).toHaveLength(3 + 64);
  });

  it('ends when the tail vanished before it was sent', async () => {
    const { reading, deliver, heartbeat, server } = await setUp();
    deliver(1, 2);
    deliver(2, 1);
    server.remaining = 0;
    heartbeat();
    expect(await reading).toHaveLength(2);
  });

  it('fails when the server stops sending, instead of waiting for ever', async () => {
    const { reading, deliver, inboxes } = await setUp();
    deliver(1, 2);
    for (let second = 0; second < 60; second++) {
      await vi.advanceTimersByTimeAsync(1000);
    }
    await expectKind('timeout', reading);
    expect(inboxes).toHaveLength(4);
  });

  it('starts anew when a message was lost on the way', async () => {
    const { reading, deliver, inboxes } = await setUp();
    deliver(1, 2);
    deliver(3, 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(inboxes).toHaveLength(2);
    [2, 1, 0].forEach((pending, at) => deliver(at + 1, pending));
    expect(await reading).toHaveLength(3);
  });

  it('answers flow control', async () => {
    const { client, inbox, reading, deliver } = await setUp();
    client.deliver(inbox(), { reply: '$JS.FC.x', headers: statusHeaders(100, 'FlowControl') });
    expect(client.published.map(({ subject }) => subject)).toContain('$JS.FC.x');
    [2, 1, 0].forEach((pending, at) => deliver(at + 1, pending));
    await reading;
  });

  it('fails at once when the connection is lost', async () => {
    const { client, reading } = await setUp();
    client.lose();
    await expectKind('disconnected', reading);
  });
});
