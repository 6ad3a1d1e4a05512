import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { OrderedConsumer } from '../../../../src/kv/nats/consumers/orderedConsumer';
import { KvError } from '../../../../src/kv/model/errors';
import { ack, FakeClient, statusHeaders } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const client = new FakeClient();
  const received: number[] = [];
  const listener = {
    onMessage: vi.fn(({ streamSequence }: { streamSequence: number }) => {
      received.push(streamSequence);
    }),
    onFlowControl: vi.fn(),
    onIdle: vi.fn(),
    onLate: vi.fn(),
  };
  const consumer = new OrderedConsumer(new Channel(client, undefined), listener);
  const deliver = (streamSequence: number, consumerSequence: number) =>
    client.deliverStored(consumer.inbox, '$KV.b.key', ack(streamSequence, consumerSequence));
  const heartbeat = (lastConsumer: number, fields = {}) => {
    const all = { 'Nats-Last-Consumer': String(lastConsumer), ...fields };
    client.deliver(consumer.inbox, { headers: statusHeaders(100, 'Idle Heartbeat', all) });
  };
  return { client, consumer, listener, received, deliver, heartbeat };
}

describe('OrderedConsumer', () => {
  it('is held by its connection only as long as it has not ended', () => {
    const channel = new Channel(new FakeClient(), undefined);
    const hooks = new Set<object>();
    vi.spyOn(channel, 'whenLost').mockImplementation((listener) => {
      hooks.add(listener);
      return { dispose: () => void hooks.delete(listener) };
    });
    const listener = { onMessage: vi.fn(), onFlowControl: vi.fn(), onIdle: vi.fn() };
    const consumers = [1, 2, 3].map(() => new OrderedConsumer(channel, listener));
    expect(hooks.size).toBe(3);
    consumers[0]?.dispose();
    consumers[1]?.lose(new KvError('server', 'over'));
    expect(hooks.size).toBe(1);
  });

  it('delivers messages in the order of the consumer', () => {
    const { received, deliver } = setUp();
    deliver(5, 1);
    deliver(9, 2);
    expect(received).toEqual([5, 9]);
  });

  it('is lost when a message is missing, and delivers nothing after the gap', async () => {
    const { consumer, received, deliver } = setUp();
    deliver(5, 1);
    deliver(9, 3);
    deliver(10, 4);
    expect(await consumer.ended).toMatchObject({
      kind: 'lost',
      error: { message: 'messages 2 to 2 were lost on the way' },
    });
    expect(received).toEqual([5]);
  });

  it('is lost when a heartbeat tells of a message that did not come', async () => {
    const { consumer, listener, deliver, heartbeat } = setUp();
    deliver(5, 1);
    heartbeat(1, { 'Nats-Last-Stream': '7' });
    expect(listener.onIdle.mock.calls).toEqual([[7]]);
    heartbeat(2);
    expect(await consumer.ended).toMatchObject({ kind: 'lost' });
  });

  it('tells once that a heartbeat is overdue, well before it is lost', () => {
    const { consumer, listener, heartbeat } = setUp();
    consumer.expectHeartbeats(1000);
    vi.advanceTimersByTime(1000);
    heartbeat(0);
    vi.advanceTimersByTime(1200);
    expect(listener.onLate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(700);
    expect(listener.onLate).toHaveBeenCalledOnce();
    heartbeat(0);
    vi.advanceTimersByTime(1600);
    expect(listener.onLate).toHaveBeenCalledTimes(2);
  });

  it('is lost when two heartbeats are missing', async () => {
    const { consumer, heartbeat } = setUp();
    const ended = vi.fn();
    void consumer.ended.then(ended);
    consumer.expectHeartbeats(1000);
    await vi.advanceTimersByTimeAsync(1900);
    heartbeat(0);
    await vi.advanceTimersByTimeAsync(1900);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(400);
    expect(ended).toHaveBeenCalledWith(
      expect.objectContaining({
        kind: 'lost',
        error: expect.objectContaining({ kind: 'timeout' }) as unknown,
      }),
    );
  });

  it('is lost with the connection', async () => {
    const { client, consumer } = setUp();
    client.lose();
    expect(await consumer.ended).toMatchObject({ kind: 'lost', error: { kind: 'disconnected' } });
  });

  it('is lost when the server ends it', async () => {
    const { client, consumer } = setUp();
    const headers = statusHeaders(409, 'Consumer Deleted');
    client.deliver(consumer.inbox, { headers });
    expect(await consumer.ended).toMatchObject({
      kind: 'lost',
      error: { message: 'the server ended the consumer: 409 Consumer Deleted' },
    });
  });

  it('answers flow control when told to, once', () => {
    const { client, consumer, listener } = setUp();
    const headers = statusHeaders(100, 'FlowControl Request');
    client.deliver(consumer.inbox, { reply: '$JS.FC.KV_b.kv1.abc', headers });
    expect(listener.onFlowControl).toHaveBeenCalledOnce();
    expect(client.published).toEqual([]);
    consumer.answerFlowControl();
    consumer.answerFlowControl();
    expect(client.published.map(({ subject }) => subject)).toEqual(['$JS.FC.KV_b.kv1.abc']);
  });

  it('answers a stalled consumer that its heartbeat tells of', () => {
    const { client, consumer, listener, heartbeat } = setUp();
    heartbeat(0, { 'Nats-Consumer-Stalled': '$JS.FC.KV_b.kv1.xyz' });
    expect(listener.onIdle).not.toHaveBeenCalled();
    consumer.answerFlowControl();
    expect(client.published.map(({ subject }) => subject)).toEqual(['$JS.FC.KV_b.kv1.xyz']);
  });

  it('ends, unsubscribes and leaves no timer when it is disposed', async () => {
    const { client, consumer, received, deliver } = setUp();
    consumer.expectHeartbeats(1000);
    consumer.dispose();
    consumer.dispose();
    expect(await consumer.ended).toEqual({ kind: 'disposed' });
    expect(client.hasSubscription(consumer.inbox)).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    deliver(5, 1);
    expect(received).toEqual([]);
  });
});
