import { describe, expect, it } from 'vitest';
import { bucketSide } from '../../src/kv/compare/bucketSide';
import { Comparison } from '../../src/kv/compare/comparison';
import { plainRules, type CompareBy } from '../../src/kv/compare/compareRules';
import { planCopy, runCopy } from '../../src/kv/compare/copyPlan';
import { FollowedComparison } from '../../src/kv/compare/followComparison';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { fillBucket, keyAt } from '../support/fillBucket';
import { eventually } from '../support/poll';
import { startSystem } from './system';

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
    expect(result).toMatchObject({ left: 0, done: { count: 299 }, skipped: { count: 1 } });
    expect((await compare(connection, 'bytes')).keysIn('different')).toEqual([keyAt(7)]);
  });
});

/** Two buckets of the same keys and values. */
async function setUp() {
  const system = await startSystem();
  await fillBucket(system.server.url, { name: 'a', keys, revisions: 1 });
  await fillBucket(system.server.url, { name: 'b', keys, revisions: 1 });
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
