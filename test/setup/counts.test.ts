import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { root } from '../../scripts/lib/root.mjs';
import { countHost, countVitest, judge } from '../../scripts/test/counts.mjs';
import { runTiers } from '../../scripts/test/runTiers.mjs';

function counts(passed: number, failed: number, skipped = 0) {
  const failures = Array.from({ length: failed }, (_, n) => `test ${n}`);
  return { passed, failed, skipped, failures };
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

  it('count a test file that could not be loaded as a failure', () => {
    const passed = { status: 'passed', fullName: 'is', failureMessages: [] };
    const failed = {
      status: 'failed',
      fullName: 'adds up',
      failureMessages: ['expected 1 to be 2\n    at add (b.test.ts:1:2)'],
    };
    const report = {
      numPassedTests: 2,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 0,
      testResults: [
        { name: join(root, 'a.test.ts'), status: 'passed', assertionResults: [passed] },
        { name: join(root, 'b.test.ts'), status: 'failed', assertionResults: [failed, passed] },
        {
          name: join(root, 'c.test.ts'),
          status: 'failed',
          message: 'No such module.',
          assertionResults: [],
        },
      ],
    };
    expect(countVitest(report)).toEqual({
      ...counts(2, 2, 1),
      failures: ['b.test.ts > adds up\nexpected 1 to be 2', 'c.test.ts\nNo such module.'],
    });
  });

  it('count an extension host that never finished as a failure', () => {
    const lines = [{ state: 'passed' }, { state: 'skipped' }];
    const failures = ['The extension host did not get to the end.'];
    expect(countHost(lines)).toEqual({ ...counts(1, 1, 1), failures });
    expect(countHost([...lines, { state: 'finished' }])).toEqual(counts(1, 0, 1));
  });

  it('name what failed in the extension host, and why', () => {
    const failed = { state: 'failed', title: 'tree > grows', error: 'Error: 1\n\n    at x.ts:1' };
    expect(countHost([failed, { state: 'finished' }])).toMatchObject({
      failures: ['tree > grows\nError: 1'],
    });
  });
});

describe('running tiers', () => {
  afterEach(() => vi.restoreAllMocks());

  function setup() {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const tiers = {
      good: () => Promise.resolve(counts(4, 0)),
      bad: () => Promise.resolve(counts(2, 3)),
      broken: () => Promise.reject(new Error('no browser')),
    };
    return { lines, tiers };
  }

  it('ends with the sum on the last line', async () => {
    const { lines, tiers } = setup();
    expect(await runTiers([], tiers)).toBe(1);
    expect(lines.at(-1)).toBe('\n6 passed, 4 failed');
  });

  it('tells before it what failed, since a long run is read from its end', async () => {
    const { lines, tiers } = setup();
    await runTiers([], tiers);
    const failed = ['bad: test 0', 'bad: test 1', 'bad: test 2', 'broken: no browser'];
    expect(lines.slice(-6, -1)).toEqual(['\n== failed', ...failed]);
  });

  it('runs only what is named', async () => {
    const { lines, tiers } = setup();
    expect(await runTiers(['good'], tiers)).toBe(0);
    expect(lines.at(-1)).toBe('\n4 passed, 0 failed');
  });

  it('names the tiers when it is asked for another', async () => {
    const { tiers } = setup();
    await expect(runTiers(['god'], tiers)).rejects.toThrow('Tiers: good, bad, broken.');
  });
});
