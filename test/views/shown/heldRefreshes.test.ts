import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeldRefreshes } from '../../../src/views/shown/heldRefreshes';
import { RowPace } from '../../../src/views/buckets/rows/rowPace';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const held = new HeldRefreshes<string>();
  const heard: unknown[] = [];
  held.event((rows) => heard.push(rows));
  return { held, heard };
}

describe('the refreshes of a tree', () => {
  it('are told one at a time: the next waits until VS Code asked for rows, and is all that came', () => {
    const { held, heard } = setUp();
    held.refresh('a');
    for (const rows of ['b', ['c', 'b'], 'd']) {
      held.refresh(rows);
      vi.advanceTimersByTime(100);
    }
    expect(heard).toEqual([['a']]);
    held.asked();
    held.asked();
    expect(heard).toEqual([['a']]);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('are of all rows when one of them was', () => {
    const { held, heard } = setUp();
    held.refresh('a');
    held.refresh('b');
    held.refresh(undefined);
    held.refresh('c');
    held.asked();
    vi.advanceTimersByTime(1);
    expect(heard).toEqual([['a'], undefined]);
  });

  it('are told at once when VS Code has followed the last one', () => {
    const { held, heard } = setUp();
    for (const row of ['a', 'b', 'c']) {
      held.refresh(row);
      held.asked();
      vi.advanceTimersByTime(1);
    }
    expect(heard).toEqual([['a'], ['b'], ['c']]);
  });

  it('go on when VS Code does not ask, at first soon, and are few while its window is busy', () => {
    const { held, heard } = setUp();
    held.refresh('a');
    held.refresh('b');
    vi.advanceTimersByTime(499);
    expect(heard).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(heard).toHaveLength(2);
    for (let ms = 0; ms < 60_000; ms += 250) {
      held.refresh('c');
      vi.advanceTimersByTime(250);
    }
    expect(heard.length).toBeLessThan(18);
  });

  it('are told once more of a row that is read again before the rows below it are given', async () => {
    const { held, heard } = setUp();
    let give: (rows: string[]) => void = () => undefined;
    held.awaits('a', new Promise<string[]>((resolve) => (give = resolve)));
    held.awaits('b', Promise.resolve(['c']));
    held.refresh('a');
    held.asked('a');
    held.asked('c');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).toEqual([['a']]);
    give(['d']);
    await vi.advanceTimersByTimeAsync(1);
    expect(heard).toEqual([['a'], ['a']]);
    held.asked('a');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).toHaveLength(2);
  });

  it('are told once more of such a row when its rows cannot be read, and once for all that wait', async () => {
    const { held, heard } = setUp();
    held.awaits('a', Promise.resolve([]));
    held.awaits('a', new Promise((_, fail) => setTimeout(() => fail(new Error('gone')), 100)));
    held.asked('a');
    await vi.advanceTimersByTimeAsync(50);
    expect(heard).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(heard).toEqual([['a']]);
  });

  it('are soon again once VS Code has asked', () => {
    const { held, heard } = setUp();
    for (let ms = 0; ms < 20_000; ms += 250) {
      held.refresh('a');
      vi.advanceTimersByTime(250);
    }
    held.asked();
    vi.advanceTimersByTime(1);
    heard.length = 0;
    held.refresh('b');
    vi.advanceTimersByTime(500);
    expect(heard).toEqual([['b']]);
  });

  it('of a view that waits by itself for as many rows as were built are five seconds late at most', () => {
    const change = fc.record({
      after: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 6_000 })),
      /** How many rows VS Code asks for then; none when it does not know them. */
      rows: fc.integer({ min: 0, max: 80 }),
    });
    /** How busy the window is, in milliseconds. */
    const answer = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 60 }),
        answer,
        fc.boolean(),
        (changes, ms, isLasting) => {
          const { late, pace, follow, stop } = slowView();
          for (let row = 0; isLasting && row < 3_300; row++) {
            pace.built();
          }
          for (const { after, rows } of changes) {
            vi.advanceTimersByTime(after);
            follow(ms, rows);
          }
          vi.advanceTimersByTime(20_000);
          stop();
          expect(Math.max(0, ...late)).toBeLessThanOrEqual(5_000);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** A view that refreshes as often as it may, and VS Code, which answers as it is told to. */
function slowView() {
  const held = new HeldRefreshes<string>();
  const pace = new RowPace();
  const late: number[] = [];
  const waiting: number[] = [];
  const refreshed: number[] = [];
  let answers: { answer: number; rows: number } = { answer: 0, rows: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;
  held.event(() => {
    late.push(...refreshed.splice(0).map((since) => Date.now() - since));
    const { answer, rows } = answers;
    setTimeout(() => {
      for (let row = 0; row < rows; row++) {
        held.asked();
        pace.built();
      }
    }, answer);
  });
  const look = (): void => {
    timer = undefined;
    pace.refreshed();
    refreshed.push(...waiting.splice(0));
    held.refresh('a');
  };
  const follow = (answer: number, rows: number): void => {
    answers = { answer, rows };
    waiting.push(Date.now());
    timer ??= setTimeout(look, pace.patience ?? 0);
  };
  return { late, pace, follow, stop: () => vi.clearAllTimers() };
}
