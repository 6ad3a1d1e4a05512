import type { FilledBucket } from '../support/fillBucket';
import { deepKeyAt, flatKeyAt } from '../support/treeKeys';
import type { Group } from './group';
import { ms, sizeOf } from './measure';
import { atMost, atMostTimes, type Row, told } from './row';
import { runInTurns } from './runContender';

const rounds = 2;
/** Beyond what other contenders get: these do one thing after the other. */
const moreSeconds = 120;
const columns = ['key', 'revision', 'age', 'size', 'ttl'] as const;

/** A bucket as a table, without its page (which `tablePage` measures), each time in a fresh process. */
export function tableGroup(scaled: (number: number) => number): Group {
  const keys = scaled(1_000_000);
  const deep: FilledBucket = { name: 'deep', keys, revisions: 1, keyOf: deepKeyAt };
  const flat: FilledBucket = { name: 'flat', keys, revisions: 1, keyOf: flatKeyAt };
  const orders = { ...deep, name: 'orders', textOf: orderAt };
  return {
    buckets: [deep, flat, orders],
    measure: async (url) => [
      ...(await measureTable(url, deep)),
      ...(await measureTable(url, flat)),
      ...(await measureByValue(url, orders)),
    ],
  };
}

/** JSON of which no two have the same total below a million of them. */
function orderAt(index: number): string {
  const total = (index * 7919) % 1_000_003;
  return JSON.stringify({ total, status: 'paid', customer: { name: `Customer ${index}` } });
}

async function measureByValue(url: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys, seconds: moreSeconds };
  const { sortTableByValue } = await runInTurns(['sortTableByValue'], 1, task);
  const part = (found: string) => sortTableByValue[found] ?? NaN;
  const name = `table of ${sizeOf(bucket)} keys ${bucket.name}, sorted by a value`;
  return [
    told(`${name}: until the cost is told`, 'ms', part('askMs')),
    told(`${name}: all values read and in order`, 'ms', part('ms')),
    told(`${name}: processor time of that`, 'ms', part('cpuMs')),
    atMost(`${name}: longest stall of that`, 'ms', part('stallMs'), 50),
    told(`${name}: longest stall of that, processor time`, 'ms', part('busyMs')),
    told(`${name}: the other way round, processor time`, 'ms', part('againCpuMs')),
    atMost(`${name}: memory a key above the index`, 'bytes', part('bytesPerKey'), 40),
  ];
}

async function measureTable(url: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys, seconds: moreSeconds };
  const ran = await runInTurns(['listing', 'openTable', 'sortTable'], rounds, task);
  const { listing, openTable, sortTable } = ran;
  const part = (name: string) => sortTable[name] ?? NaN;
  const name = `table of ${sizeOf(bucket)} keys ${bucket.name}`;
  const firstMs = openTable['firstMs'] ?? NaN;
  return [
    atMostTimes(`${name}: first rows / the core's listing`, 'ms', firstMs, ms(listing), 0.2),
    told(`${name}: all rows in order, listed meanwhile`, 'ms', ms(openTable)),
    atMost(`${name}: longest stall of that`, 'ms', openTable['stallMs'] ?? NaN, 50),
    told(`${name}: longest stall of that, processor time`, 'ms', openTable['busyMs'] ?? NaN),
    told(`${name}: rows of a listed bucket in order, processor time`, 'ms', part('openCpuMs')),
    atMost(`${name}: longest stall of that`, 'ms', part('openStallMs'), 50),
    ...columns.flatMap((column) => [
      atMost(`${name}: sort by ${column}, processor time`, 'ms', part(`${column}CpuMs`), 500),
      atMost(`${name}: longest stall of that`, 'ms', part(`${column}StallMs`), 50),
      told(`${name}: longest stall of that, processor time`, 'ms', part(`${column}BusyMs`)),
    ]),
    atMost(`${name}: memory a key above the index`, 'bytes', part('bytesPerKey'), 40),
  ];
}
