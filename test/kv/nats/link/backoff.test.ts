import { describe, expect, it } from 'vitest';
import { backoff } from '../../../../src/kv/nats/link/backoff';

describe('backoff', () => {
  it('comes at once, then doubles up to five seconds', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => backoff(attempt, () => 0.5));
    expect(waits).toEqual([0, 250, 500, 1000, 2000, 4000, 5000, 5000]);
  });

  it('varies by a fifth up and down', () => {
    expect(backoff(2, () => 0)).toBe(200);
    expect(backoff(2, () => 1)).toBe(300);
  });
});
