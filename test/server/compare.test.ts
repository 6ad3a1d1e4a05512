import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bucketSide } from '../../src/kv/compare/bucketSide';
import { Comparison } from '../../src/kv/compare/comparison';
import { plainRules, type CompareBy } from '../../src/kv/compare/compareRules';
import { planCopy, runCopy, undoCopy } from '../../src/kv/compare/copyPlan';
import { FollowedComparison } from '../../src/kv/compare/followComparison';
import { SourceSide } from '../../src/kv/compare/sourceSide';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { FolderSource } from '../../src/kv/transfer/formats/folderSource';
import { NdjsonSource } from '../../src/kv/transfer/formats/ndjson';
import { NodeFiles } from '../../src/kv/transfer/nodeFiles';
import { runExport } from '../../src/kv/transfer/runExport';
import { fillBucket, keyAt } from '../support/fillBucket';
import { eventually } from '../support/poll';
import { linkIs, startSystem } from './system';

const timeout = 120_000;
const { signal } = new AbortController();
const keys = 5_000;

describe('comparing two buckets of a real server', () => {
  it.for<CompareBy>(['meaning', 'bytes'])(
    'finds exactly what differs, by %s',
    { timeout },
    async (by) => {
      const { connection, foreign } = await setUp();
      const expected = { different: [] as string[], left: [] as string[], right: [] as string[] };
      for (let at = 0; at < 100; at++) {
        const key = keyAt(at * 37);
        if (at % 2 === 0) {
          await foreign.put('b', key, 'y'.repeat(at % 4 === 0 ? 32 : 33));
          expected.different.push(key);
        } else {
          await foreign.mark('b', key, 'DEL');
          expected.left.push(key);
        }
      }
      for (const key of ['odd:key', 'ключ', 'a/b=c']) {
        await foreign.put('b', key, '');
        expected.right.push(key);
      }
      const comparison = await compare(connection, by);
      expect({
        different: comparison.keysIn('different'),
        left: comparison.keysIn('left'),
        right: comparison.keysIn('right'),
      }).toEqual({
        different: expected.different.sort(),
        left: expected.left.sort(),
        right: expected.right.sort(),
      });
      expect(comparison.count('same')).toBe(keys - 100);
    },
  );

  it('keeps up with writers on both sides while it lists', { timeout }, async () => {
    const { connection, foreign } = await setUp();
    const comparison = await make(connection, 'meaning');
    const writing = (async () => {
      for (let at = 0; at < 200; at++) {
        await foreign.put(at % 2 === 0 ? 'a' : 'b', keyAt(at), 'changed');
      }
    })();
    await comparison.run({ signal });
    const followed = new FollowedComparison(comparison);
    await writing;
    await eventually(() => expect(comparison.count('different')).toBe(200));
    for (let at = 0; at < 200; at++) {
      await foreign.put(at % 2 === 0 ? 'b' : 'a', keyAt(at), 'changed');
    }
    await eventually(() => expect(comparison.count('same')).toBe(keys));
    expect(comparison.count('different')).toBe(0);
    followed.dispose();
  });

  it('copies the differences over a restart, and leaves what is written meanwhile', async () => {
    const { connection, foreign, server } = await setUp();
    for (let at = 0; at < 300; at++) {
      await foreign.put('a', keyAt(at), `ours ${at}`);
    }
    const comparison = await compare(connection, 'bytes');
    const plan = planCopy(comparison, comparison.keysIn('different'), { from: 0, to: 1 });
    expect(plan).toMatchObject({ creates: 0, replaces: 300, deletes: 0 });
    await foreign.put('b', keyAt(7), 'theirs');
    let restart: Promise<void> | undefined;
    const result = await runCopy(plan, {
      signal,
      onProgress(done) {
        if (done >= 100) {
          restart ??= server.restart();
        }
      },
    });
    await restart;
    await linkIs('connected', connection);
    expect(result).toMatchObject({ left: 0, done: { count: 299 }, skipped: { count: 1 } });
    expect((await compare(connection, 'bytes')).keysIn('different')).toEqual([keyAt(7)]);
  });
});

describe('comparing a bucket of a real server with its export', () => {
  it.for(['ndjson', 'folder'] as const)(
    'as %s finds what has changed since, copies it back and undoes that',
    { timeout },
    async (kind) => {
      const { connection, foreign } = await setUp(3);
      const folder = await mkdtemp(join(tmpdir(), 'compare-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const files = new NodeFiles(folder);
      const form = { kind } as const;
      const whole = { connection, bucket: 'a', scope: {}, form, files, path: 'out', signal };
      await runExport(whole);
      const changed = [0, 37, 74].map(keyAt).sort();
      for (const key of changed) {
        await foreign.put('a', key, 'changed since');
      }
      await foreign.mark('a', keyAt(5), 'DEL');
      await foreign.put('a', 'new', 'x');
      const compared = async (): Promise<Comparison> => {
        const source =
          kind === 'ndjson' ? new NdjsonSource(files, 'out') : new FolderSource(files, 'out');
        const part = { connectionId: 'c', bucket: 'a', prefix: '' };
        const sides = [
          new SourceSide(source, { name: 'out' }),
          await bucketSide(connection, part, signal),
        ] as const;
        const comparison = new Comparison(sides, { ...plainRules, by: 'bytes' });
        await comparison.run({ signal });
        return comparison;
      };
      const states = (comparison: Comparison): unknown =>
        (['different', 'left', 'right', 'unreadable'] as const).map((state) =>
          comparison.keysIn(state),
        );
      const comparison = await compared();
      expect(states(comparison)).toEqual([changed, [keyAt(5)], ['new'], []]);
      const differing = [...changed, keyAt(5), 'new'];
      const plan = planCopy(comparison, differing, { from: 0, to: 1 });
      expect(plan).toMatchObject({ creates: 1, replaces: 3, deletes: 1 });
      const result = await runCopy(plan, { signal });
      expect(result.done.count).toBe(5);
      expect(states(await compared())).toEqual([[], [], [], []]);
      const undone = await undoCopy({ plan, result }, { signal });
      expect([undone.done.count, undone.refused.rows]).toEqual([5, []]);
      expect(states(await compared())).toEqual([changed, [keyAt(5)], ['new'], []]);
    },
  );
});

/** Two buckets of the same keys and values. */
async function setUp(revisions = 1) {
  const system = await startSystem();
  await fillBucket(system.server.url, { name: 'a', keys, revisions });
  await fillBucket(system.server.url, { name: 'b', keys, revisions });
  return { ...system, connection: await system.connect() };
}

async function make(connection: KvConnection, by: CompareBy): Promise<Comparison> {
  const part = { connectionId: 'c', prefix: '' };
  return new Comparison(
    [
      await bucketSide(connection, { ...part, bucket: 'a' }, signal),
      await bucketSide(connection, { ...part, bucket: 'b' }, signal),
    ],
    { ...plainRules, by },
  );
}

async function compare(connection: KvConnection, by: CompareBy): Promise<Comparison> {
  const comparison = await make(connection, by);
  await comparison.run({ signal });
  return comparison;
}
