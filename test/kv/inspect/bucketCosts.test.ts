import { describe, expect, it } from 'vitest';
import { listingCost, messageCosts } from '../../../src/kv/inspect/bucketCosts';

const status = { values: 100, subjects: 40, size: 10_000 };

describe('what the messages of a bucket are', () => {
  it('is history beside the last one of each key, and markers beside live keys', () => {
    expect(messageCosts(status, 30)).toEqual({
      history: 60,
      historyBytes: 6_000,
      live: 30,
      markers: 10,
    });
  });

  it('leaves open what nobody has listed', () => {
    expect(messageCosts(status, undefined)).toMatchObject({ live: undefined, markers: undefined });
  });

  it('counts messages under subjects of no key as neither', () => {
    expect(messageCosts(status, 30, 10).markers).toBe(0);
    expect(messageCosts(status, 30, 500).markers).toBe(0);
  });

  it('is nothing of an empty bucket', () => {
    expect(messageCosts({ values: 0, subjects: 0, size: 0 }, 0)).toEqual({
      history: 0,
      historyBytes: undefined,
      live: 0,
      markers: 0,
    });
    expect(listingCost({ subjects: 0 })).toEqual({ keys: 0, bytes: 0 });
  });
});
