import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Uri } from 'vscode';
import { Emitter } from '../../../src/kv/base/event';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { BucketsView } from '../../../src/views/buckets/bucketsView';
import { FakeKvConnection } from '../../kv/fakeKvConnection';
import { inBackground } from '../../support/inBackground';
import { TreeReader } from './treeReader';

const buckets = Array.from({ length: 10 }, (_, at) => `B${at}`);
let now: number;
let connection: FakeKvConnection;
let session: ConnectionSession;
let view: BucketsView;
let tree: TreeReader;

/** Ten open buckets with a row for a key and a folder that was closed again, all of them changed at that time. */
async function setUp(changedAt: () => number): Promise<void> {
  connection = new FakeKvConnection({ now: changedAt });
  for (const bucket of buckets) {
    connection.foreignCreateBucket({ name: bucket });
    ['seen', 'orders.1', 'orders.2'].forEach((key) => connection.foreignPut(bucket, key, '1'));
  }
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  session = new ConnectionSession(config, () => Promise.resolve(connection));
  const isOpen = (label: string) => ['local', 'orders', ...buckets].includes(label);
  tree = TreeReader.ofViewsMadeBy(() => {
    const sessions = { all: [session], onDidChange: new Emitter<void>().event };
    const uriOf = () => Uri.parse('natskv:/');
    view = new BucketsView(sessions, { inBackground, uriOf });
  }, isOpen);
  for (let at = 0; at < 100 && tree.rows.length < 51; at++) {
    await pass(1_000);
  }
  // What listing has refreshed comes after it.
  await pass(10_000);
  expect(tree.rows).toHaveLength(51);
  tree.fold('orders');
  tree.built = 0;
}

/** Lets time pass, and what does not hang on it: reads and turns. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    now += 250;
    await vi.advanceTimersByTimeAsync(250);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  now = Date.now();
});

afterEach(() => {
  view.dispose();
  session.dispose();
  vi.useRealTimers();
});

const hours = 3_600_000;

describe('the rows that VS Code builds for the tree', () => {
  it('are none while ten buckets are written to and nothing in sight changes', async () => {
    const start = now;
    await setUp(() => (now - start < 60_000 ? now - 5.5 * hours : now));
    await pass(60_000);
    const seen = tree.rows;
    for (let at = 0; at < 120; at++) {
      buckets.forEach((bucket) => connection.foreignPut(bucket, `orders.${1 + (at % 2)}`, '2'));
      await pass(250);
    }
    await pass(10_000);
    expect(tree.built).toBe(0);
    expect(tree.rows).toEqual(seen);
    buckets.forEach((bucket) => connection.foreignPut(bucket, 'seen', '22'));
    await pass(1_000);
    expect(tree.built).toBeGreaterThanOrEqual(10);
    expect(tree.rows).toContain('seen | 2 B · now');
  });

  it('are those whose age reads otherwise while time passes', async () => {
    await setUp(() => now);
    let changed = 0;
    let seen = tree.rows;
    for (let at = 0; at < 180; at++) {
      await pass(1_000);
      const { rows } = tree;
      changed += rows.filter((words, row) => words !== seen[row]).length;
      seen = rows;
    }
    expect(seen).toContain('seen | 1 B · 3 min ago');
    expect(changed).toBeGreaterThanOrEqual(30);
    expect(tree.built).toBe(changed);
  });

  it('are none while ages read as before', async () => {
    const start = now;
    await setUp(() => start - 5.5 * hours);
    await pass(120_000);
    expect(tree.built).toBe(0);
  });
});
