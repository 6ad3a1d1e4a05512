import { header } from '../lib/log.mjs';
import { print } from '../lib/output.mjs';
import { describeCounts } from './counts.mjs';

/** Prints what a long run is read for, which is its end: what was slow, what was skipped, what failed. */
export function printSummary(total) {
  list(
    'slowest',
    total.slowest.map(({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(6)} s  ${name}`),
  );
  list('skipped', skippedLines(total.skips));
  list(
    'failed',
    total.failures.map((failure) => failure.replaceAll('\n', '\n    ')),
  );
  print(`\n${describeCounts(total)}`);
}

function list(title, lines) {
  if (lines.length > 0) {
    header(title);
    lines.forEach((line) => print(line));
  }
}

/** The names below each reason, since one reason has many. */
function skippedLines(skips) {
  const byReason = new Map();
  for (const { name, reason } of skips) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) =>
    [`${reason}:`, ...names.map((name) => `    ${name}`)].join('\n'),
  );
}
