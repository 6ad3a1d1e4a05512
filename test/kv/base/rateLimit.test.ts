import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../../src/kv/base/rateLimit';

function setUp(perSecond: number) {
  const clock = { now: 0, waits: [] as number[] };
  const wait = (milliseconds: number): Promise<void> => {
    clock.waits.push(milliseconds);
    return Promise.resolve();
  };
  return { clock, limit: new RateLimit(perSecond, () => clock.now, wait) };
}

describe('a rate limit', () => {
  it('gives turns at its rate, and saves up nothing', async () => {
    const { clock, limit } = setUp(4);
    await Promise.all([limit.turn(), limit.turn(), limit.turn()]);
    expect(clock.waits).toEqual([250, 500]);
    clock.now = 10_000;
    await Promise.all([limit.turn(), limit.turn()]);
    expect(clock.waits).toEqual([250, 500, 250]);
  });

  it('makes nobody wait when it is 0', async () => {
    const { clock, limit } = setUp(0);
    await Promise.all([limit.turn(), limit.turn(), limit.turn()]);
    expect(clock.waits).toEqual([]);
  });
});
