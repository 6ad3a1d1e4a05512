import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgeTicker } from '../../../../src/views/buckets/rows/ageTicker';

let refreshed: string[];
let ticker: AgeTicker<string>;

beforeEach(() => {
  vi.useFakeTimers();
  // When ages are told anew.
  vi.setSystemTime(1_000_000_000_000);
  refreshed = [];
  ticker = new AgeTicker((row) => {
    refreshed.push(row);
    ticker.show(row, created);
  });
});

afterEach(() => {
  ticker.dispose();
  vi.useRealTimers();
});

let created: number;

async function pass(seconds: number): Promise<number> {
  refreshed.length = 0;
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  return refreshed.length;
}

describe('AgeTicker', () => {
  it('refreshes a row in steps that grow with its age', async () => {
    created = Date.now();
    ticker.show('row', created);
    ticker.setVisible(true);

    expect(await pass(60)).toBe(5);
    expect(await pass(9 * 60)).toBe(9);
    expect(await pass(50 * 60)).toBe(5);
    expect(await pass(10 * 3_600)).toBe(10);
  });

  it('tells what is left of a row beside its age, and refreshes it as that gets less', async () => {
    created = Date.now();
    const end = created + 3 * 60_000;
    ticker.dispose();
    ticker = new AgeTicker((row) => refreshed.push(ticker.show(row, created, end).left ?? ''));
    expect(ticker.show('row', created, end)).toEqual({ age: 'now', left: 'ttl 3m' });
    ticker.setVisible(true);
    await pass(125);

    expect(refreshed).toContain('ttl 1m');
    expect(refreshed.at(-1)).toMatch(/^ttl 5\ds$/);
  });

  it('refreshes nothing while it is out of view, and what is late when it comes back', async () => {
    created = Date.now();
    ticker.show('row', created);
    ticker.setVisible(true);
    ticker.setVisible(false);
    expect(await pass(60)).toBe(0);
    ticker.setVisible(true);
    expect(await pass(5)).toBe(1);
  });

  it('refreshes what counts down at every turn, and nothing that was forgotten', async () => {
    created = Date.now();
    ticker.setVisible(true);
    ticker.watch('row');
    expect(await pass(5)).toBe(1);
    ticker.forget('row');
    expect(await pass(60)).toBe(0);
  });
});
