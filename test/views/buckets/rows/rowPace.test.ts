import { describe, expect, it } from 'vitest';
import { RowPace } from '../../../../src/views/buckets/rows/rowPace';

let now = 0;

function refreshed(rows: number): RowPace {
  const pace = new RowPace(() => now);
  pace.refreshed();
  for (let row = 0; row < rows; row++) {
    pace.built();
  }
  return pace;
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
});
