import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { bucketSide, type BucketPart } from '../../../src/kv/compare/bucketSide';
import type { CompareSide } from '../../../src/kv/compare/compareSide';
import { Comparison } from '../../../src/kv/compare/comparison';
import { plainRules, type CompareRules } from '../../../src/kv/compare/compareRules';
import { planCopy, runCopy, undoCopy } from '../../../src/kv/compare/copyPlan';
import { FollowedComparison } from '../../../src/kv/compare/followComparison';
import type { PairState } from '../../../src/kv/compare/pairStates';
import { KvError } from '../../../src/kv/model/errors';
import { eventually } from '../../support/poll';
import { FakeKvConnection } from '../fakeKvConnection';

const { signal } = new AbortController();
const toRight = { from: 0, to: 1 } as const;
let connection: FakeKvConnection;

beforeEach(async () => {
  connection = new FakeKvConnection();
  await connection.createBucket({ name: 'a', history: 5 });
  await connection.createBucket({ name: 'b', history: 5 });
});

async function compare(
  rules: Partial<CompareRules> = {},
  left: Partial<BucketPart> = {},
  right: Partial<BucketPart> = {},
): Promise<Comparison> {
  const part = { connectionId: 'c', prefix: '' };
  const comparison = new Comparison(
    [
      await bucketSide(connection, { ...part, bucket: 'a', ...left }, signal),
      await bucketSide(connection, { ...part, bucket: 'b', ...right }, signal),
    ],
    { ...plainRules, ...rules },
  );
  await comparison.run({ signal });
  return comparison;
}

function shown(comparison: Comparison): Record<string, readonly string[]> {
  const states: readonly PairState[] = ['different', 'left', 'right', 'same'];
  return Object.fromEntries(states.map((state) => [state, comparison.keysIn(state)]));
}

function put(bucket: string, key: string, value: string): number {
  return connection.foreignPut(bucket, key, value);
}

describe('comparing two buckets', () => {
  it('finds what is only there, what differs, and what is the same', async () => {
    put('a', 'same', 'x');
    put('b', 'same', 'x');
    put('a', 'size', 'x');
    put('b', 'size', 'xx');
    put('a', 'value', 'x');
    put('b', 'value', 'y');
    put('a', 'left', 'x');
    put('b', 'right', '');
    put('a', 'deleted', 'x');
    put('b', 'deleted', 'x');
    connection.foreignMark('b', 'deleted', 'DEL');
    connection.foreignMark('a', 'gone', 'DEL');
    expect(shown(await compare({ by: 'bytes' }))).toEqual({
      different: ['size', 'value'],
      left: ['deleted', 'left'],
      right: ['right'],
      same: ['same'],
    });
    const bySize = await compare({ by: 'size' });
    expect(shown(bySize)).toMatchObject({ different: ['size'], same: ['same', 'value'] });
    expect([bySize.read, bySize.count('same'), bySize.count('left')]).toEqual([0, 2, 2]);
  });

  it('reads no value whose size tells enough, unless JSON is compared by meaning', async () => {
    put('a', 'json', '{"a":1,"b":[2]}');
    put('b', 'json', '{ "b": [2.0], "a": 1 }');
    put('a', 'text', 'x'.repeat(10_000));
    put('b', 'text', 'x'.repeat(10_001));
    const byBytes = await compare({ by: 'bytes' });
    expect([byBytes.read, byBytes.count('different')]).toEqual([0, 2]);
    const byMeaning = await compare();
    expect([byMeaning.read, byMeaning.keysIn('different')]).toEqual([2, ['text']]);
  });

  it('pairs keys below different prefixes', async () => {
    put('a', 'eu.1', 'x');
    put('a', 'us.1', 'x');
    put('a', 'us.2', 'x');
    put('b', 'eu.9', 'x');
    const prefixes = await compare({}, { prefix: 'eu.' }, { bucket: 'a', prefix: 'us.' });
    expect(shown(prefixes)).toEqual({ different: [], left: [], right: ['2'], same: ['1'] });
  });

  it('leaves out what the rules ignore', async () => {
    put('a', 'tmp.1', 'x');
    put('a', 'k', '{"id":1,"at":1}');
    put('b', 'k', '{"id":1,"at":2}');
    const rules = { ignoredKeys: ['tmp.>'], ignoredPaths: ['$.at'] };
    expect(shown(await compare(rules))).toEqual({
      different: [],
      left: [],
      right: [],
      same: ['k'],
    });
  });

  it('compares a bucket with itself as of a moment by its revisions', async () => {
    put('a', 'same', 'x');
    put('a', 'changed', 'then');
    const revision = put('a', 'deleted', 'x');
    put('a', 'changed', 'now');
    connection.foreignMark('a', 'deleted', 'DEL');
    put('a', 'new', 'x');
    const moment = { kind: 'revision', revision } as const;
    const comparison = await compare({}, { moment }, { bucket: 'a' });
    expect(shown(comparison)).toEqual({
      different: ['changed'],
      left: ['deleted'],
      right: ['new'],
      same: ['same'],
    });
    expect(comparison.read).toBe(1);
  });

  it('does not take for absent what it does not know of a moment', async () => {
    await connection.createBucket({ name: 'short', history: 1 });
    const revision = put('short', 'k', 'then');
    put('short', 'k', 'now');
    const moment = { kind: 'revision', revision } as const;
    const comparison = await compare({}, { bucket: 'short', moment }, { bucket: 'short' });
    expect(comparison.keysIn('right')).toEqual([]);
    expect(comparison.keysIn('unreadable')).toEqual(['k']);
    expect(planCopy(comparison, ['k'], toRight).targets.count).toBe(0);
  });

  it('takes a wildcard in a prefix for no wildcard', async () => {
    put('a', 'eu.x.1', 'x');
    put('b', 'eu.y.1', 'x');
    const comparison = await compare({}, { prefix: 'eu.*.' }, { prefix: 'eu.*.' });
    expect(comparison.table.count).toBe(0);
  });

  it('lists two buckets of one connection in turn, and of two at once', async () => {
    const other = new FakeKvConnection();
    await other.createBucket({ name: 'b' });
    const part = { connectionId: 'c', prefix: '' };
    const left = await bucketSide(connection, { ...part, bucket: 'a' }, signal);
    const running = { now: 0, most: 0 };
    const counted = (side: CompareSide): CompareSide => ({
      prefix: '',
      origin: undefined,
      target: undefined,
      link: side.link,
      bringsValues: false,
      has: () => true,
      read: () => Promise.resolve([]),
      readLatest: () => Promise.resolve(undefined),
      async *list(options) {
        running.most = Math.max(running.most, ++running.now);
        yield* side.list(options);
        running.now--;
      },
    });
    const mostOf = async (side: CompareSide): Promise<number> => {
      running.most = 0;
      await new Comparison([counted(left), counted(side)], plainRules).run({ signal });
      return running.most;
    };
    expect(await mostOf(await bucketSide(connection, { ...part, bucket: 'b' }, signal))).toBe(1);
    expect(await mostOf(await bucketSide(other, { ...part, bucket: 'b' }, signal))).toBe(2);
  });

  it('finds exactly what two maps differ in', async () => {
    const key = fc.stringMatching(/^[a-c](\.[a-c]){0,2}$/);
    const map = fc.dictionary(key, fc.constantFrom('x', 'y', 'zz'), { maxKeys: 12 });
    await fc.assert(
      fc.asyncProperty(map, map, async (left, right) => {
        connection = new FakeKvConnection({ batchSize: 3 });
        await connection.createBucket({ name: 'a' });
        await connection.createBucket({ name: 'b' });
        Object.entries(left).forEach(([name, value]) => put('a', name, value));
        Object.entries(right).forEach(([name, value]) => put('b', name, value));
        const where = (fits: (name: string) => boolean): string[] =>
          [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(fits).sort();
        const both = (name: string): boolean => name in left && name in right;
        expect(shown(await compare({ by: 'bytes' }))).toEqual({
          different: where((name) => both(name) && left[name] !== right[name]),
          left: where((name) => !(name in right)),
          right: where((name) => !(name in left)),
          same: where((name) => both(name) && left[name] === right[name]),
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('following a comparison', () => {
  it('judges again what changes on either side', async () => {
    put('a', 'k', 'x');
    put('b', 'k', 'x');
    const comparison = await compare();
    const followed = new FollowedComparison(comparison);
    put('b', 'k', 'y');
    put('a', 'new', 'x');
    await eventually(() =>
      expect(shown(comparison)).toEqual({ different: ['k'], left: ['new'], right: [], same: [] }),
    );
    put('a', 'k', 'y');
    connection.foreignMark('a', 'new', 'DEL');
    await eventually(() =>
      expect(shown(comparison)).toEqual({ different: [], left: [], right: [], same: ['k'] }),
    );
    expect(followed.state.current.kind).toBe('live');
    followed.dispose();
    expect(connection.openWatches).toBe(0);
  });

  it('judges again what it could not for a moment', async () => {
    put('a', 'k', 'x');
    put('b', 'k', 'x');
    const comparison = await compare();
    const followed = new FollowedComparison(comparison);
    const seen: string[] = [];
    followed.state.onDidChange(() => seen.push(followed.state.current.kind));
    connection.failNext('getMany', new KvError('timeout', 'no answer'));
    put('b', 'k', 'y');
    await eventually(() => expect(comparison.keysIn('different')).toEqual(['k']));
    await eventually(() => expect(followed.state.current.kind).toBe('live'));
    expect(seen).toContain('resuming');
    expect(seen).not.toContain('ended');
    followed.dispose();
    expect(connection.openWatches).toBe(0);
  });

  it('watches nothing any longer once it has ended', async () => {
    put('a', 'k', 'x');
    put('b', 'k', 'x');
    const followed = new FollowedComparison(await compare());
    connection.failNext('getMany', new KvError('denied', 'not allowed'));
    put('b', 'k', 'y');
    await eventually(() => expect(followed.state.current.kind).toBe('ended'));
    expect(connection.openWatches).toBe(0);
    followed.dispose();
  });

  it('notices a bucket that was made again before it was followed', async () => {
    put('a', 'k', 'x');
    const comparison = await compare();
    connection.foreignDeleteBucket('a');
    await new Promise((resolve) => setTimeout(resolve, 2));
    await connection.createBucket({ name: 'a' });
    put('a', 'k', 'another');
    const followed = new FollowedComparison(comparison);
    await eventually(() => expect(followed.state.current.kind).toBe('ended'));
    expect(connection.openWatches).toBe(0);
    followed.dispose();
  });

  it('says when it no longer can', async () => {
    const followed = new FollowedComparison(await compare());
    connection.goOffline();
    expect(followed.state.current.kind).toBe('resuming');
    connection.goOnline();
    connection.foreignDeleteBucket('b');
    await eventually(() => expect(followed.state.current.kind).toBe('ended'));
    followed.dispose();
  });
});

describe('copying from side to side', () => {
  it('makes keys what they are on the other side', async () => {
    put('a', 'new', 'x');
    put('a', 'changed', 'ours');
    put('b', 'changed', 'theirs');
    put('b', 'only', 'x');
    put('a', 'again', 'x');
    connection.foreignMark('b', 'again', 'DEL');
    const comparison = await compare();
    const keys = ['again', 'changed', 'new', 'only'];
    const plan = planCopy(comparison, keys, toRight);
    expect(plan).toMatchObject({ creates: 2, replaces: 1, deletes: 1, bytes: 6 });
    const result = await runCopy(plan, { signal });
    expect(result).toMatchObject({ left: 0, done: { count: 4 } });
    expect(shown(await compare())).toMatchObject({ different: [], left: [], right: [] });
    expect(connection.foreignGet('b', 'changed')).toBe('ours');
  });

  it('leaves alone what has changed since on either side', async () => {
    put('a', 'there', 'ours');
    put('b', 'there', 'theirs');
    put('a', 'source', 'ours');
    put('a', 'created', 'ours');
    const plan = planCopy(await compare(), ['there', 'source', 'created'], toRight);
    put('b', 'there', 'newer');
    put('a', 'source', 'newer');
    put('b', 'created', 'newer');
    const { skipped, done } = await runCopy(plan, { signal });
    expect([done.count, skipped.count]).toEqual([0, 3]);
    expect(connection.foreignGet('b', 'there')).toBe('newer');
    expect(connection.foreignGet('b', 'created')).toBe('newer');
  });

  it('writes to no other bucket of the name, and nowhere where it may not', async () => {
    put('a', 'k', 'x');
    const plan = planCopy(await compare(), ['k'], toRight);
    connection.failNext('put', new KvError('readOnly', 'the connection is read-only'));
    expect((await runCopy(plan, { signal })).stoppedBy?.kind).toBe('readOnly');
    connection.foreignDeleteBucket('b');
    await new Promise((resolve) => setTimeout(resolve, 2));
    await connection.createBucket({ name: 'b' });
    const result = await runCopy(plan, { signal });
    expect([result.done.count, result.refused.count]).toEqual([0, 1]);
  });

  it('deletes nothing that the other side has by now', async () => {
    put('b', 'k', 'x');
    const plan = planCopy(await compare(), ['k'], toRight);
    expect(plan.deletes).toBe(1);
    put('a', 'k', 'y');
    const { done, skipped } = await runCopy(plan, { signal });
    expect([done.count, skipped.count]).toEqual([0, 1]);
    expect(connection.foreignGet('b', 'k')).toBe('x');
  });

  it('takes nothing from another bucket of the name, whatever its revisions', async () => {
    const makeAnew = async (value: string): Promise<void> => {
      connection.foreignDeleteBucket('a');
      await new Promise((resolve) => setTimeout(resolve, 2));
      await connection.createBucket({ name: 'a' });
      put('a', 'k', value);
    };
    put('b', 'only', 'x');
    put('a', 'k', 'x');
    const plan = planCopy(await compare(), ['k', 'only'], toRight);
    await makeAnew('another');
    const result = await runCopy(plan, { signal });
    expect([result.done.count, result.refused.count]).toEqual([0, 2]);
    expect(result.refused.rows[0]?.outcome.error.message).toContain('made again');
    expect(connection.foreignGet('b', 'k')).toBeUndefined();
    expect(connection.foreignGet('b', 'only')).toBe('x');
  });

  it('looks at the bucket once for many keys', async () => {
    for (let at = 0; at < 500; at++) {
      put('a', `k${at}`, 'x');
    }
    const comparison = await compare();
    const plan = planCopy(comparison, comparison.keysIn('left'), toRight);
    let looks = 0;
    const look = connection.bucketStatus.bind(connection);
    connection.bucketStatus = (...all) => {
      looks++;
      return look(...all);
    };
    expect((await runCopy(plan, { signal })).done.count).toBe(500);
    expect(looks).toBeLessThan(100);
  });

  it('is undone key by key, but for what was written since', async () => {
    put('a', 'new', 'x');
    put('a', 'changed', 'ours');
    put('b', 'changed', 'theirs');
    put('b', 'only', 'kept');
    put('a', 'later', 'ours');
    put('b', 'later', 'theirs');
    const comparison = await compare();
    const plan = planCopy(comparison, ['changed', 'later', 'new', 'only'], toRight);
    const result = await runCopy(plan, { signal });
    expect(connection.foreignGet('b', 'only')).toBeUndefined();
    put('b', 'later', 'by somebody else');
    const undone = await undoCopy({ plan, result }, { signal });
    expect([undone.planned, undone.done.count]).toEqual([4, 3]);
    const values = ['new', 'changed', 'only', 'later'].map((key) =>
      connection.foreignGet('b', key),
    );
    expect(values).toEqual([undefined, 'theirs', 'kept', 'by somebody else']);
  });

  it('undoes nothing in another bucket of the name', async () => {
    put('a', 'k', 'ours');
    const plan = planCopy(await compare(), ['k'], toRight);
    const result = await runCopy(plan, { signal });
    connection.foreignDeleteBucket('b');
    await new Promise((resolve) => setTimeout(resolve, 2));
    await connection.createBucket({ name: 'b' });
    put('b', 'k', 'another');
    const undone = await undoCopy({ plan, result }, { signal });
    expect([undone.done.count, undone.refused.count]).toEqual([0, 1]);
    expect(connection.foreignGet('b', 'k')).toBe('another');
  });

  it('takes nothing to what cannot be written', async () => {
    put('a', 'k', 'x');
    put('a', 'k', 'y');
    const moment = { kind: 'revision', revision: 1 } as const;
    const comparison = await compare({}, { bucket: 'a' }, { bucket: 'a', moment });
    expect(() => planCopy(comparison, ['k'], toRight)).toThrow(/cannot be written/);
  });
});
