import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Batch } from '../../../src/views/page/batch';
import { MessageBatcher } from '../../../src/views/page/messageBatcher';

let sent: { at: number; messages: readonly string[] }[];
let batcher: MessageBatcher<string>;
/** When a batch is with the page. */
let arrival: Promise<void>;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  arrival = Promise.resolve();
  const post = ({ messages }: Batch<string>) => {
    sent.push({ at: Date.now(), messages });
    return arrival;
  };
  batcher = new MessageBatcher<string>(post, Date.now);
});

afterEach(() => {
  batcher.dispose();
  vi.useRealTimers();
});

describe('MessageBatcher', () => {
  it('sends the first message at once and no more than ten batches a second', async () => {
    const start = Date.now();
    for (let step = 0; step < 1_000; step++) {
      batcher.send('count', () => String(step));
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(sent[0]?.at).toBe(start);
    expect(sent.length).toBeLessThanOrEqual(11);
    const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
  });

  it('sends what is true when it is sent, each slot once', () => {
    let value = 'old';
    batcher.send('a', () => value);
    batcher.send('b', () => 'b');
    batcher.send('a', () => value);
    value = 'new';
    vi.advanceTimersByTime(1);
    expect(sent.map(({ messages }) => messages)).toEqual([['new', 'b']]);
  });

  it('sends nothing after it was reset', () => {
    batcher.send('a', () => 'a');
    batcher.reset();
    vi.advanceTimersByTime(1_000);
    expect(sent).toEqual([]);
  });

  it('sends nothing before the last batch has arrived, and then what is true by then', async () => {
    let arrive = () => {};
    arrival = new Promise((resolve) => (arrive = resolve));
    for (let step = 0; step < 60; step++) {
      batcher.send('count', () => String(step));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(sent.map(({ messages }) => messages)).toEqual([['0']]);
    arrive();
    await vi.advanceTimersByTimeAsync(1);
    expect(sent.map(({ messages }) => messages)).toEqual([['0'], ['59']]);
  });

  it('goes on after a batch that could not be sent', async () => {
    arrival = Promise.reject(new Error('no page'));
    arrival.catch(() => undefined);
    batcher.send('a', () => 'a');
    await vi.advanceTimersByTimeAsync(1);
    arrival = Promise.resolve();
    batcher.send('b', () => 'b');
    await vi.advanceTimersByTimeAsync(100);
    expect(sent.map(({ messages }) => messages)).toEqual([['a'], ['b']]);
  });

  it('waits for nothing that was under way when it was reset', async () => {
    arrival = new Promise(() => {});
    batcher.send('a', () => 'a');
    await vi.advanceTimersByTimeAsync(1);
    batcher.reset();
    batcher.send('b', () => 'b');
    await vi.advanceTimersByTimeAsync(100);
    expect(sent.map(({ messages }) => messages)).toEqual([['a'], ['b']]);
  });
});
