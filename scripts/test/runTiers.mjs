import { availableParallelism } from 'node:os';
import { header, problem, reasonOf } from '../lib/log.mjs';
import { print } from '../lib/output.mjs';
import { startBusyLoops } from './busyLoops.mjs';
import { describeCounts, named, noCounts, sumCounts, withFailure } from './counts.mjs';
import { sideBySide } from './sideBySide.mjs';
import { printSummary } from './summary.mjs';

/**
 * Runs the tiers that are `chosen`, see choose.mjs, some side by side where there are processors for it,
 * and closes with what was slow, skipped and failed and the sum. Resolves with the exit code. A tier that
 * throws is one failure, and the next one still runs.
 * @typedef {import('./counts.mjs').Counts} Counts
 * @typedef {{ readonly files?: readonly string[] | undefined, readonly beside: readonly string[], readonly installed?: boolean | undefined }} Part
 * @param {{ chosen: { name: string, files?: string[] | undefined }[], repeat: number, busy: number, installed?: boolean }} asked
 * @param {Record<string, { run: (part: Part) => Promise<Counts> }>} tiers
 */
export async function runTiers(
  { chosen, repeat, busy, installed },
  tiers,
  many = availableParallelism(),
) {
  const endBusyLoops = startBusyLoops(busy);
  const rounds = [];
  try {
    for (let round = 1; round <= repeat; round++) {
      rounds.push(await runRound(chosen, tiers, { round, repeat, many, installed }));
    }
  } finally {
    endBusyLoops();
  }
  const total = sumCounts(rounds);
  printSummary(total);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function runRound(chosen, tiers, { round, repeat, many, installed }) {
  const beside = chosen.map(({ name }) => name);
  const tasks = chosen.map(
    ({ name, files }) =>
      () =>
        runTier(name, () => tiers[name].run({ files, beside, installed })),
  );
  if (repeat === 1) {
    return sumCounts(await sideBySide(tasks, many));
  }
  header(`round ${round} of ${repeat}`);
  const counts = sumCounts(await sideBySide(tasks, many));
  print(`round ${round}: ${describeCounts(counts)}`);
  // A test is skipped, and slow, in each round alike.
  const { failures } = named(counts, `round ${round}`);
  return round === 1 ? { ...counts, failures } : { ...counts, failures, skips: [], slowest: [] };
}

async function runTier(name, tier) {
  header(name);
  const begun = Date.now();
  const counts = await tier().catch((error) => {
    problem(reasonOf(error));
    return withFailure(noCounts, reasonOf(error));
  });
  const seconds = Math.round((Date.now() - begun) / 1000);
  print(`${name}: ${describeCounts(counts)} (${seconds} s)`);
  return named(counts, name);
}
