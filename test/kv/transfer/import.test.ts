import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KvError } from '../../../src/kv/model/errors';
import { NdjsonSource } from '../../../src/kv/transfer/formats/ndjson';
import { readJsonMap, TextSource } from '../../../src/kv/transfer/formats/maps';
import type { ImportOptions } from '../../../src/kv/transfer/importOptions';
import { KeyTable } from '../../../src/kv/transfer/keyTable';
import { planImport } from '../../../src/kv/transfer/planImport';
import { runExport } from '../../../src/kv/transfer/runExport';
import { runImport } from '../../../src/kv/transfer/runImport';
import { plainEntry, type TransferSource } from '../../../src/kv/transfer/source';
import { WriteLock } from '../../../src/kv/session/writeLock';
import { FakeKvConnection } from '../fakeKvConnection';
import {
  differences,
  exportTo,
  importAll,
  overwrite,
  signal,
  tempFiles,
  verified,
} from './transferBench';

describe('an import', () => {
  it.for<[ImportOptions['mode'], Record<string, string>]>([
    ['skip', { old: 'theirs', same: 'x', new: 'new', other: 'o' }],
    ['overwrite', { old: 'mine', same: 'x', new: 'new', other: 'o' }],
    ['mirror', { old: 'mine', same: 'x', new: 'new' }],
    ['create', { old: 'theirs', same: 'x', other: 'o' }],
  ])('by %s leaves what it should', async ([mode, expected]) => {
    const connection = await bucketWith({ old: 'theirs', same: 'x', other: 'o' });
    const source = await mapSource({ old: 'mine', same: 'x', new: 'new' });
    const options = { ...overwrite, mode };
    const plan = await planImport(connection, 'b', source, options, { signal });
    if (mode === 'create') {
      expect(plan.left.rows.map(({ key }) => key)).toEqual(['old']);
    } else {
      expect((await runImport(plan, { signal })).isWhole).toBe(true);
    }
    expect(await valuesIn(connection)).toEqual(expected);
    expect(plan.same.rows.map(({ key }) => key)).toEqual(['same']);
  });

  it('writes over nothing that was written after its plan, and says so', async () => {
    const connection = await bucketWith({ a: '1', b: '1' });
    const source = await mapSource({ a: 'mine', b: 'mine', c: 'mine' });
    const plan = await planImport(connection, 'b', source, overwrite, { signal });
    connection.foreignPut('b', 'a', 'theirs');
    connection.foreignPut('b', 'c', 'theirs');
    const result = await runImport(plan, { signal });
    expect(result.skipped.rows.map(({ key, outcome }) => [key, outcome.why])).toEqual([
      ['a', 'changed'],
      ['c', 'changed'],
    ]);
    expect(await valuesIn(connection)).toEqual({ a: 'theirs', b: 'mine', c: 'theirs' });
    const found = await verified(connection, 'b', source);
    expect(differences(found)['value']?.map(({ key }) => key)).toEqual(['a', 'c']);
  });

  it('writes nothing to a bucket that was made again after its plan', async () => {
    const connection = await bucketWith({ a: '1' });
    const source = await mapSource({ a: 'mine', n: 'mine' });
    const plan = await planImport(connection, 'b', source, overwrite, { signal });
    connection.foreignDeleteBucket('b');
    await new Promise((resolve) => setTimeout(resolve, 2));
    connection.foreignCreateBucket({ name: 'b' });
    const result = await runImport(plan, { signal });
    expect(result.done.count).toBe(0);
    expect(await valuesIn(connection)).toEqual({});
  });

  it('is refused as a whole where nothing can be written', async () => {
    const writeLock = new WriteLock(true);
    const connection = new FakeKvConnection({ writeLock });
    connection.foreignCreateBucket({ name: 'b' });
    const source = await mapSource({ a: '1', b: '1' });
    const { plan, result } = await importAll(connection, 'b', source);
    expect(plan.created.count).toBe(2);
    expect(result.stoppedBy?.kind).toBe('readOnly');
    expect([result.done.count, result.position]).toEqual([0, 0]);
  });

  it('tells in its plan what the bucket cannot take, and writes the rest', async () => {
    const connection = new FakeKvConnection();
    await connection.createBucket({ name: 'b', maxValueSize: 100 });
    const source = await mapSource({ 'a b': '1', large: 'x'.repeat(200), good: '1' });
    const { plan, result } = await importAll(connection, 'b', source);
    expect(plan.refused.rows.map(({ key, line, detail }) => [key, line, detail])).toEqual([
      ['a b', 2, expect.stringContaining('spaces') as unknown],
      ['large', 3, expect.stringContaining('200 bytes') as unknown],
    ]);
    expect(result.done.rows.map(({ key }) => key)).toEqual(['good']);
  });

  it('refuses a key that a map has twice, and keys that get one name', async () => {
    const connection = await bucketWith({});
    const { files, folder } = await tempFiles();
    await writeFile(join(folder, 'map'), '{\n"A": 1,\n"A": 2,\n"a": 3}');
    const source = new TextSource(files, 'map', readJsonMap(false));
    const options = { ...overwrite, mapping: { letters: 'lower' } } as const;
    const plan = await planImport(connection, 'b', source, options, { signal });
    expect(plan.refused.rows.map(({ line }) => line)).toEqual([3, 4]);
  });

  it('deletes nothing for a source that was cut off', async () => {
    const connection = await bucketWith({ a: '1', lost: '1' });
    const { files, folder } = await tempFiles();
    const lines = ['{"format":"nats-kv-export","version":1}', '{"key":"a","value":"2"}', ''];
    await writeFile(join(folder, 'cut'), lines.join('\n'));
    const source = new NdjsonSource(files, 'cut');
    const { plan, result } = await importAll(connection, 'b', source, {
      ...overwrite,
      mode: 'mirror',
    });
    expect([plan.unreadable, plan.mirrored.count]).toEqual([1, 0]);
    expect([result.isWhole, result.stoppedBy?.kind]).toEqual([false, 'invalidConfig']);
    expect(await valuesIn(connection)).toEqual({ a: '2', lost: '1' });
  });

  it('writes no second value of a key whose first cannot be written', async () => {
    const connection = new FakeKvConnection();
    await connection.createBucket({ name: 'b', maxValueSize: 100 });
    const { files, folder } = await tempFiles();
    await writeFile(join(folder, 'map'), `{"a": "${'x'.repeat(200)}", "a": "small"}`);
    const source = new TextSource(files, 'map', readJsonMap(false));
    const { plan, result } = await importAll(connection, 'b', source);
    expect([plan.refused.count, result.refused.count]).toEqual([2, 2]);
    expect(await valuesIn(connection)).toEqual({});
  });

  it('believes no copy of the bucket that is behind', async () => {
    const connection = await bucketWith({ a: 'mine', b: 'old' });
    const source = await mapSource({ a: 'mine', b: 'mine' });
    connection.lagBehind();
    connection.foreignPut('b', 'a', 'theirs');
    const { plan } = await importAll(connection, 'b', source);
    expect(plan.overwritten.rows.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(await valuesIn(connection)).toEqual({ a: 'mine', b: 'mine' });
    expect(differences(await verified(connection, 'b', source))).toEqual({});
  });

  it('is verified key by key where its source loses one meanwhile, which is told', async () => {
    const connection = await bucketWith({ a: 'other', b: 'mine' });
    let rest = ['lost', 'a', 'b'];
    const source: TransferSource = {
      repeats: true,
      async *read() {
        const keys = rest;
        rest = ['a', 'b'];
        yield await Promise.resolve(keys.map((key) => plainEntry(key, Buffer.from('mine'))));
      },
      fingerprint: () => Promise.resolve(''),
    };
    const found = await verified(connection, 'b', source);
    expect(differences(found)).toEqual({
      value: [{ key: 'a' }],
      unreadable: [{ key: '', detail: 'the source was changed while it was compared' }],
    });
    expect(found.same).toBe(1);
  });

  it('does not begin when its file was changed after the plan', async () => {
    const connection = await bucketWith({});
    const { files, folder } = await tempFiles();
    await writeFile(join(folder, 'map'), '{"a": 1}');
    const source = new TextSource(files, 'map', readJsonMap(false));
    const plan = await planImport(connection, 'b', source, overwrite, { signal });
    await writeFile(join(folder, 'map'), '{"a": 1, "b": 2}');
    const result = await runImport(plan, { signal });
    expect(result.stoppedBy?.message).toContain('changed');
    expect(await valuesIn(connection)).toEqual({});
  });

  it('stops where it is cancelled, and goes on there', async () => {
    const keys = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, 'x']));
    const connection = await bucketWith({});
    const source = await mapSource(keys);
    const abort = new AbortController();
    const plan = await planImport(connection, 'b', source, overwrite, { signal });
    const first = await runImport(plan, {
      signal: abort.signal,
      inFlight: 4,
      onProgress: (done) => done === 20 && abort.abort(),
    });
    expect(first.isWhole).toBe(false);
    expect(first.done.count).toBeLessThan(50);
    expect(first.position).toBeLessThanOrEqual(first.done.count);
    const { lastRevision: planned, created: bucketCreated } = plan.status;
    const resumed = { position: first.position, planned, bucketCreated };
    const rest = await planImport(connection, 'b', source, overwrite, { signal, resumed });
    expect(rest.created.count).toBe(50 - first.done.count);
    expect((await runImport(rest, { signal })).isWhole).toBe(true);
    expect(await valuesIn(connection)).toEqual(keys);
  });

  it('keeps what was deleted deleted, and drops TTLs where that is asked', async () => {
    const connection = new FakeKvConnection();
    await connection.createBucket({ name: 'b', markerTtl: 60_000 });
    await connection.put('b', 'a', Buffer.from('1'), {
      expected: 0,
      ttl: { kind: 'set', ttl: 3_600_000 },
    });
    const source = await mapSource({ a: '1' });
    const dropped = { ...overwrite, ttl: 'drop' } as const;
    const { result } = await importAll(connection, 'b', source, dropped);
    expect(result.done.count).toBe(1);
    expect((await connection.get('b', 'a'))?.ttl).toBeUndefined();
  });
});

describe('an export that fails', () => {
  it('leaves nothing behind', async () => {
    const connection = await bucketWith({ a: '1' });
    const { files, folder } = await tempFiles();
    for (const kind of ['ndjson', 'folder'] as const) {
      connection.failNext('read', new KvError('timeout', 'no answer'));
      const task = {
        connection,
        bucket: 'b',
        scope: {},
        form: { kind },
        files,
        path: 'out',
        signal,
      };
      await expect(runExport(task)).rejects.toThrow('no answer');
      await expect(runExport({ ...task, signal: AbortSignal.abort() })).rejects.toThrow();
    }
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('an export to a folder', () => {
  it('that fails waits for the files under way before it removes them', async () => {
    const connection = await bucketWith({ a: '1', b: '2' });
    const { files } = await tempFiles();
    const told: string[] = [];
    files.write = async (path) => {
      if (/[/]a[.]\w+$/.test(path)) {
        throw new Error('no room');
      }
      await new Promise(setImmediate);
      told.push('written');
    };
    files.create = () => {
      const close = () => Promise.resolve(void told.push('closed'));
      return Promise.resolve({ write: () => Promise.resolve(), close });
    };
    files.remove = () => Promise.resolve(void told.push('removed'));
    await expect(exportTo(connection, { kind: 'folder' }, files, 'out')).rejects.toThrow('no room');
    expect(told).toEqual(['written', 'closed', 'removed']);
  });
});

describe('a table of keys', () => {
  it('keeps revisions and marks of many keys while it grows', () => {
    const table = new KeyTable();
    const count = 20_000;
    for (let at = 0; at < count; at++) {
      table.set(`key.${at}`, at, at % 128);
    }
    for (let at = 0; at < count; at += 2) {
      table.set(`key.${at}`, at + 1, 5);
    }
    expect(table.has('key.20000')).toBe(false);
    for (let at = 0; at < count; at++) {
      const key = `key.${at}`;
      const expected = at % 2 === 0 ? [at + 1, 5] : [at, at % 128];
      expect([table.revisionOf(key), table.marksOf(key)]).toEqual(expected);
    }
  });
});

async function bucketWith(values: Record<string, string>): Promise<FakeKvConnection> {
  const connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b' });
  for (const [key, value] of Object.entries(values)) {
    connection.foreignPut('b', key, value);
  }
  return connection;
}

/** A map in a file, a key in each line from the second on. */
async function mapSource(values: Record<string, string>): Promise<TextSource> {
  const { files, folder } = await tempFiles();
  await writeFile(join(folder, 'map.json'), JSON.stringify(values, undefined, 1));
  return new TextSource(files, 'map.json', readJsonMap(false));
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
