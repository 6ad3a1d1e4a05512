import { ErrorCode, NatsError } from 'nats';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ignore } from '../../../../src/kv/base/ignore';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { JetStreamApi } from '../../../../src/kv/nats/wire/jetStreamApi';
import { Link } from '../../../../src/kv/nats/link/link';
import { NatsConnection } from '../../../../src/kv/nats/natsConnection';
import type { KeyChange, WatchState } from '../../../../src/kv/model/watch';
import { ack, FakeClient, statusHeaders } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface ConsumerConfig {
  readonly deliver_subject: string;
  readonly opt_start_seq: number;
}

/** A server that knows one bucket, as far as a watch asks for it. */
class FakeStream {
  created = '2026-01-01T00:00:00Z';
  lastSequence = 100;
  exists = true;
  createError: object | undefined;
  /** Whether it is a server whose purges move consumers past other keys' messages. */
  passesOver = false;
  stored: readonly number[] = [];
  readonly consumers: ConsumerConfig[] = [];

  answer(subject: string, payload: string): object | undefined {
    if (!this.exists) {
      return { error: { code: 404, err_code: 10059, description: 'stream not found' } };
    }
    if (subject.startsWith('$JS.API.STREAM.INFO')) {
      const state = {
        messages: 1,
        bytes: 1,
        last_seq: this.lastSequence,
        last_ts: this.created,
        first_seq: 1,
        first_ts: this.created,
      };
      const config = { name: 'KV_b', subjects: ['$KV.b.>'], allow_direct: true };
      return { config, created: this.created, state };
    }
    if (subject.startsWith('$JS.API.CONSUMER.CREATE')) {
      return this.createError ? { error: this.createError } : this.create(payload);
    }
    if (subject.startsWith('$JS.API.STREAM.MSG.GET')) {
      return this.get((JSON.parse(payload) as { seq: number }).seq);
    }
    return { success: true };
  }

  private get(from: number): object {
    const seq = this.stored.find((each) => each >= from);
    return seq === undefined
      ? { error: { code: 404, err_code: 10037, description: 'no message found' } }
      : { message: { subject: '$KV.b.key', seq, time: this.created } };
  }

  private create(payload: string): object {
    this.consumers.push((JSON.parse(payload) as { config: ConsumerConfig }).config);
    const config = this.passesOver ? {} : { metadata: {} };
    return { num_pending: 0, delivered: { consumer_seq: 0 }, config };
  }
}

async function setUp() {
  const stream = new FakeStream();
  const clients: FakeClient[] = [];
  const dial = () => {
    const client = new FakeClient();
    client.answer = (subject, payload) => stream.answer(subject, payload);
    clients.push(client);
    return Promise.resolve(new Channel(client, undefined));
  };
  const link = await Link.open({ dial, reconnectDelay: () => 10 });
  const connection = new NatsConnection(link, new JetStreamApi('$JS.API', 100), { check: ignore });
  const client = () => clients.at(-1) ?? new FakeClient();
  return {
    stream,
    client,
    connection,
    startWatch: (from: number) => {
      const watch = connection.watch('b', { from });
      const states: WatchState['kind'][] = [];
      const told: number[] = [];
      watch.state.onDidChange(({ kind }) => states.push(kind));
      watch.onDidChange((changes: readonly KeyChange[]) =>
        told.push(...changes.map(({ revision }) => revision)),
      );
      return { watch, states, told };
    },
    /** Plays a change to the present consumer. */
    deliver: (revision: number, consumerSequence: number) => {
      const inbox = stream.consumers.at(-1)?.deliver_subject ?? '';
      client().deliverStored(inbox, '$KV.b.key', ack(revision, consumerSequence));
    },
    starts: () => stream.consumers.map(({ opt_start_seq }) => opt_start_seq),
  };
}

const settle = () => vi.advanceTimersByTimeAsync(1);

describe('NatsWatch', () => {
  it('tells what came in one turn of the event loop as one batch', async () => {
    const { startWatch, deliver } = await setUp();
    const { watch, told } = startWatch(5);
    const batches = vi.fn();
    watch.onDidChange(batches);
    await settle();
    deliver(5, 1);
    deliver(8, 2);
    expect(told).toEqual([]);
    await settle();
    expect(told).toEqual([5, 8]);
    expect(batches).toHaveBeenCalledOnce();
    expect(watch.lastRevision).toBe(8);
  });

  it('starts over after the last revision received when a message is missing', async () => {
    const { startWatch, deliver, starts } = await setUp();
    const { told, states } = startWatch(1);
    await settle();
    deliver(5, 1);
    deliver(9, 3);
    await settle();
    expect(starts()).toEqual([1, 6]);
    expect(states).toEqual(['live', 'resuming', 'live']);
    deliver(7, 1);
    deliver(9, 2);
    await settle();
    expect(told).toEqual([5, 7, 9]);
  });

  it('drops what is delivered again', async () => {
    const { startWatch, deliver } = await setUp();
    const { told } = startWatch(5);
    await settle();
    deliver(4, 1);
    deliver(5, 2);
    deliver(5, 3);
    deliver(6, 4);
    await settle();
    expect(told).toEqual([5, 6]);
  });

  it('makes up, in its place, for what the server passed over', async () => {
    const { stream, startWatch, deliver, starts } = await setUp();
    stream.passesOver = true;
    stream.stored = [5, 6, 7, 9];
    const { told, states } = startWatch(5);
    await settle();
    deliver(5, 1);
    deliver(9, 2);
    await settle();
    expect(told).toEqual([5, 6, 7, 9]);
    expect(states).toEqual(['live', 'resuming', 'live']);
    expect(starts()).toEqual([5]);
  });

  it('makes up for it when only a heartbeat tells', async () => {
    const { stream, startWatch, deliver, client } = await setUp();
    stream.passesOver = true;
    stream.stored = [5, 7];
    const { told } = startWatch(5);
    await settle();
    deliver(5, 1);
    const fields = { 'Nats-Last-Consumer': '1', 'Nats-Last-Stream': '7' };
    const headers = statusHeaders(100, 'Idle Heartbeat', fields);
    client().deliver(stream.consumers[0]?.deliver_subject ?? '', { headers });
    await settle();
    expect(told).toEqual([5, 7]);
  });

  it('lets the server wait as long as it looks for what was passed over', async () => {
    const { stream, startWatch, deliver, client } = await setUp();
    stream.passesOver = true;
    const { told } = startWatch(5);
    await settle();
    client().answer = () => undefined;
    deliver(9, 1);
    const headers = statusHeaders(100, 'FlowControl Request');
    const inbox = stream.consumers[0]?.deliver_subject ?? '';
    client().deliver(inbox, { reply: '$JS.FC.KV_b.kv1.abc', headers });
    await settle();
    expect(told).toEqual([]);
    expect(client().published.at(-1)?.subject).toBe('$JS.API.STREAM.MSG.GET.KV_b');
    const { reply = '' } = client().published.at(-1) ?? {};
    const message = { subject: '$KV.b.key', seq: 9, time: stream.created };
    client().deliver(reply, { data: JSON.stringify({ message }) });
    await settle();
    expect(told).toEqual([9]);
    expect(client().published.at(-1)?.subject).toBe('$JS.FC.KV_b.kv1.abc');
  });

  it('starts over before a gap that the leader cannot tell of', async () => {
    const { stream, startWatch, deliver, starts } = await setUp();
    stream.passesOver = true;
    const { told, states } = startWatch(5);
    await settle();
    deliver(5, 1);
    deliver(9, 2);
    await settle();
    expect(starts()).toEqual([5, 6]);
    expect(states).toEqual(['live', 'resuming', 'live']);
    expect(told).toEqual([5]);
  });

  it('starts over on the next connection, at once', async () => {
    const { startWatch, deliver, starts, client } = await setUp();
    const { states } = startWatch(1);
    await settle();
    deliver(5, 1);
    client().lose();
    await vi.advanceTimersByTimeAsync(12);
    expect(starts()).toEqual([1, 6]);
    expect(states).toEqual(['live', 'resuming', 'live']);
  });

  it('waits longer and longer when each consumer is lost before it delivers anything', async () => {
    const { startWatch, deliver, starts } = await setUp();
    startWatch(1);
    const counts: number[] = [];
    for (let at = 0; at < 60; at++) {
      await vi.advanceTimersByTimeAsync(50);
      deliver(9, 2);
      counts.push(starts().length);
    }
    expect(counts.at(-1)).toBeLessThan(8);
    expect(counts.at(-1)).toBeGreaterThan(3);
  });

  it('starts over when heartbeats are missing', async () => {
    const { startWatch, starts } = await setUp();
    startWatch(1);
    await vi.advanceTimersByTimeAsync(4600);
    expect(starts()).toEqual([1, 1]);
  });

  it('deletes from the server each consumer that it leaves', async () => {
    const { startWatch, deliver, client } = await setUp();
    const { watch } = startWatch(1);
    await settle();
    deliver(9, 2);
    await settle();
    watch.dispose();
    await settle();
    const deleted = client().published.filter(({ subject }) => /CONSUMER\.DELETE/.test(subject));
    expect(deleted).toHaveLength(2);
  });

  it.each([
    ['was created anew', { created: '2026-01-01T00:00:01Z' }],
    ['does not exist any longer', { exists: false }],
  ])('is gone when the bucket %s behind its back', async (_, change) => {
    const { stream, startWatch, deliver, client } = await setUp();
    const { watch, states } = startWatch(1);
    await settle();
    deliver(5, 1);
    await settle();
    Object.assign(stream, change);
    client().lose();
    await vi.advanceTimersByTimeAsync(12);
    expect(states.at(-1)).toBe('gone');
    expect(watch.state.current).toEqual({ kind: 'gone' });
    expect(stream.consumers).toHaveLength(1);
  });

  it.each([
    ['was created anew', { created: '2026-01-01T00:00:01Z' }],
    ['does not exist any longer', { exists: false }],
  ])('looks for its bucket when a heartbeat is late, and is gone if it %s', async (_, change) => {
    const { stream, startWatch } = await setUp();
    const { states } = startWatch(1);
    await settle();
    Object.assign(stream, change);
    await vi.advanceTimersByTimeAsync(3_100);
    expect(states).toEqual(['live', 'gone']);
  });

  it('stays live when a heartbeat is late and its bucket is there', async () => {
    const { startWatch, starts } = await setUp();
    const { states } = startWatch(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(states).toEqual(['live']);
    expect(starts()).toEqual([1]);
  });

  it('is gone when the bucket was rolled back and stays behind', async () => {
    const { stream, startWatch, deliver, client } = await setUp();
    const { watch, states } = startWatch(1);
    await settle();
    deliver(5, 1);
    await settle();
    stream.lastSequence = 4;
    client().lose();
    await vi.advanceTimersByTimeAsync(12);
    expect(states.at(-1)).toBe('resuming');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(watch.state.current).toEqual({ kind: 'gone' });
  });

  it('waits for a server that has to catch up with what was told before', async () => {
    const { stream, startWatch, deliver, client } = await setUp();
    const { watch, states } = startWatch(1);
    await settle();
    deliver(5, 1);
    await settle();
    stream.lastSequence = 4;
    client().lose();
    await vi.advanceTimersByTimeAsync(12);
    stream.lastSequence = 100;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(states.lastIndexOf('live')).toBeGreaterThan(states.indexOf('resuming'));
    expect(states).not.toContain('gone');
    watch.dispose();
  });

  it('goes on when an advisory about an earlier bucket of the name comes late', async () => {
    const { startWatch, client, starts } = await setUp();
    const { watch } = startWatch(1);
    await settle();
    client().deliver('$JS.EVENT.ADVISORY.STREAM.DELETED.KV_b', {});
    await settle();
    expect(watch.state.current).toEqual({ kind: 'live' });
    expect(starts()).toEqual([1, 1]);
  });

  it('fails when the server has no consumer for it, after some attempts', async () => {
    const { stream, startWatch } = await setUp();
    stream.createError = {
      code: 400,
      err_code: 10026,
      description: 'maximum consumers limit reached',
    };
    const { watch } = startWatch(1);
    await settle();
    expect(watch.state.current.kind).toBe('starting');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(watch.state.current).toMatchObject({
      kind: 'failed',
      error: {
        kind: 'limitReached',
        message:
          'a limit of the account or of the server is reached: maximum consumers limit reached',
      },
    });
  });

  it('tries again when there is no leader for its first consumer', async () => {
    const { stream, startWatch } = await setUp();
    stream.createError = { code: 503, err_code: 10008, description: 'temporarily unavailable' };
    const { watch } = startWatch(1);
    await vi.advanceTimersByTimeAsync(400);
    expect(watch.state.current).toEqual({ kind: 'starting' });
    stream.createError = undefined;
    await vi.advanceTimersByTimeAsync(1000);
    expect(watch.state.current).toEqual({ kind: 'live' });
    watch.dispose();
  });

  it('tries again when the server refuses a later one', async () => {
    const { stream, startWatch, client } = await setUp();
    const { watch } = startWatch(1);
    await settle();
    stream.createError = { code: 503, err_code: 10008, description: 'temporarily unavailable' };
    client().lose();
    await vi.advanceTimersByTimeAsync(1000);
    expect(watch.state.current.kind).toBe('resuming');
    stream.createError = undefined;
    const isLive = () => expect(watch.state.current).toEqual({ kind: 'live' });
    await vi.waitFor(isLive, { timeout: 5000, interval: 50 });
  });

  it('fails when it may not subscribe to what its consumer delivers', async () => {
    const { stream, startWatch, client } = await setUp();
    const { watch } = startWatch(1);
    await settle();
    const inbox = stream.consumers[0]?.deliver_subject ?? '';
    const error = new NatsError('no', ErrorCode.PermissionsViolation);
    error.permissionContext = { operation: 'subscription', subject: inbox };
    client().refuseSubscription(inbox, error);
    await settle();
    expect(watch.state.current).toMatchObject({ kind: 'failed', error: { kind: 'denied' } });
  });

  it('answers flow control after it has told what came before', async () => {
    const { stream, startWatch, client, deliver } = await setUp();
    const { told } = startWatch(1);
    await settle();
    deliver(5, 1);
    const inbox = stream.consumers[0]?.deliver_subject ?? '';
    const headers = statusHeaders(100, 'FlowControl Request');
    client().deliver(inbox, { reply: '$JS.FC.KV_b.kv1.abc', headers });
    expect(client().published.at(-1)?.subject).not.toMatch(/^\$JS\.FC/);
    await settle();
    expect(told).toEqual([5]);
    expect(client().published.at(-1)?.subject).toBe('$JS.FC.KV_b.kv1.abc');
  });

  it('tells nothing more and leaves no timer when it is disposed with changes at hand', async () => {
    const { startWatch, deliver, connection } = await setUp();
    const { watch, told } = startWatch(1);
    await settle();
    deliver(5, 1);
    watch.dispose();
    await settle();
    expect(told).toEqual([]);
    await connection.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
