import { header, problem, reasonOf } from '../lib/log.mjs';
import { describeCounts, noCounts, sumCounts, withFailure } from './counts.mjs';

/**
 * Runs the tiers of `all` that are named, or every one, in their order, prints each failure once more
 * and the sum as the last line. Resolves with the exit code. A tier that throws is one failure, and
 * the next one still runs.
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Counts
 * @param {string[]} names
 * @param {Record<string, () => Promise<Counts>>} all
 */
export async function runTiers(names, all) {
  const unknown = names.filter((name) => !(name in all));
  if (unknown.length > 0) {
    throw new Error(
      `There is no tier ${unknown.join(', ')}. Tiers: ${Object.keys(all).join(', ')}.`,
    );
  }
  const chosen = Object.keys(all).filter((name) => names.length === 0 || names.includes(name));
  const counts = [];
  for (const name of chosen) {
    counts.push(await runTier(name, all[name]));
  }
  const total = sumCounts(counts);
  printFailures(total.failures);
  console.log(`\n${describeCounts(total)}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function runTier(name, tier) {
  header(name);
  const begun = Date.now();
  const counts = await tier().catch((error) => {
    problem(reasonOf(error));
    return withFailure(noCounts, reasonOf(error));
  });
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(`${name}: ${describeCounts(counts)}${skipped} (${seconds} s)`);
  return { ...counts, failures: counts.failures.map((failure) => `${name}: ${failure}`) };
}

function printFailures(failures) {
  if (failures.length > 0) {
    header('failed');
    failures.forEach((failure) => console.log(failure.replaceAll('\n', '\n    ')));
  }
}
