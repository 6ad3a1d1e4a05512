import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnreadRows } from '../../../src/views/find/unreadRows';

let refreshed: number;
let rows: UnreadRows;

beforeEach(() => {
  vi.useFakeTimers();
  refreshed = 0;
  rows = new UnreadRows(() => refreshed++);
});

afterEach(() => {
  rows.dispose();
  vi.useRealTimers();
});

describe('open rows', () => {
  it('are refreshed once more when VS Code does not ask for what is below them', () => {
    rows.taken('bucket');
    vi.advanceTimersByTime(5_000);
    expect(refreshed).toBe(1);

    rows.taken('bucket');
    rows.read('bucket');
    vi.advanceTimersByTime(5_000);
    expect(refreshed).toBe(1);
  });

  it('are left alone once they were read, and while they are closed', () => {
    rows.taken('bucket');
    rows.read('bucket');
    rows.setClosed('key', true);
    rows.taken('key');
    vi.advanceTimersByTime(5_000);

    expect(refreshed).toBe(0);
  });

  it('are given up after some tries', () => {
    for (let times = 0; times < 10; times++) {
      rows.taken('bucket');
      vi.advanceTimersByTime(5_000);
    }

    expect(refreshed).toBe(3);
  });
});
