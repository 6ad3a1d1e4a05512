import type { FilledBucket } from '../../support/fillBucket';
import { deepKeyAt, flatKeyAt } from '../../support/treeKeys';
import { countsOf } from '../contenders/updates';
import type { Group } from '../group';
import { sizeOf } from '../measure';
import { atMost, type Row, told } from '../row';
import { runContender } from '../runContender';
import { type HostMeasurement, listingTimeoutMs, MeasuredWorkbench } from './measuredWorkbench';

/*
 * The extension as it is packaged, in a real VS Code with a browser as its window (as in test/ui), on
 * buckets of a million keys. `npm run bench -- --ui` starts it.
 *
 * What the extension host does is measured inside its process by a second small extension, the probe
 * (probe.ts; packed by scripts/test/benchProbe.mjs, told the way back by a setting): the longest stall
 * of its event loop, its memory after all garbage was collected, its processor time, and how often a
 * tree was refreshed. `MeasuredWorkbench.open` gives both; wrap what you do in `measure`:
 *
 *     const bench = await MeasuredWorkbench.open(server.url);
 *     const { stallMs } = await bench.measure('typing', () => bench.workbench.type('orders'));
 *
 * With BENCH_PROFILES=<folder> each of them writes <name>.cpuprofile, to be opened in VS Code.
 */

const updateSeconds = 60;
const typingDelayMs = 60;
const listed = { timeout: listingTimeoutMs };

/** The tree of large buckets in the whole workbench. */
export function workbenchGroup(scaled: (number: number) => number): Group {
  const keys = scaled(1_000_000);
  const deep: FilledBucket = { name: 'deep', keys, revisions: 1, keyOf: deepKeyAt };
  const flat: FilledBucket = { name: 'flat', keys, revisions: 1, keyOf: flatKeyAt };
  const seconds = Math.max(5, scaled(updateSeconds));
  return {
    buckets: [deep, flat],
    measure: async (url) => {
      const bench = await MeasuredWorkbench.open(url);
      try {
        await bench.workbench.row('deep').waitFor();
        return [
          ...(await measureOpening(bench, deep)),
          ...(await measureUpdates(bench, { url, bucket: deep.name, keys, seconds })),
          ...(await measureFlat(bench, flat)),
          ...(await measureGoToKey(bench, 2)),
        ];
      } finally {
        await bench.close();
      }
    },
  };
}

async function measureOpening(bench: MeasuredWorkbench, bucket: FilledBucket): Promise<Row[]> {
  const { workbench } = bench;
  const before = await bench.memory();
  let [firstMs, allMs] = [0, 0];
  const opening = await bench.measure('open', async () => {
    const begun = performance.now();
    await workbench.expand(bucket.name);
    await workbench.row('sessions.web').waitFor();
    firstMs = performance.now() - begun;
    await bench.counted(bucket.name, bucket.keys);
    allMs = performance.now() - begun;
  });
  const after = await bench.memory();
  const branch = await bench.measure('branch', async () => {
    await workbench.expand('sessions.web');
    await workbench.row('s00000').waitFor();
  });
  const name = `in VS Code, ${sizeOf(bucket)} keys deep`;
  return [
    told(`${name}: first rows of the root`, 'ms', firstMs),
    told(`${name}: complete with counts`, 'ms', allMs),
    ...stall(`${name}: longest stall, opening`, opening),
    ...stall(`${name}: longest stall, branch of 20k`, branch),
    atMost(`${name}: memory in use`, 'MB', (after.bytes - before.bytes) / 1e6, 100),
    told(`${name}: growth of the process`, 'MB', (after.rss - before.rss) / 1e6),
  ];
}

async function measureUpdates(
  bench: MeasuredWorkbench,
  task: { url: string; bucket: string; keys: number; seconds: number },
): Promise<Row[]> {
  let written = { rate: NaN };
  const updates = await bench.measure('updates', async () => {
    const { written: count = 0, ms = NaN } = await runContender('publishUpdates', task);
    written = { rate: count / (ms / 1000) };
  });
  const counts = await countsOf(task);
  const isExact = await shows(bench, task.bucket, counts.get('') ?? 0);
  const name = `in VS Code, ${task.seconds} s of updates`;
  return [
    told(`${name}: written`, 'a second', written.rate),
    atMost(`${name}: refreshes`, 'a second', updates.refreshesPerSecond, 4),
    ...stall(`${name}: longest stall`, updates),
    atMost(`${name}: the count in view is wrong at the end`, '', isExact ? 0 : 1, 0),
    told(`${name}: processor time`, 'of one core', updates.cpuMs / 1000 / task.seconds),
  ];
}

/** Types into Go to Key when both buckets have been listed, so that it searches all of their keys. */
async function measureGoToKey(bench: MeasuredWorkbench, buckets: number): Promise<Row[]> {
  const { workbench } = bench;
  const filling = await bench.measure('fill', async () => {
    await workbench.runCommand('NATS KV: Go to Key…');
    const told = workbench.quickInput.filter({ hasText: /of [\d,]+ (keys|that match)/ });
    await told.filter({ hasNotText: 'listing' }).waitFor(listed);
  });
  const typing = await bench.measure('type', async () => {
    await workbench.page.keyboard.type('sessions web 77', { delay: typingDelayMs });
    const found = workbench.quickInput.locator('.monaco-list-row[aria-label*="sessions.web"]');
    await found.first().waitFor();
  });
  await workbench.page.keyboard.press('Escape');
  const name = `in VS Code, Go to Key over ${buckets} buckets`;
  return [
    ...stall(`${name}: longest stall, taking in`, filling),
    ...stall(`${name}: longest stall, typing`, typing),
  ];
}

async function measureFlat(bench: MeasuredWorkbench, bucket: FilledBucket): Promise<Row[]> {
  const { workbench } = bench;
  await workbench.row('deep').locator('.monaco-tl-twistie').click();
  const opening = await bench.measure('flat', async () => {
    await workbench.expand(bucket.name);
    await workbench.row('session-0000000').waitFor(listed);
    await bench.counted(bucket.name, bucket.keys);
  });
  return [
    ...stall(`in VS Code, ${sizeOf(bucket)} keys in one level: longest stall, opening`, opening),
  ];
}

async function shows(bench: MeasuredWorkbench, bucket: string, keys: number): Promise<boolean> {
  return bench.counted(bucket, keys).then(
    () => true,
    () => false,
  );
}

function stall(name: string, { stallMs, busyMs }: HostMeasurement): Row[] {
  return [atMost(name, 'ms', stallMs, 50), told(`${name}, processor time`, 'ms', busyMs)];
}
