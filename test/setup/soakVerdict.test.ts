import { describe, expect, it } from 'vitest';
import { changeOf } from '../soak/plan';
import { toSvg } from '../soak/plot';
import { type Sample, toCsv } from '../soak/sample';
import { growthPerHour, verdict } from '../soak/verdict';

/** A sample of each half minute of an hour in which nothing is wrong, with what `of` gives otherwise. */
function anHour(of: (seconds: number) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: 121 }, (_, at) => {
    const seconds = at * 30;
    const same = { heap: 70, rss: 200, idleHeap: 50, idleRss: 150, consumers: 13 };
    const counts = { written: seconds * 100, toCount: seconds, counted: seconds, cuts: 0 };
    const turns = { stallMs: 20, busyMs: 10, cpu: 0.2 };
    return { seconds, ...same, ...counts, ...turns, wrong: [], ...of(seconds) };
  });
}

function bad(samples: readonly Sample[]): string[] {
  const checks = verdict(samples, 600).filter(({ isGood }) => isGood === false);
  return checks.map(({ text }) => text.split(':')[0] ?? '');
}

describe('the verdict of a soak', () => {
  it('is good when nothing grew and all was shown', () => {
    expect(bad(anHour())).toEqual([]);
  });

  it('takes the least-squares line, in units an hour', () => {
    const points = [0, 1, 2, 3].map((at) => [at * 900, 5 + at * 2] as const);
    expect(growthPerHour(points)).toBeCloseTo(8);
    expect(growthPerHour([[5, 1]])).toBe(0);
  });

  it('is bad when the heap grows by more than that of the idle host, after the warm-up', () => {
    expect(bad(anHour((seconds) => ({ heap: 70 + seconds / 600 })))).toEqual(['heap of the host']);
    const both = (seconds: number) => ({ heap: 70 + seconds / 600, idleHeap: 50 + seconds / 600 });
    expect(bad(anHour(both))).toEqual([]);
    expect(bad(anHour((seconds) => ({ heap: seconds < 600 ? seconds : 600 })))).toEqual([]);
  });

  it('judges no growth by less than ten minutes', () => {
    const short = anHour((seconds) => ({ heap: seconds })).slice(0, 40);
    expect(bad(short)).toEqual([]);
  });

  it('is bad when consumers are left over at the end, not when an ended connection has some for a while', () => {
    const between = (from: number, to: number) => (seconds: number) => ({
      consumers: seconds >= from && seconds < to ? 17 : 13,
    });
    expect(bad(anHour(between(0, 60)))).toEqual([]);
    expect(bad(anHour(between(1_000, 1_060)))).toEqual([]);
    expect(bad(anHour(between(1_000, Infinity)))).toEqual(['consumers']);
  });

  it('is bad when anything was ever shown otherwise than stored, or not counted', () => {
    const once = (seconds: number) => ({ wrong: seconds === 30 ? ['text of A k'] : [] });
    expect(bad(anHour(once))).toEqual(['shown otherwise than stored']);
    const uncounted = (seconds: number) => ({ counted: Math.max(0, seconds - 1) });
    expect(bad(anHour(uncounted))[0]).toMatch(/^Live counted 3599 of 3600/);
  });

  it('is written as lines and as a picture', () => {
    const samples = anHour((seconds) => ({ cuts: seconds < 300 ? 0 : 1 }));
    const lines = toCsv(samples).trimEnd().split('\n');
    expect(lines).toHaveLength(122);
    expect(lines[0]).toBe(
      'seconds,heap,rss,idleHeap,idleRss,consumers,written,toCount,counted,stallMs,busyMs,cpu,cuts,wrong',
    );
    expect(lines[2]).toBe('30,70,200,50,150,13,3000,30,30,20,10,0.2,0,0');
    expect(toSvg(samples)).not.toMatch(/NaN|undefined/);
    expect(toSvg(samples).match(/<polyline/g)).toHaveLength(5);
  });
});

describe('the changes of a soak', () => {
  it('give every key that stays new values, and add and delete others', () => {
    const keys = new Map<string, boolean>();
    let deletions = 0;
    for (let count = 0; count < 4_000; count++) {
      const { key, value } = changeOf(count, 200);
      deletions += value === undefined ? 1 : 0;
      keys.set(key, value !== undefined);
    }
    const alive = [...keys].filter(([, isAlive]) => isAlive).map(([key]) => key);
    expect(alive.filter((key) => key.startsWith('orders.'))).toHaveLength(200);
    expect(alive.filter((key) => key.startsWith('passing.'))).toHaveLength(20);
    expect(deletions).toBe(200);
  });
});
