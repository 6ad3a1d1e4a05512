import { beforeEach, describe, expect, it } from 'vitest';
import type { CleanRequest } from '../../../src/kv/clean/cleanRequest';
import { planClean, type CleanPlan } from '../../../src/kv/clean/planClean';
import { runClean, undoClean } from '../../../src/kv/clean/runClean';
import { KvError } from '../../../src/kv/model/errors';
import { isRuleProblem, parseRule } from '../../../src/kv/rules/parseRule';
import type { Rule } from '../../../src/kv/rules/rule';
import { expectKind, listAll } from '../contract/harness';
import { FakeKvConnection } from '../fakeKvConnection';

let connection: FakeKvConnection;
let clock: number;
let abort: AbortController;

beforeEach(async () => {
  clock = 1_000_000;
  connection = new FakeKvConnection({ now: () => clock });
  await connection.createBucket({ name: 'b', history: 3 });
  abort = new AbortController();
});

function plan(request: CleanRequest, bucket = 'b'): Promise<CleanPlan> {
  return planClean(connection, bucket, request, { signal: abort.signal, now: () => clock });
}

function run(of: CleanPlan) {
  return runClean(of, { signal: abort.signal });
}

function rule(condition: string): Rule {
  const parsed = parseRule(condition);
  if (isRuleProblem(parsed)) {
    throw new Error(parsed.problem);
  }
  return parsed;
}

function planned({ targets }: CleanPlan): string[] {
  return targets
    .first(Infinity)
    .map(({ key }) => key)
    .sort();
}

/** What is stored, oldest first. */
async function stored(): Promise<string[]> {
  const all = await listAll(connection, 'b', { history: true });
  return all.map(({ key, operation, revision }) => `${operation} ${key} ${revision}`);
}

function put(key: string, value = 'x'): number {
  return connection.foreignPut('b', key, value);
}

describe('compacting', () => {
  it('removes old markers with their history, and leaves young ones', async () => {
    put('gone');
    connection.foreignMark('b', 'gone', 'DEL');
    connection.foreignMark('b', 'purged', 'PURGE');
    put('kept');
    clock += 60_000;
    connection.foreignMark('b', 'young', 'DEL');

    const found = await plan({ kind: 'compact', olderThanMs: 30_000 });
    expect(planned(found)).toEqual(['gone', 'purged']);
    expect(found.youngMarkers).toBe(1);
    expect(await stored()).toHaveLength(5);

    const result = await run(found);
    expect(result).toMatchObject({ removed: 3, left: 0, done: { count: 2 } });
    expect(await stored()).toEqual(['PUT kept 4', 'DEL young 5']);
  });

  it('leaves what was put over a marker meanwhile, and says that nothing was left to do', async () => {
    await connection.createBucket({ name: 'one' });
    connection.foreignMark('one', 'key', 'DEL');
    const found = await plan({ kind: 'compact', olderThanMs: 0 }, 'one');
    connection.foreignPut('one', 'key', 'theirs');

    const { done, skipped } = await run(found);
    expect([done.count, skipped.rows[0]?.outcome]).toEqual([0, { kind: 'skipped', why: 'gone' }]);
    expect(connection.foreignGet('one', 'key')).toBe('theirs');
  });
});

describe('purging all keys', () => {
  it('takes the histories of deleted keys too, and leaves markers', async () => {
    put('a');
    put('a');
    put('b');
    connection.foreignMark('b', 'b', 'DEL');
    connection.foreignMark('b', 'c', 'PURGE');

    const found = await plan({ kind: 'purgeAll' });
    expect(planned(found)).toEqual(['a', 'b']);
    await run(found);
    const operations = (await stored()).map((row) => row.replace(/ \d+$/, ''));
    expect(operations.sort()).toEqual(['PURGE a', 'PURGE b', 'PURGE c']);
  });
});

describe('trimming histories', () => {
  it('keeps the last revisions of each key, and all that came after the plan', async () => {
    for (const value of ['1', '22', '333']) {
      put('long', value);
    }
    put('short');

    const found = await plan({ kind: 'trim', keep: 1 });
    expect(found.targets.first(9)).toMatchObject([
      { key: 'long', revision: 3, before: 3, messages: 2, size: 3 },
    ]);
    put('long', 'theirs');
    const result = await run(found);
    // The bucket keeps three, so that the first was gone by then.
    expect(result.removed).toBe(1);
    expect(await stored()).toEqual(['PUT long 3', 'PUT short 4', 'PUT long 5']);
  });

  it('lists nothing in a bucket that keeps no more', async () => {
    put('key');
    const found = await plan({ kind: 'trim', keep: 3 });
    expect(found.targets.count).toBe(0);
    expect(connection.calls).not.toContain('list');
  });
});

describe('deleting what matches', () => {
  it('goes by the pattern, and leaves what was changed since', async () => {
    for (const key of ['orders.eu.1', 'orders.eu.2', 'orders.us.1', 'gone.1']) {
      put(key);
    }
    connection.foreignMark('b', 'gone.1', 'DEL');
    const found = await plan({ kind: 'delete', pattern: 'orders.eu.*' });
    expect(planned(found)).toEqual(['orders.eu.1', 'orders.eu.2']);
    put('orders.eu.1', 'theirs');

    const { done, skipped } = await run(found);
    expect(done.rows.map(({ key }) => key)).toEqual(['orders.eu.2']);
    expect(skipped.rows).toMatchObject([
      { key: 'orders.eu.1', outcome: { kind: 'skipped', why: 'changed' } },
    ]);
    expect(connection.foreignGet('b', 'orders.eu.1')).toBe('theirs');
  });

  it('goes by values where the rule asks for them', async () => {
    put('a', '{"status":"done"}');
    put('b', '{"status":"open"}');
    put('c', 'no JSON');
    const found = await plan({
      kind: 'delete',
      pattern: '>',
      rule: rule('value.status == "done"'),
    });
    expect([planned(found), found.read]).toEqual([['a'], 3]);
  });

  it('reads no value for what a listing tells', async () => {
    put('old');
    clock += 31 * 86_400_000;
    put('young');
    const found = await plan({ kind: 'delete', pattern: '>', rule: rule('age > 30d') });
    expect([planned(found), found.read]).toEqual([['old'], 0]);
    expect(connection.calls).not.toContain('getMany');
  });

  it('is undone from the history, but for what was written since', async () => {
    put('a', 'first');
    put('b', 'second');
    const found = await plan({ kind: 'delete', pattern: '>' });
    const result = await run(found);
    expect([connection.foreignGet('b', 'a'), result.hasMarkers]).toEqual([undefined, true]);
    put('b', 'theirs');

    const undone = await undoClean({ plan: found, result }, { signal: abort.signal });
    expect([undone.done.count, undone.skipped.count]).toEqual([1, 1]);
    expect(connection.foreignGet('b', 'a')).toBe('first');
    expect(connection.foreignGet('b', 'b')).toBe('theirs');
  });
});

describe('a plan', () => {
  it('is not made where it cannot be carried out', async () => {
    connection.foreignMirror('copy', 'b');
    await expectKind('unsupported', plan({ kind: 'purgeAll' }, 'copy'));
    connection.foreignUpdateBucket('b', { stream: { deny_purge: true } });
    await expectKind('unsupported', plan({ kind: 'trim', keep: 1 }));
    await plan({ kind: 'delete', pattern: '>' });
    connection.foreignUpdateBucket('b', { stream: { sealed: true } });
    await expectKind('unsupported', plan({ kind: 'delete', pattern: '>' }));
  });

  it('leaves a bucket alone that was made again, whatever its revisions are', async () => {
    const revision = put('key');
    const found = await plan({ kind: 'delete', pattern: '>' });
    connection.foreignDeleteBucket('b');
    connection.foreignCreateBucket({ name: 'b', history: 3 });
    expect(put('key', 'theirs')).toBe(revision);

    const { refused } = await run(found);
    expect(refused.rows[0]?.outcome.error.kind).toBe('notFound');
    expect(connection.foreignGet('b', 'key')).toBe('theirs');
  });

  it('goes on when the link comes back, and finds out what was under way', async () => {
    for (let at = 0; at < 300; at++) {
      put(`k${at}`);
    }
    const found = await plan({ kind: 'delete', pattern: '>' });
    connection.loseNextWrite('after');
    let told = 0;
    const running = runClean(found, {
      signal: abort.signal,
      onProgress(done) {
        told = done;
        if (done === 100) {
          connection.goOffline();
          setImmediate(() => connection.goOnline());
        }
      },
    });
    const result = await running;
    expect(result).toMatchObject({ left: 0, done: { count: 300 }, unknown: { count: 0 } });
    expect(told).toBe(300);
    expect((await listAll(connection, 'b')).every(({ operation }) => operation === 'DEL')).toBe(
      true,
    );
  });

  it('says what is not known when it is cancelled while the link is down', async () => {
    put('key');
    const found = await plan({ kind: 'delete', pattern: '>' });
    connection.loseNextWrite('after');
    const running = runClean(found, { signal: abort.signal });
    connection.goOffline();
    // It waits for the link.
    await new Promise(setImmediate);
    abort.abort();
    const { unknown, left } = await running;
    expect(unknown.count + left).toBe(1);
  });

  it('does not call done what may have been overwritten', async () => {
    await connection.createBucket({ name: 'one' });
    connection.foreignPut('one', 'key', 'old');
    const found = await plan({ kind: 'delete', pattern: '>' }, 'one');
    connection.loseNextWrite('after');
    const get = connection.get.bind(connection);
    connection.get = (...args) => {
      connection.foreignPut('one', 'key', 'theirs');
      return get(...args);
    };
    const { unknown } = await run(found);
    expect(unknown.rows).toMatchObject([{ key: 'key', revision: 1 }]);
  });

  it('stops at once where nothing can be written, and counts what is left', async () => {
    for (let at = 0; at < 1000; at++) {
      put(`k${at}`);
    }
    const found = await plan({ kind: 'delete', pattern: '>' });
    connection.failNext('delete', new KvError('readOnly', 'locked'));
    const result = await run(found);
    expect(result.stoppedBy?.kind).toBe('readOnly');
    expect(result.left).toBeGreaterThan(500);
    const { done, refused, skipped } = result;
    expect(done.count + refused.count + skipped.count + result.left).toBe(1000);
    const alive = (await listAll(connection, 'b')).filter(({ operation }) => operation === 'PUT');
    expect(alive).toHaveLength(1000 - done.count);
  });

  it('begins with no other key once it is cancelled', async () => {
    for (let at = 0; at < 1000; at++) {
      put(`k${at}`);
    }
    const found = await plan({ kind: 'delete', pattern: '>' });
    const result = await runClean(found, { signal: abort.signal, onProgress: () => abort.abort() });
    expect(result.left).toBeGreaterThan(500);
    expect(result.done.count + result.left).toBe(1000);
  });

  it('removes again what it does not know to be removed', async () => {
    put('key');
    connection.foreignMark('b', 'key', 'DEL');
    const found = await plan({ kind: 'compact', olderThanMs: 0 });
    const trim = connection.trim.bind(connection);
    let isFirst = true;
    connection.trim = async (...args) => {
      const removed = await trim(...args);
      if (isFirst) {
        isFirst = false;
        throw new KvError('timeout', 'no answer');
      }
      return removed;
    };
    const { done, skipped } = await run(found);
    expect([done.count, skipped.count]).toEqual([1, 0]);
    expect(await stored()).toEqual([]);
  });

  it('keeps the values byte by byte that it puts back', async () => {
    const value = new Uint8Array([0, 255, 10]);
    connection.foreignPut('b', 'raw', value);
    const found = await plan({ kind: 'delete', pattern: '>' });
    const result = await run(found);
    await undoClean({ plan: found, result }, { signal: abort.signal });
    const entry = await connection.get('b', 'raw');
    expect(entry?.value).toEqual(value);
  });
});
