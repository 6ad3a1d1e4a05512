import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefreshQueue } from '../../../../src/views/buckets/rows/refreshQueue';

let flushed: string[][];
let queue: RefreshQueue<string>;

beforeEach(() => {
  vi.useFakeTimers();
  flushed = [];
  queue = new RefreshQueue((items) => flushed.push([...items]));
});

afterEach(() => {
  queue.dispose();
  vi.useRealTimers();
});

describe('RefreshQueue', () => {
  it('flushes what came together once', async () => {
    queue.setVisible(true);
    ['a', 'b', 'a'].forEach((item) => queue.add(item));

    await vi.advanceTimersByTimeAsync(100);

    expect(flushed).toEqual([['a', 'b']]);
  });

  it('flushes at most four times a second under a steady stream', async () => {
    queue.setVisible(true);
    for (let at = 0; at < 200; at++) {
      queue.add(`${at}`);
      await vi.advanceTimersByTimeAsync(10);
    }

    expect(flushed.length).toBeLessThanOrEqual(8);
    await vi.advanceTimersByTimeAsync(250);
    expect(flushed.flat()).toHaveLength(200);
  });

  it('lets what may wait go with what cannot, and has it wait no longer than it may', async () => {
    queue.setVisible(true);
    queue.add('slow', 500);
    await vi.advanceTimersByTimeAsync(400);
    expect(flushed).toEqual([]);
    await vi.advanceTimersByTimeAsync(101);
    expect(flushed).toEqual([['slow']]);

    await vi.advanceTimersByTimeAsync(1_000);
    queue.add('slow', 500);
    queue.add('slower', 5_000);
    queue.add('soon');
    await vi.advanceTimersByTimeAsync(50);
    expect(flushed).toEqual([['slow'], ['slow', 'slower', 'soon']]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(flushed).toHaveLength(2);
  });

  it('does nothing while hidden and catches up when shown', async () => {
    queue.add('a');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(flushed).toEqual([]);

    queue.setVisible(true);
    await vi.advanceTimersByTimeAsync(100);

    expect(flushed).toEqual([['a']]);
  });

  it('flushes nothing after it was disposed', async () => {
    queue.setVisible(true);
    queue.add('a');
    queue.dispose();

    await vi.advanceTimersByTimeAsync(1_000);

    expect(flushed).toEqual([]);
  });
});
