import { beforeEach, describe, expect, it } from 'vitest';
import { KvError } from '../../../src/kv/model/errors';
import { runBulk, type BulkAct, type BulkTarget } from '../../../src/kv/operations/bulk';
import { bytes, text } from '../contract/harness';
import { FakeKvConnection } from '../fakeKvConnection';

let connection: FakeKvConnection;
let abort: AbortController;

beforeEach(async () => {
  connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b', history: 5 });
  abort = new AbortController();
});

function target(key: string, revision: number): BulkTarget {
  return { connection, bucket: 'b', key, revision };
}

function run(
  targets: readonly BulkTarget[],
  act: () => BulkAct = () => ({ kind: 'put', value: bytes('new') }),
  onProgress?: (done: number) => void,
) {
  return runBulk(targets, { act, signal: abort.signal, ...(onProgress && { onProgress }) });
}

async function value(key: string): Promise<string> {
  const entry = await connection.get('b', key);
  return entry?.operation === 'PUT' ? text(entry.value) : (entry?.operation ?? 'nothing');
}

describe('runBulk', () => {
  it('writes each key, and tells the outcomes in the order of the plan', async () => {
    const keys = Array.from({ length: 20 }, (_, at) => `k${at}`);
    const targets = keys.map((key) => target(key, connection.foreignPut('b', key, 'old')));
    const progress: number[] = [];

    const outcomes = await run(targets, undefined, (done) => progress.push(done));

    expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
    expect(await Promise.all(keys.map(value))).toEqual(keys.map(() => 'new'));
    expect(progress).toEqual(keys.map((_, at) => at + 1));
  });

  it('leaves alone what is another revision than the plan has seen, or gone', async () => {
    const changed = target('changed', connection.foreignPut('b', 'changed', 'old'));
    const gone = target('gone', connection.foreignPut('b', 'gone', 'old'));
    connection.foreignPut('b', 'changed', 'newer');
    connection.foreignMark('b', 'gone', 'DEL');

    expect(await run([changed, gone])).toEqual([
      { kind: 'skipped', why: 'changed' },
      { kind: 'skipped', why: 'gone' },
    ]);
    expect([await value('changed'), await value('gone')]).toEqual(['newer', 'DEL']);
  });

  it('does not write over what came between reading and writing', async () => {
    const revision = connection.foreignPut('b', 'key', 'old');
    const act = (): BulkAct => {
      connection.foreignPut('b', 'key', 'theirs');
      return { kind: 'put', value: bytes('ours') };
    };

    expect(await run([target('key', revision)], act)).toEqual([
      { kind: 'skipped', why: 'changed' },
    ]);
    expect(await value('key')).toBe('theirs');
  });

  it('keeps the headers that the writers gave a value', async () => {
    const headers = [['Trace', '7']] as const;
    await connection.put('b', 'key', bytes('old'), { expected: 0, headers });

    await run([target('key', 1)]);

    expect(await connection.get('b', 'key')).toMatchObject({ headers, revision: 2 });
  });

  it('deletes and purges too', async () => {
    const targets = ['a', 'c'].map((key) => target(key, connection.foreignPut('b', key, 'old')));
    await run(targets.slice(0, 1), () => ({ kind: 'delete' }));
    await run(targets.slice(1), () => ({ kind: 'purge' }));
    expect([await value('a'), await value('c')]).toEqual(['DEL', 'PURGE']);
  });

  it('goes on after a key that is refused, and tells why', async () => {
    const targets = ['a', 'c'].map((key) => target(key, connection.foreignPut('b', key, 'old')));
    const denied = new KvError('denied', 'no');
    connection.failNext('put', denied);

    const outcomes = await run(targets);

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
    expect(outcomes).toContainEqual({ kind: 'refused', error: denied });
  });

  it('begins with no other key once it is cancelled, and says which were left out', async () => {
    const keys = Array.from({ length: 30 }, (_, at) => `k${at}`);
    const targets = keys.map((key) => target(key, connection.foreignPut('b', key, 'old')));

    const outcomes = await run(targets, undefined, () => abort.abort());

    const done = outcomes.filter(({ kind }) => kind === 'done').length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(30);
    expect(
      outcomes.filter((each) => each.kind === 'skipped' && each.why === 'cancelled'),
    ).toHaveLength(30 - done);
    const values = await Promise.all(keys.map(value));
    expect(values.filter((each) => each === 'new')).toHaveLength(done);
  });

  it('tells what it left because there was nothing to do', async () => {
    const revision = connection.foreignPut('b', 'key', 'old');
    const outcomes = await run([target('key', revision)], () => ({
      kind: 'leave',
      reason: 'same',
    }));
    expect(outcomes).toEqual([{ kind: 'skipped', why: 'left', reason: 'same' }]);
    expect(await value('key')).toBe('old');
  });
});
