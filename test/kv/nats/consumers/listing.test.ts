import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ignore } from '../../../../src/kv/nats/async/ignore';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { JetStreamApi } from '../../../../src/kv/nats/wire/jetStreamApi';
import { Link } from '../../../../src/kv/nats/link/link';
import { NatsConnection } from '../../../../src/kv/nats/natsConnection';
import { ack, FakeClient, statusHeaders } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Lists a bucket of two keys on a server that the test plays. */
async function setUp() {
  const inboxes: string[] = [];
  const stream = { lastSequence: 2, delivered: 0, pending: 0 };
  const client = new FakeClient();
  client.answer = (subject, payload) => {
    if (subject.startsWith('$JS.API.STREAM.INFO')) {
      const time = '2026-01-01T00:00:00Z';
      const config = { name: 'KV_b', subjects: ['$KV.b.>'], allow_direct: true };
      const state = { messages: 2, bytes: 2, last_seq: stream.lastSequence, last_ts: time };
      return { config, created: time, state };
    }
    if (subject.startsWith('$JS.API.CONSUMER.CREATE')) {
      const { config } = JSON.parse(payload) as { config: { deliver_subject: string } };
      inboxes.push(config.deliver_subject);
      return { num_pending: 2, delivered: { consumer_seq: 0 } };
    }
    return subject.startsWith('$JS.API.CONSUMER.INFO')
      ? { num_pending: stream.pending, delivered: { consumer_seq: stream.delivered } }
      : { success: true };
  };
  const dial = () => Promise.resolve(new Channel(client, undefined));
  const link = await Link.open({ dial });
  const connection = new NatsConnection(link, new JetStreamApi('$JS.API', 100), { check: ignore });
  const told: string[] = [];
  const ended = vi.fn();
  const listing = (async () => {
    for await (const batch of connection.list('b')) {
      told.push(...[...batch].map(({ key, revision }) => `${key} ${revision}`));
    }
  })().then(ended, ended);
  await vi.advanceTimersByTimeAsync(1);
  const inbox = () => inboxes.at(-1) ?? '';
  return {
    stream,
    told,
    ended,
    listing,
    passes: () => inboxes.length,
    deliver: (key: string, revision: number, consumerSequence: number, pending: number) => {
      stream.delivered = consumerSequence;
      client.deliverStored(inbox(), `$KV.b.${key}`, ack(revision, consumerSequence, pending));
    },
    idle: (lastConsumer: number) => {
      const headers = statusHeaders(100, 'Idle Heartbeat');
      headers.set('Nats-Last-Consumer', String(lastConsumer));
      client.deliver(inbox(), { headers });
    },
    /** Long enough for a batch to be handed over, too short for a heartbeat to be missed. */
    wait: async () => {
      await vi.advanceTimersByTimeAsync(200);
      await turn();
    },
  };
}

describe('a listing', () => {
  it('ends with the last message of the stream', async () => {
    const { told, ended, passes, deliver, wait } = await setUp();
    deliver('a', 1, 1, 1);
    deliver('b', 2, 2, 0);
    await wait();
    expect(told).toEqual(['a 1', 'b 2']);
    expect(ended).toHaveBeenCalledWith(undefined);
    expect(passes()).toBe(1);
  });

  it('goes on up to the end of the stream when a key was replaced on the way', async () => {
    const { stream, told, ended, deliver, wait } = await setUp();
    stream.lastSequence = 4;
    deliver('a', 1, 1, 1);
    deliver('a', 3, 2, 0);
    stream.pending = 1;
    await wait();
    expect(ended).not.toHaveBeenCalled();
    deliver('b', 4, 3, 0);
    await wait();
    expect(told).toEqual(['a 1', 'a 3', 'b 4']);
    expect(ended).toHaveBeenCalledWith(undefined);
  });

  it('ends when the server is idle and nothing remains of keys that vanished', async () => {
    const { told, ended, passes, deliver, idle, wait } = await setUp();
    deliver('a', 1, 1, 1);
    idle(1);
    await wait();
    expect(told).toEqual(['a 1']);
    expect(ended).toHaveBeenCalledWith(undefined);
    expect(passes()).toBe(1);
  });

  it('starts anew when the server is idle with keys still to come', async () => {
    const { stream, passes, deliver, idle, wait } = await setUp();
    stream.pending = 1;
    deliver('a', 1, 1, 1);
    for (let at = 0; at < 4; at++) {
      idle(1);
      await wait();
    }
    expect(passes()).toBe(2);
  });

  it('starts anew when a message is missing, and gives up after five times', async () => {
    const { ended, passes, deliver, wait } = await setUp();
    for (let at = 0; at < 6; at++) {
      deliver('b', 2, 2, 0);
      await wait();
    }
    expect(passes()).toBe(6);
    expect(ended).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'messages 1 to 1 were lost on the way' }),
    );
  });
});
