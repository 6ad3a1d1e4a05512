import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../src/kv/base/inParallel';

describe('inParallel', () => {
  it('runs every item, in order, so many at a time', async () => {
    const started: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      started.push(item);
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    });
    expect(started).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('starts nothing after a failure, and throws it', async () => {
    const started: number[] = [];
    const run = inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      started.push(item);
      await Promise.resolve();
      if (item === 2) {
        throw new Error('two');
      }
    });
    await expect(run).rejects.toThrow('two');
    expect(started).toEqual([1, 2, 3]);
  });
});
