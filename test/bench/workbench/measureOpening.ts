import type { FilledBucket } from '../../support/fillBucket';
import { deepKeyAt, flatKeyAt } from '../../support/treeKeys';
import type { Measurement } from '../contenders/measurement';
import type { Group } from '../group';
import { ms, sizeOf } from '../measure';
import { atMost, atMostTimes, type Row, told, toldTimes } from '../row';
import { bestOf, runContender } from '../runContender';
import { listingTimeoutMs, MeasuredWorkbench } from './measuredWorkbench';

/*
 * Buckets opened in a real VS Code, beside the same done by the view's own code without VS Code around
 * it (contenders/openBucket.ts), in turns: what the machine does besides hits both alike. Each time both
 * begin with a fresh process.
 */

const rounds = 3;
const listed = { timeout: listingTimeoutMs };
/** A bucket in which nothing has to be waited for but VS Code. */
const few: FilledBucket = { name: 'few', keys: 3, revisions: 1, keyOf: (at) => `k${at}` };

/** How long VS Code takes to open a bucket, and what that costs its extension host. */
export function openingGroup(scaled: (number: number) => number): Group {
  const keys = scaled(1_000_000);
  const deep: FilledBucket = { name: 'deep', keys, revisions: 1, keyOf: deepKeyAt };
  const flat: FilledBucket = { name: 'flat', keys, revisions: 1, keyOf: flatKeyAt };
  return {
    buckets: [few, deep, flat],
    measure: async (url) => [
      ...(await measureOpening(url, deep, /^sessions\.web$/)),
      ...(await measureOpening(url, flat, /^session-\d+$/)),
    ],
  };
}

async function measureOpening(url: string, bucket: FilledBucket, first: RegExp): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys };
  const inBench: Measurement[] = [];
  const inVsCode: Measurement[] = [];
  const listings: Measurement[] = [];
  for (let round = 0; round < rounds; round++) {
    listings.push(await runContender('firstKeys', task));
    inBench.push(await runContender('openBucket', task));
    inVsCode.push(await openInVsCode(url, bucket, first));
  }
  return rowsOf(
    `in VS Code, ${sizeOf(bucket)} keys ${bucket.name}`,
    bestOf(inVsCode),
    bestOf(inBench),
    ms(bestOf(listings)),
  );
}

/** `listedMs`: until the listing has its first keys, which is as soon as a view that asks for no others has rows. */
function rowsOf(name: string, found: Measurement, bench: Measurement, listedMs: number): Row[] {
  const part = (measured: Measurement, of: string) => measured[of] ?? NaN;
  const firstMs = part(found, 'firstMs');
  const both = (of: string) => [part(found, of), part(bench, of)] as const;
  return [
    toldTimes(`${name}: first rows / bench`, 'ms', ...both('firstMs')),
    atMostTimes(`${name}: first rows / first keys of the listing`, 'ms', firstMs, listedMs, 2),
    atMostTimes(`${name}: first rows / those of 3 keys`, 'ms', firstMs, part(found, 'fewMs'), 2),
    atMostTimes(`${name}: complete with counts / bench`, 'ms', ms(found), ms(bench), 1.3),
    toldTimes(`${name}: processor time / bench`, 'ms', ...both('cpuMs')),
    atMost(`${name}: longest stall, processor time`, 'ms', part(found, 'busyMs'), 50),
    atMost(`${name}: longest stall`, 'ms', part(found, 'stallMs'), 80),
    atMost(`${name}: memory in use`, 'MB', part(found, 'bytes') / 1e6, 100),
    atMost(`${name}: growth of the process`, 'MB', part(found, 'rss') / 1e6, 130),
    told(`${name}: growth of the process in the bench`, 'MB', part(bench, 'rss') / 1e6),
    told(`${name}: refreshes of the tree`, 'refreshes', part(found, 'refreshes')),
  ];
}

/** Opens a bucket in a workbench of its own, after a small one: what is run the first time is loaded by then. */
async function openInVsCode(
  url: string,
  { name, keys }: FilledBucket,
  first: RegExp,
): Promise<Measurement> {
  const bench = await MeasuredWorkbench.open(url);
  const { workbench } = bench;
  try {
    await workbench.row(name).waitFor();
    const fewMs = await timed(async () => {
      await workbench.expand(few.name);
      await workbench.row('k0').waitFor();
    });
    const before = await bench.memory();
    let [firstMs, allMs] = [NaN, NaN];
    const { stallMs, busyMs, cpuMs, refreshes } = await bench.measure(`open-${name}`, async () => {
      const begun = performance.now();
      await workbench.expand(name);
      await workbench.sideBar.locator('.label-name').getByText(first).first().waitFor(listed);
      firstMs = performance.now() - begun;
      await bench.counted(name, keys);
      allMs = performance.now() - begun;
    });
    const after = await bench.memory();
    const [bytes, rss] = [after.bytes - before.bytes, after.rss - before.rss];
    return { fewMs, firstMs, ms: allMs, stallMs, busyMs, cpuMs, refreshes, bytes, rss };
  } finally {
    await bench.close();
  }
}

async function timed(run: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}
