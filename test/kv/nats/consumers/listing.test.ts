import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ignore } from '../../../../src/kv/base/ignore';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { JetStreamApi } from '../../../../src/kv/nats/wire/jetStreamApi';
import { Link } from '../../../../src/kv/nats/link/link';
import { NatsConnection } from '../../../../src/kv/nats/natsConnection';
import { ack, FakeClient, statusHeaders } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Stored {
  readonly key: string;
  readonly seq: number;
}

/**
 * Lists a bucket of two keys on a server that the test plays; `passesOver` makes it an old one, without
 * a leader it refuses consumers.
 */
async function setUp({ passesOver = false, hasLeader = true } = {}) {
  const inboxes: string[] = [];
  const stored: Stored[] = [];
  const stream = { lastSequence: 2, delivered: 0, pending: 0, stored, isSilent: false, hasLeader };
  const client = new FakeClient();
  client.answer = (subject, payload) => {
    if (subject.startsWith('$JS.API.STREAM.INFO')) {
      const time = '2026-01-01T00:00:00Z';
      const config = { name: 'KV_b', subjects: ['$KV.b.>'], allow_direct: true };
      const state = {
        messages: 2,
        bytes: 2,
        last_seq: stream.lastSequence,
        last_ts: time,
        first_seq: 1,
        first_ts: time,
      };
      return { config, created: time, state };
    }
    if (subject.startsWith('$JS.API.CONSUMER.CREATE')) {
      if (!stream.hasLeader) {
        return { error: { code: 503, err_code: 10008, description: 'no leader' } };
      }
      const { config } = JSON.parse(payload) as { config: { deliver_subject: string } };
      inboxes.push(config.deliver_subject);
      const echo = passesOver ? {} : { metadata: {} };
      return { num_pending: 2, delivered: { consumer_seq: 0 }, config: echo };
    }
    if (subject.startsWith('$JS.API.STREAM.MSG.GET')) {
      const from = (JSON.parse(payload) as { seq: number }).seq;
      return stream.isSilent ? undefined : storedFrom(stream.stored, from);
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
  const list = async () => {
    void (async () => {
      for await (const batch of connection.list('b')) {
        told.push(...[...batch].map(({ key, revision }) => `${key} ${revision}`));
      }
    })().then(ended, ended);
    await vi.advanceTimersByTimeAsync(1);
  };
  await list();
  const inbox = () => inboxes.at(-1) ?? '';
  return {
    stream,
    told,
    ended,
    list,
    client,
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

function storedFrom(stored: readonly Stored[], from: number): object {
  const message = stored.find(({ seq }) => seq >= from);
  return message
    ? { message: { ...message, subject: `$KV.b.${message.key}`, time: '2026-01-01T00:00:00Z' } }
    : { error: { code: 404, err_code: 10037, description: 'no message found' } };
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

  it('waits while there is no leader, for some seconds', async () => {
    const { stream, told, ended, passes, deliver, wait } = await setUp({ hasLeader: false });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ended).not.toHaveBeenCalled();
    stream.hasLeader = true;
    while (passes() === 0) {
      await vi.advanceTimersByTimeAsync(100);
    }
    deliver('a', 1, 1, 1);
    deliver('b', 2, 2, 0);
    await wait();
    expect(told).toEqual(['a 1', 'b 2']);
    expect(ended).toHaveBeenCalledWith(undefined);
  });

  it('fails when there is no leader for long', async () => {
    const { ended } = await setUp({ hasLeader: false });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(ended).toHaveBeenCalledWith(expect.objectContaining({ kind: 'unavailable' }));
  });

  it('leaves out what comes after its end', async () => {
    const { told, ended, deliver, wait } = await setUp();
    deliver('a', 1, 1, 1);
    deliver('b', 2, 2, 0);
    await wait();
    deliver('a', 3, 3, 0);
    await wait();
    expect(told).toEqual(['a 1', 'b 2']);
    expect(ended).toHaveBeenCalledOnce();
  });
});

describe('a listing on a server that passes over messages', () => {
  it('finds what lies between the last key and what was written meanwhile', async () => {
    const { stream, told, ended, passes, deliver, wait } = await setUp({ passesOver: true });
    stream.lastSequence = 6;
    stream.stored = [
      { key: 'b', seq: 2 },
      { key: 'c', seq: 5 },
      { key: 'd', seq: 6 },
    ];
    deliver('a', 1, 1, 1);
    deliver('d', 6, 2, 0);
    await wait();
    expect(told).toEqual(['a 1', 'b 2', 'c 5', 'd 6']);
    expect(ended).toHaveBeenCalledWith(undefined);
    expect(passes()).toBe(1);
  });

  it('finds what was passed over at its end, when nothing more comes', async () => {
    const { stream, told, ended, passes, deliver, idle, wait } = await setUp({ passesOver: true });
    stream.lastSequence = 4;
    stream.stored = [
      { key: 'b', seq: 2 },
      { key: 'c', seq: 4 },
    ];
    deliver('a', 1, 1, 0);
    idle(1);
    await wait();
    expect(told).toEqual(['a 1', 'b 2', 'c 4']);
    expect(ended).toHaveBeenCalledWith(undefined);
    expect(passes()).toBe(1);
  });

  it('asks for no gap among the keys that were there before', async () => {
    const { stream, told, ended, deliver, wait } = await setUp({ passesOver: true });
    stream.stored = [{ key: 'older', seq: 1 }];
    deliver('b', 2, 1, 0);
    deliver('b', 2, 2, 0);
    await wait();
    expect(told).toEqual(['b 2', 'b 2']);
    expect(ended).toHaveBeenCalledWith(undefined);
  });

  it('goes on to what was replaced while it looked for what was passed over', async () => {
    const { stream, client, told, ended, deliver, wait } = await setUp({ passesOver: true });
    stream.lastSequence = 4;
    stream.isSilent = true;
    deliver('a', 1, 1, 1);
    deliver('d', 4, 2, 0);
    await vi.advanceTimersByTimeAsync(1);
    const search = client.published.findLast(({ subject }) => subject.includes('MSG.GET'));
    stream.lastSequence = 5;
    client.deliver(search?.reply ?? '', {
      data: JSON.stringify(storedFrom([{ key: 'd', seq: 4 }], 4)),
    });
    stream.pending = 1;
    await wait();
    expect(ended).not.toHaveBeenCalled();
    deliver('b', 5, 3, 0);
    await wait();
    expect(told).toEqual(['a 1', 'd 4', 'b 5']);
    expect(ended).toHaveBeenCalledWith(undefined);
  });

  it.each([
    ['anew', true, 1],
    ['no more', false, 0],
  ])('looks up %s where the stream ends, once it knows the server', async (_, passesOver, more) => {
    const { client, list, deliver, wait } = await setUp({ passesOver });
    const lookUps = () =>
      client.published.filter(({ subject }) => subject.startsWith('$JS.API.STREAM.INFO')).length;
    deliver('a', 1, 1, 1);
    deliver('b', 2, 2, 0);
    await wait();
    const before = lookUps();
    await list();
    expect(lookUps()).toBe(before + more);
  });

  it('starts anew when the leader does not know what was delivered', async () => {
    const { passes, deliver, wait } = await setUp({ passesOver: true });
    deliver('a', 1, 1, 1);
    deliver('d', 6, 2, 0);
    await wait();
    expect(passes()).toBe(2);
  });
});
