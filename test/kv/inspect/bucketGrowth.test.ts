import { describe, expect, it } from 'vitest';
import { BucketGrowth } from '../../../src/kv/inspect/bucketGrowth';
import type { BucketStatus } from '../../../src/kv/model/bucket';
import { FakeBucket } from '../../kv/fakeBucket';

function status(name: string, size: number, lastRevision: number, created = 1): BucketStatus {
  return { ...new FakeBucket({ name }, created).status(0), size, lastRevision };
}

describe('how much buckets have grown', () => {
  it('is counted from when each was first seen', () => {
    const growth = new BucketGrowth();
    growth.see([status('a', 100, 10)], 1_000);
    growth.see([status('a', 150, 15), status('b', 7, 1)], 2_000);

    expect(growth.since).toBe(1_000);
    expect(growth.of(status('a', 180, 20))).toEqual({ bytes: 80, changes: 10, since: 1_000 });
    expect(growth.of(status('b', 7, 1))).toEqual({ bytes: 0, changes: 0, since: 2_000 });
    expect(growth.of(status('c', 7, 1))).toBeUndefined();
  });

  it('begins anew for a bucket that was made anew, that came back, or that lost its end', () => {
    const growth = new BucketGrowth();
    growth.see([status('a', 100, 10), status('b', 100, 10), status('c', 100, 10)], 1_000);
    growth.see([status('a', 1, 1, 2), status('b', 50, 5)], 2_000);
    growth.see([status('c', 100, 10)], 3_000);

    growth.see([status('a', 1, 1, 2), status('b', 50, 5), status('c', 100, 10)], 4_000);
    for (const [name, created] of [
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ] as const) {
      expect(growth.of(status(name, 200, 12, created))?.since).toBeGreaterThanOrEqual(3_000);
    }
  });
});
