import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchQueue } from '../../../../src/kv/nats/entries/batchQueue';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A batch of two. */
class Pair extends Array<number> {
  get isFull(): boolean {
    return this.length === 2;
  }
}

describe('BatchQueue', () => {
  const setUp = () => {
    const onDrained = vi.fn();
    const newBatch = () => new Pair();
    const queue = new BatchQueue({ newBatch, maxWaitMs: 50, onDrained });
    const push = (...items: number[]) =>
      items.forEach((item) => {
        queue.open.push(item);
        queue.added();
      });
    return { onDrained, queue, push };
  };

  it('hands over a full batch at once and a started one after a while', async () => {
    const { queue, push } = setUp();
    push(1, 2, 3);
    expect(await queue.take()).toEqual([1, 2]);
    const next = queue.take();
    await vi.advanceTimersByTimeAsync(50);
    expect(await next).toEqual([3]);
  });

  it('hands over what is left when it ends, then undefined', async () => {
    const { queue, push } = setUp();
    push(1, 2, 3);
    queue.end();
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual([
      [1, 2],
      [3],
      undefined,
    ]);
  });

  it('wakes who waits when it ends', async () => {
    const { queue } = setUp();
    const next = queue.take();
    queue.end();
    expect(await next).toBeUndefined();
  });

  it('drops everything and throws when it fails', async () => {
    const { queue, push } = setUp();
    push(1, 2, 3);
    queue.fail(new Error('the link broke'));
    await expect(queue.take()).rejects.toThrow('the link broke');
  });

  it('tells that it is drained only when somebody waits for more', async () => {
    const { queue, push, onDrained } = setUp();
    push(1, 2);
    await queue.take();
    expect(onDrained).not.toHaveBeenCalled();
    const next = queue.take();
    expect(onDrained).toHaveBeenCalledOnce();
    expect(queue.isDrained).toBe(true);
    queue.end();
    await next;
  });

  it('leaves no timer behind', async () => {
    const { queue, push } = setUp();
    push(1);
    queue.end();
    await queue.take();
    expect(vi.getTimerCount()).toBe(0);
  });
});
