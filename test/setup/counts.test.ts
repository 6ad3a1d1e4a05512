import { afterEach, describe, expect, it, vi } from 'vitest';
import { countHost, countReport, judge, noCounts, sumCounts } from '../../scripts/test/counts.mjs';
import { runTiers } from '../../scripts/test/runTiers.mjs';

function counts(passed: number, failed: number, skipped = 0) {
  const failures = Array.from({ length: failed }, (_, n) => `test ${n}`);
  const skips = Array.from({ length: skipped }, (_, n) => ({
    name: `skip ${n}`,
    reason: 'no moon',
  }));
  return { ...noCounts, passed, failed, skipped, failures, skips };
}

describe('the counts of a tier', () => {
  it('take a run as it is when all went well or tests failed', () => {
    expect(judge(counts(3, 0), 0)).toEqual(counts(3, 0));
    expect(judge(counts(3, 1), 1)).toEqual(counts(3, 1));
  });

  it('have one failure more after a bad end that no test explains', () => {
    const failures = ['It ended with 7 although no test failed.'];
    expect(judge(counts(3, 0), 7)).toEqual({ ...counts(3, 1), failures });
    expect(judge(counts(3, 0), null)).toMatchObject({ passed: 3, failed: 1 });
  });

  it('have a failure when nothing was tested', () => {
    const failures = ['Nothing was tested.'];
    expect(judge(counts(0, 0, 4), 0)).toEqual({ ...counts(0, 1, 4), failures });
  });

  it('count what is no test, such as a file that could not be loaded, as a failure', () => {
    const error = 'expected 1 to be 2\n    at add (b.test.ts:1:2)';
    const test = { ms: 1, errors: [], reason: undefined };
    const tests = [
      { ...test, name: 'a > is', state: 'passed' },
      { ...test, name: 'b > adds up', state: 'failed', errors: [error], shown: 'rows: a | b' },
    ];
    const problems = [{ name: 'c', errors: ['No such module.'] }];
    expect(countReport({ tests, problems })).toMatchObject({
      ...{ passed: 1, failed: 2, skipped: 0 },
      failures: ['b > adds up\nexpected 1 to be 2\nrows: a | b', 'c\nNo such module.'],
    });
  });

  it('count a test that is skipped without a reason as a failure', () => {
    const test = { state: 'skipped', ms: 0, errors: [] };
    const tests = [
      { ...test, name: 'a', reason: 'no moon' },
      { ...test, name: 'b', reason: undefined },
    ];
    expect(countReport({ tests, problems: [] })).toMatchObject({
      ...{ failed: 1, skipped: 1 },
      failures: ['b\nIt is skipped without a reason.'],
      skips: [{ name: 'a', reason: 'no moon' }],
    });
  });

  it('count an extension host that never finished as a failure', () => {
    const lines = [
      { state: 'passed', title: 'a', ms: 2 },
      { state: 'skipped', title: 'b', reason: 'no moon' },
    ];
    const failures = ['The extension host did not get to the end.'];
    expect(countHost(lines)).toMatchObject({ passed: 1, failed: 1, skipped: 1, failures });
    const all = [...lines, { state: 'finished' }];
    expect(countHost(all)).toMatchObject({ passed: 1, failed: 0, skipped: 1 });
  });

  it('name what failed in the extension host, and why', () => {
    const failed = { state: 'failed', title: 'tree > grows', error: 'Error: 1\n\n    at x.ts:1' };
    expect(countHost([failed, { state: 'finished' }])).toMatchObject({
      failures: ['tree > grows\nError: 1'],
    });
  });

  it('keep the slowest tests of all, slowest first', () => {
    const tier = (from: number) => ({
      ...noCounts,
      slowest: Array.from({ length: 20 }, (_, at) => ({
        name: `${from + at}`,
        ms: 1_000 + from + at,
      })),
    });
    const { slowest } = sumCounts([tier(0), tier(10)]);
    expect(slowest).toHaveLength(20);
    expect([slowest[0]?.ms, slowest[1]?.ms, slowest.at(-1)?.ms]).toEqual([1_029, 1_028, 1_015]);
  });
});

describe('running tiers', () => {
  afterEach(() => vi.restoreAllMocks());

  function setup() {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const tiers = {
      good: { run: () => Promise.resolve(counts(4, 0, 2)) },
      bad: { run: () => Promise.resolve(counts(2, 3)) },
      broken: { run: () => Promise.reject(new Error('no browser')) },
    };
    const run = (names: readonly string[], repeat = 1) =>
      runTiers({ chosen: names.map((name) => ({ name })), repeat, busy: 0 }, tiers, 1);
    return { lines, run };
  }

  it('ends with the sum on the last line', async () => {
    const { lines, run } = setup();
    expect(await run(['bad', 'broken'])).toBe(1);
    expect(lines.at(-1)).toBe('\n2 passed, 4 failed');
  });

  it('tells before it what failed, since a long run is read from its end', async () => {
    const { lines, run } = setup();
    await run(['bad', 'broken']);
    const failed = ['bad: test 0', 'bad: test 1', 'bad: test 2', 'broken: no browser'];
    expect(lines.slice(-6, -1)).toEqual(['\n== failed', ...failed]);
  });

  it('tells what was skipped below its reason, and counts it', async () => {
    const { lines, run } = setup();
    expect(await run(['good'])).toBe(0);
    expect(lines.slice(-3)).toEqual([
      '\n== skipped',
      'no moon:\n    good: skip 0\n    good: skip 1',
      '\n4 passed, 0 failed, 2 skipped',
    ]);
  });

  it('runs them again as often as it is asked to, and says in which round a test failed', async () => {
    const { lines, run } = setup();
    expect(await run(['good', 'broken'], 2)).toBe(1);
    expect(lines.slice(-4)).toEqual([
      '\n== failed',
      'round 1: broken: no browser',
      'round 2: broken: no browser',
      '\n8 passed, 2 failed, 4 skipped',
    ]);
  });

  it('runs the next one beside a tier that waits, where there is a processor for it', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const begun = Promise.withResolvers<void>();
    const tiers = {
      first: { run: () => begun.promise.then(() => counts(1, 0)) },
      second: { run: () => Promise.resolve(begun.resolve()).then(() => counts(1, 0)) },
    };
    const chosen = [{ name: 'first' }, { name: 'second' }];
    const log = vi.spyOn(console, 'log').mockReturnValue();
    expect(await runTiers({ chosen, repeat: 1, busy: 0 }, tiers, 2)).toBe(0);
    expect(log).toHaveBeenLastCalledWith('\n2 passed, 0 failed');
  });
});
