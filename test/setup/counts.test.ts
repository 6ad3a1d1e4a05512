import { afterEach, describe, expect, it, vi } from 'vitest';
import { countHost, countVitest, judge } from '../../scripts/test/counts.mjs';
import { runTiers } from '../../scripts/test/runTiers.mjs';

const counts = (passed: number, failed: number, skipped = 0) => ({ passed, failed, skipped });

describe('the counts of a tier', () => {
  it('take a run as it is when all went well or tests failed', () => {
    expect(judge(counts(3, 0), 0)).toEqual(counts(3, 0));
    expect(judge(counts(3, 1), 1)).toEqual(counts(3, 1));
  });

  it('have one failure more after a bad end that no test explains', () => {
    expect(judge(counts(3, 0), 1)).toEqual(counts(3, 1));
    expect(judge(counts(3, 0), null)).toEqual(counts(3, 1));
  });

  it('have a failure when nothing was tested', () => {
    expect(judge(counts(0, 0, 4), 0)).toEqual(counts(0, 1, 4));
  });

  it('count a test file that could not be loaded as a failure', () => {
    const report = {
      numPassedTests: 2,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 0,
      testResults: [
        { status: 'passed', assertionResults: [{ status: 'passed' }] },
        { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
        { status: 'failed', assertionResults: [] },
      ],
    };
    expect(countVitest(report)).toEqual(counts(2, 2, 1));
  });

  it('count an extension host that never finished as a failure', () => {
    const lines = [{ state: 'passed' }, { state: 'skipped' }];
    expect(countHost(lines)).toEqual(counts(1, 1, 1));
    expect(countHost([...lines, { state: 'finished' }])).toEqual(counts(1, 0, 1));
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
