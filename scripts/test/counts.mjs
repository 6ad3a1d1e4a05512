/* A tier's counts are `{ passed, failed, skipped }`. */

/** Counts of a tier that is one check, such as the type check. */
export function oneCheck(ok) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** The sum of several counts. */
export function sumCounts(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) {
    for (const key of Object.keys(total)) {
      total[key] += counts[key];
    }
  }
  return total;
}

/**
 * Counts of a run from its results and its exit code. A run that ended badly although no test failed,
 * and one in which nothing was tested, count as one failure.
 */
export function judge(counts, exitCode) {
  const tested = counts.passed + counts.failed > 0;
  const explained = exitCode === 0 || counts.failed > 0;
  return tested && explained ? counts : { ...counts, failed: counts.failed + 1 };
}

/** Counts in the report of vitest's `json` reporter. A file that could not be loaded is a failure. */
export function countVitest(report) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts in the lines that test/host/index.ts writes; without the last one the host has crashed. */
export function countHost(lines) {
  const count = (state) => lines.filter((line) => line.state === state).length;
  const crashed = count('finished') === 0 ? 1 : 0;
  return { passed: count('passed'), failed: count('failed') + crashed, skipped: count('skipped') };
}

/** `12 passed, 0 failed`, the line that everybody reads. */
export function describeCounts({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
