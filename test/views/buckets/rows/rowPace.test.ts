import { describe, expect, it } from 'vitest';
import { RowPace } from '../../../../src/views/buckets/rows/rowPace';

let now = 0;

function refreshed(rows: number): RowPace {
  const pace = new RowPace(() => now);
  refresh(pace, rows);
  return pace;
}

function refresh(pace: RowPace, rows: number): void {
  pace.refreshed();
  for (let row = 0; row < rows; row++) {
    pace.built();
  }
}

describe('RowPace', () => {
  it('has nobody wait before the first refresh', () => {
    expect(new RowPace(() => now).patience).toBeUndefined();
  });

  it('has the next refresh wait the longer the more rows the last one had VS Code build', () => {
    expect([1, 30, 60].map((rows) => refreshed(rows).patience)).toEqual([10, 300, 600]);
  });

  it('has nobody wait for longer than a second', () => {
    expect(refreshed(500).patience).toBe(1_000);
  });

  it('has nobody wait once the time is over', () => {
    const pace = refreshed(30);
    now += 299;
    expect(pace.patience).toBe(1);
    now += 1;
    expect(pace.patience).toBeUndefined();
  });

  describe('of what goes on for long', () => {
    /** Refreshes as often as it may for so many seconds. Returns how many rows were built. */
    function buildFor(pace: RowPace, seconds: number, rows: number): number {
      const end = now + 1_000 * seconds;
      let built = 0;
      while (now < end) {
        refresh(pace, rows);
        built += rows;
        now += pace.patience ?? 1_000;
      }
      return built;
    }

    it('has VS Code build few rows a second in the end', () => {
      for (const rows of [1, 15]) {
        const pace = new RowPace(() => now);
        buildFor(pace, 600, rows);
        expect(buildFor(pace, 3_600, rows)).toBeLessThanOrEqual(3.4 * 3_600);
      }
    });

    it('shows a level of many rows every five seconds all the same', () => {
      const pace = new RowPace(() => now);
      buildFor(pace, 600, 45);
      expect(buildFor(pace, 3_600, 45)).toBe(45 * 720);
    });

    it('follows at the usual pace for a while when somebody did something in the view', () => {
      const pace = new RowPace(() => now);
      buildFor(pace, 600, 45);
      refresh(pace, 400);
      expect(pace.patience).toBe(5_000);
      pace.attended();
      expect(pace.patience).toBe(1_000);
      now += 10_000;
      refresh(pace, 50);
      expect(pace.patience).toBe(5_000);
    });

    it('follows at the usual pace again when it was calm for long enough', () => {
      const pace = new RowPace(() => now);
      buildFor(pace, 600, 500);
      now += 95_000;
      refresh(pace, 1);
      expect(pace.patience).toBe(10);
    });
  });
});
