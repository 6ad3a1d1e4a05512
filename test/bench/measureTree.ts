import type { FilledBucket } from '../support/fillBucket';
import { deepKeyAt, flatKeyAt } from '../support/treeKeys';
import type { Measurement } from './contenders/measurement';
import type { Group } from './group';
import { ms, sizeOf } from './measure';
import { atMost, atMostTimes, type Row, told, toldTimes } from './row';
import { runContender, runInTurns } from './runContender';

const rounds = 2;
/** The workbench's group has them for a minute. */
const updateSeconds = 15;

/** The key tree as the view shows it, driven as VS Code drives it, each time in a fresh process. */
export function treeGroup(scaled: (number: number) => number): Group {
  const keys = scaled(1_000_000);
  const deep: FilledBucket = { name: 'deep', keys, revisions: 1, keyOf: deepKeyAt };
  const flat: FilledBucket = { name: 'flat', keys, revisions: 1, keyOf: flatKeyAt };
  const seconds = Math.max(5, scaled(updateSeconds));
  return {
    buckets: [deep, flat],
    measure: async (url) => [
      ...(await measureTodaysWay(url, deep)),
      ...(await measureOpening(url, deep)),
      ...(await measureOpening(url, flat)),
      ...(await measureFinding(url, deep)),
      ...(await measureUpdates(url, deep, seconds)),
    ],
  };
}

async function measureTodaysWay(url: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys };
  const itemPerKey = await runContender('itemPerKey', task);
  const name = `kv.keys() into an item per key, ${sizeOf(bucket)} keys`;
  return [
    told(name, 'ms', ms(itemPerKey)),
    told(`${name}: longest stall`, 'ms', part(itemPerKey, 'stallMs')),
    told(`${name}: memory`, 'MB', megabytes(itemPerKey, bucket)),
  ];
}

async function measureOpening(url: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys };
  const { listing, openBucket } = await runInTurns(['listing', 'openBucket'], rounds, task);
  const name = `${sizeOf(bucket)} keys ${bucket.name}`;
  const all = ms(listing);
  const against = (row: string, value: number | undefined, target: number): Row[] =>
    value === undefined || Number.isNaN(value)
      ? []
      : [atMostTimes(`${row}, ${name} / the core's listing`, 'ms', value, all, target)];
  return [
    ...against('first rows of the root', openBucket['firstMs'], 0.15),
    ...against('root complete with counts', openBucket['ms'], 1.15),
    toldTimes(
      `processor time of the same, ${name}`,
      'ms',
      part(openBucket, 'cpuMs'),
      part(listing, 'cpuMs'),
    ),
    ...against('open a branch of 20k', openBucket['branchMs'] ?? NaN, 0.03),
    ...against('open the root again', openBucket['againMs'], 0.05),
    ...stall(`longest stall of the view, ${name}`, openBucket),
    atMost(`memory of the view, ${name}`, 'MB', megabytes(openBucket, bucket), 100),
  ];
}

async function measureFinding(url: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys };
  const found = await runContender('goToKey', task);
  const name = `Go to Key, ${sizeOf(bucket)} keys`;
  return [
    atMost(`${name}: first results of a keystroke`, 'ms', part(found, 'firstMs'), 150),
    told(`${name}: all results of a keystroke`, 'ms', ms(found)),
    atMost(`${name}: a search typed over is heard of`, 'ms', part(found, 'lateMs'), 0),
    ...stall(`${name}: longest stall while typing`, found),
    told(`${name}: taking in the keys`, 'ms', part(found, 'fillMs')),
    ...stall(`${name}: longest stall of that`, {
      stallMs: part(found, 'fillStallMs'),
      busyMs: part(found, 'fillBusyMs'),
    }),
  ];
}

async function measureUpdates(url: string, bucket: FilledBucket, seconds: number): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys, seconds };
  const found = await runContender('followUpdates', task);
  const name = `${seconds} s of updates, ${sizeOf(bucket)} keys in view`;
  return [
    told(`${name}: written`, 'a second', part(found, 'rate')),
    atMost(`${name}: refreshes`, 'a second', part(found, 'refreshesPerSecond'), 4),
    ...stall(`${name}: longest stall`, found),
    atMost(`${name}: wrong counts at the end`, 'folders', part(found, 'wrong'), 0),
    told(`${name}: processor time`, 'of one core', part(found, 'cpuShare')),
  ];
}

/** The second row is for a machine that does other things too: what they took away is not in it. */
function stall(name: string, measured: Measurement): Row[] {
  return [
    atMost(name, 'ms', part(measured, 'stallMs'), 50),
    told(`${name}, processor time`, 'ms', part(measured, 'busyMs')),
  ];
}

function part(measured: Measurement, name: string): number {
  return measured[name] ?? Number.NaN;
}

function megabytes(measured: Measurement, { keys }: FilledBucket): number {
  return (part(measured, 'bytesPerKey') * keys) / 1e6;
}
