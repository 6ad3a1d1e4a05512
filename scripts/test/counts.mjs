import { relative } from 'node:path';
import { root } from '../lib/root.mjs';

/*
 * A tier's counts are `{ passed, failed, skipped, failures }`; `failures` tells each that failed: its
 * name, and on further lines why.
 */

/** Counts of a run that has not tested anything yet. */
export const noCounts = { passed: 0, failed: 0, skipped: 0, failures: [] };

/** Counts of one check, such as the type check, by what it checks. */
export function oneCheck(name, ok) {
  return ok ? { ...noCounts, passed: 1 } : withFailure(noCounts, name);
}

/** Counts with one failure more. */
export function withFailure(counts, failure) {
  return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, failure] };
}

/** The sum of several counts. */
export function sumCounts(all) {
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: all.flatMap((counts) => counts.failures),
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

/** Counts in the report of vitest's `json` reporter. A file that could not be loaded is a failure. */
export function countVitest(report) {
  const failures = report.testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(failuresOf);
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

function failuresOf({ name, message, assertionResults }) {
  const file = relative(root, name);
  const texts = assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => failure(`${file} > ${fullName}`, failureMessages[0]));
  return texts.length > 0 ? texts : [failure(file, message)];
}

/** Counts in the lines that test/host/index.ts writes; without the last one the host has crashed. */
export function countHost(lines) {
  const of = (state) => lines.filter((line) => line.state === state);
  const counts = {
    passed: of('passed').length,
    failed: of('failed').length,
    skipped: of('skipped').length,
    failures: of('failed').map(({ title, error }) => failure(title, error)),
  };
  return of('finished').length > 0
    ? counts
    : withFailure(counts, 'The extension host did not get to the end.');
}

/** A stack tells where a helper gave up; the line of the test is in the output of its tier. */
function failure(name, reason = '') {
  const lines = reason.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return [name, ...lines.slice(0, 12)].join('\n');
}

/** `12 passed, 0 failed`, the line that everybody reads. */
export function describeCounts({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
