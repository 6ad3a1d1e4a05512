/**
 * A tier's counts. `failures` tells each that failed: its name, and on further lines why.
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures
 * @property {{ name: string, reason: string }[]} skips
 * @property {{ name: string, ms: number }[]} slowest
 */

/** How many of the slowest tests are told. */
const manySlow = 20;

/** What takes less is not slow, in milliseconds. */
const slowMs = 100;

/**
 * Counts of a run that has not tested anything yet.
 * @type {Counts}
 */
export const noCounts = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [], slowest: [] };

/** Counts of one check, such as the type check, by what it checks. */
export function oneCheck(name, ok) {
  return ok ? { ...noCounts, passed: 1 } : withFailure(noCounts, name);
}

/** Counts of something that this machine cannot do. */
export function oneSkipped(name, reason) {
  return { ...noCounts, skipped: 1, skips: [{ name, reason }] };
}

/** Counts with one failure more. */
export function withFailure(counts, failure) {
  return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, failure] };
}

/**
 * The sum of several counts.
 * @param {Counts[]} all
 * @returns {Counts}
 */
export function sumCounts(all) {
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: all.flatMap(({ failures }) => failures),
    skips: all.flatMap(({ skips }) => skips),
    slowest: slowestOf(all.flatMap(({ slowest }) => slowest)),
  };
}

/** Counts whose tests are told with a word before their names, such as the name of their tier. */
export function named(counts, word) {
  const tell = (one) => ({ ...one, name: `${word}: ${one.name}` });
  return {
    ...counts,
    failures: counts.failures.map((failure) => `${word}: ${failure}`),
    skips: counts.skips.map(tell),
    slowest: counts.slowest.map(tell),
  };
}

/**
 * Counts of a run from its results and its exit code. A run that ended badly although no test failed,
 * and one in which nothing was tested, count as one failure.
 */
export function judge(counts, exitCode) {
  if (counts.failed > 0) {
    return counts;
  }
  if (counts.passed === 0) {
    return withFailure(counts, 'Nothing was tested.');
  }
  return exitCode === 0
    ? counts
    : withFailure(counts, `It ended with ${exitCode} although no test failed.`);
}

/**
 * Counts of a report: `tests` are `{ name, state, ms, errors, reason, shown }`, `problems` are `{ name, errors }`
 * of what is no test: a file that could not be loaded, a rejection that nobody handled. A test that was
 * skipped without a reason has failed, or a forgotten `only` would make a run green.
 */
export function countReport({ tests, problems }) {
  const of = (state) => tests.filter((test) => test.state === state);
  const forgotten = of('skipped').filter(({ reason }) => !reason);
  const skips = of('skipped').filter(({ reason }) => reason);
  const failures = [
    ...[...of('failed'), ...problems].map(({ name, errors, shown }) =>
      failure(name, errors[0], shown),
    ),
    ...forgotten.map(({ name }) => failure(name, 'It is skipped without a reason.')),
  ];
  return {
    passed: of('passed').length,
    failed: failures.length,
    skipped: skips.length,
    failures,
    skips: skips.map(({ name, reason }) => ({ name, reason })),
    slowest: slowestOf(tests.map(({ name, ms }) => ({ name, ms }))),
  };
}

/** Counts in the lines that test/host/index.ts writes; without the last one the host has crashed. */
export function countHost(lines) {
  const tests = lines
    .filter(({ title }) => title !== undefined)
    .map(({ title, state, ms = 0, error, reason }) => ({
      name: title,
      state,
      ms,
      errors: [error],
      reason,
    }));
  const counts = countReport({ tests, problems: [] });
  return lines.some(({ state }) => state === 'finished')
    ? counts
    : withFailure(counts, 'The extension host did not get to the end.');
}

function slowestOf(tests) {
  return tests
    .filter(({ ms }) => ms >= slowMs)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, manySlow);
}

/**
 * A stack tells where a helper gave up; the line of the test is in the output of its tier. `shown` is what
 * there was to see, for whom has only the closing lines.
 */
function failure(name, reason = '', shown = '') {
  const lines = reason.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return [name, ...lines.slice(0, 12), ...(shown ? [shown] : [])].join('\n');
}

/** `12 passed, 0 failed, 3 skipped`, the line that everybody reads. */
export function describeCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
