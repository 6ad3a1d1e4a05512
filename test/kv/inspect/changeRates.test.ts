import { describe, expect, it } from 'vitest';
import { ChangeRates } from '../../../src/kv/inspect/changeRates';

function read(rates: ChangeRates, lastRevision: number, asOf: number | undefined, at = 0): void {
  rates.add({ lastRevision, asOf }, at);
}

describe('the pace of changes', () => {
  it('is what was written between two readings, by the clock of the server', () => {
    const rates = new ChangeRates();
    read(rates, 100, 60_000);
    expect(rates.points).toEqual([]);
    read(rates, 110, 65_000, 1);
    read(rates, 110, 70_000, 2);

    expect(rates.points).toEqual([
      { at: 65_000, perMinute: 120 },
      { at: 70_000, perMinute: 0 },
    ]);
    expect(rates.total).toEqual({ changes: 10, since: 60_000 });
  });

  it('goes by the own clock where the server does not tell its time', () => {
    const rates = new ChangeRates();
    read(rates, 1, undefined, 1_000);
    read(rates, 4, undefined, 61_000);
    expect(rates.points).toEqual([{ at: 61_000, perMinute: 3 }]);
  });

  it('is averaged over a time in which nobody looked', () => {
    const rates = new ChangeRates();
    read(rates, 0, 0);
    read(rates, 600, 600_000);
    expect(rates.points).toEqual([{ at: 600_000, perMinute: 60 }]);
  });

  it('waits for readings that are far enough from each other to tell it', () => {
    const rates = new ChangeRates();
    read(rates, 0, 0);
    read(rates, 5, 10);
    read(rates, 10, 60_000);
    expect(rates.points).toEqual([{ at: 60_000, perMinute: 10 }]);
  });

  it('begins anew where revisions are given again', () => {
    const rates = new ChangeRates();
    read(rates, 100, 0);
    read(rates, 160, 60_000);
    read(rates, 3, 120_000);
    expect(rates.points).toEqual([]);
    expect(rates.total).toBeUndefined();
  });

  it('keeps no more than a quarter of an hour', () => {
    const rates = new ChangeRates();
    for (let at = 0; at <= 1_000; at++) {
      read(rates, at, at * 5_000);
    }
    expect(rates.points).toHaveLength(180);
    expect(rates.points.at(-1)).toEqual({ at: 5_000_000, perMinute: 12 });
  });
});
