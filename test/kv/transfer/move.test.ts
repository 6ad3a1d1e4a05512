import { describe, expect, it } from 'vitest';
import { KvError } from '../../../src/kv/model/errors';
import { BucketSource } from '../../../src/kv/transfer/bucketSource';
import type { ImportOptions } from '../../../src/kv/transfer/importOptions';
import { KeyTable } from '../../../src/kv/transfer/keyTable';
import { planImport } from '../../../src/kv/transfer/planImport';
import { runImport } from '../../../src/kv/transfer/runImport';
import { verifyMove } from '../../../src/kv/transfer/verifyMove';
import { FakeKvConnection } from '../fakeKvConnection';
import { signal } from './transferBench';

describe('a move of a prefix', () => {
  it('deletes each key at the revision that was copied, once its copy is stored', async () => {
    const connection = await bucketWith({ 'a.1': 'x', 'a.2': 'y', 'b.1': 'other' });
    const { plan, result, source } = await move(connection, 'a.', 'c.');
    expect([plan.created.count, result.done.count, result.isWhole]).toEqual([2, 2, true]);
    expect(await valuesIn(connection)).toEqual({ 'c.1': 'x', 'c.2': 'y', 'b.1': 'other' });
    const found = await verified(connection, source, result.moved);
    expect([found.same, found.changed.count, found.gone, found.left.count]).toEqual([2, 0, 0, 0]);
    connection.foreignPut('b', 'c.1', 'later');
    await connection.delete('b', 'c.2', { expected: 'any' });
    connection.foreignPut('b', 'a.9', 'new');
    const later = await verified(connection, source, result.moved);
    expect([later.same, later.gone]).toEqual([0, 1]);
    expect(later.changed.rows).toEqual([{ key: 'c.1' }]);
    expect(later.left.rows).toEqual([{ key: 'a.9' }]);
  });

  it('leaves what is changed beside it at both places, and tells it', async () => {
    const connection = await bucketWith({ 'a.1': 'x', 'a.2': 'y' });
    const put = connection.put.bind(connection);
    connection.put = async (bucket, key, ...rest) => {
      const outcome = await put(bucket, key, ...rest);
      if (key === 'c.1') {
        connection.foreignPut('b', 'a.1', 'theirs');
      }
      return outcome;
    };
    const { result } = await move(connection, 'a.', 'c.');
    expect(result.done.rows.map(({ key }) => key)).toEqual(['c.2']);
    expect(result.skipped.rows.map(({ key, outcome }) => [key, outcome.why])).toEqual([
      ['c.1', 'left'],
    ]);
    expect(await valuesIn(connection)).toEqual({ 'a.1': 'theirs', 'c.1': 'x', 'c.2': 'y' });
  });

  it('leaves keys whose new names are taken, by Skip', async () => {
    const connection = await bucketWith({ 'a.1': 'x', 'a.2': 'y', 'c.1': 'theirs' });
    const { result } = await move(connection, 'a.', 'c.');
    expect([result.done.count, result.kept]).toEqual([1, 1]);
    expect(await valuesIn(connection)).toEqual({ 'a.1': 'x', 'c.1': 'theirs', 'c.2': 'y' });
  });

  it('that came to copies only is brought to its end by another one', async () => {
    const connection = await bucketWith({
      'a.1': 'x',
      'a.2': 'y',
      'a.3': 'z',
      'c.1': 'x',
      'c.2': 'y',
    });
    const { plan, result } = await move(connection, 'a.', 'c.', () => {
      // What is found to be the same is looked at again before anything is deleted for it.
      connection.foreignPut('b', 'c.2', 'theirs');
    });
    expect([plan.same.count, plan.created.count]).toEqual([2, 1]);
    expect(result.done.rows.map(({ key }) => key).sort()).toEqual(['c.1', 'c.3']);
    expect(result.skipped.rows.map(({ key }) => key)).toEqual(['c.2']);
    expect(await valuesIn(connection)).toEqual({
      'a.2': 'y',
      'c.1': 'x',
      'c.2': 'theirs',
      'c.3': 'z',
    });
  });

  it('into a prefix of its own moves nothing twice', async () => {
    const connection = await bucketWith({ 'a.1': 'x', 'a.2': 'y' });
    const { result, source } = await move(connection, 'a.', 'a.old.');
    expect([result.done.count, result.skipped.rows]).toEqual([2, []]);
    expect(await valuesIn(connection)).toEqual({ 'a.old.1': 'x', 'a.old.2': 'y' });
    expect((await verified(connection, source, result.moved)).left.rows).toEqual([]);
  });

  it('stops where keys may not be deleted, with all values at one place at least', async () => {
    const connection = await bucketWith({ 'a.1': 'x', 'a.2': 'y' });
    connection.delete = () => Promise.reject(new KvError('readOnly', 'read-only'));
    const { result } = await move(connection, 'a.', 'c.');
    expect([result.done.count, result.isWhole]).toEqual([0, false]);
    expect(result.stoppedBy?.kind).toBe('readOnly');
    expect(await valuesIn(connection)).toMatchObject({ 'a.1': 'x', 'a.2': 'y' });
  });
});

async function move(
  connection: FakeKvConnection,
  strip: string,
  prefix: string,
  planned: () => void = () => undefined,
) {
  const status = await connection.bucketStatus('b');
  const scope = { filters: [`${strip}>`], liveOnly: true };
  const source = new BucketSource(() => Promise.resolve(connection), status, scope);
  const options: ImportOptions = { mode: 'skip', mapping: { strip, prefix }, ttl: 'rest' };
  const plan = await planImport(connection, 'b', source, options, { signal });
  planned();
  const from = { connection, bucket: 'b', bucketCreated: status.created };
  return { plan, source, result: await runImport(plan, { signal, from }) };
}

function verified(connection: FakeKvConnection, source: BucketSource, moved: KeyTable | undefined) {
  return verifyMove(connection, 'b', source, moved ?? new KeyTable(), signal);
}
async function bucketWith(values: Record<string, string>): Promise<FakeKvConnection> {
  const connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b' });
  for (const [key, value] of Object.entries(values)) {
    connection.foreignPut('b', key, value);
  }
  return connection;
}
async function valuesIn(connection: FakeKvConnection): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const batch of connection.read('b')) {
    for (const { key, operation, value } of batch) {
      if (operation === 'PUT') {
        found[key] = Buffer.from(value).toString();
      }
    }
  }
  return found;
}
