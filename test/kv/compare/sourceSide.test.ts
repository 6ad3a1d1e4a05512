import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { bucketSide } from '../../../src/kv/compare/bucketSide';
import { Comparison } from '../../../src/kv/compare/comparison';
import { plainRules, type CompareRules } from '../../../src/kv/compare/compareRules';
import type { CompareSide } from '../../../src/kv/compare/compareSide';
import { planCopy, runCopy } from '../../../src/kv/compare/copyPlan';
import type { PairState } from '../../../src/kv/compare/pairStates';
import { SourceSide, type SourceSideOptions } from '../../../src/kv/compare/sourceSide';
import { NodeFiles } from '../../../src/kv/transfer/nodeFiles';
import { readDotenv } from '../../../src/kv/transfer/formats/dotenv';
import { FolderSource } from '../../../src/kv/transfer/formats/folderSource';
import { readJsonMap, TextSource } from '../../../src/kv/transfer/formats/maps';
import { NdjsonSource } from '../../../src/kv/transfer/formats/ndjson';
import type { FileSource } from '../../../src/kv/transfer/source';
import { FakeKvConnection } from '../fakeKvConnection';
import { exportTo, signal, tempFiles } from '../transfer/transferBench';

const header = '{"format":"nats-kv-export","version":1}';
let connection: FakeKvConnection;
let folder: string;
let files: NodeFiles;

beforeEach(async () => {
  connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b', history: 5, markerTtl: 60_000 });
  ({ folder, files } = await tempFiles());
});

function put(key: string, value: string): number {
  return connection.foreignPut('b', key, value);
}

async function bucket(prefix = ''): Promise<CompareSide> {
  return bucketSide(connection, { connectionId: 'c', bucket: 'b', prefix }, signal);
}

async function compared(
  left: CompareSide,
  right: CompareSide,
  rules: Partial<CompareRules> = {},
): Promise<Comparison> {
  const comparison = new Comparison([left, right], { ...plainRules, ...rules });
  await comparison.run({ signal });
  return comparison;
}

function shown(comparison: Comparison): Partial<Record<PairState, readonly string[]>> {
  const states = ['different', 'left', 'right', 'same', 'unreadable'] as const;
  return Object.fromEntries(
    states
      .map((state) => [state, comparison.keysIn(state)] as const)
      .filter(([, keys]) => keys.length > 0),
  );
}

function sideOf(source: FileSource, options: Partial<SourceSideOptions> = {}): SourceSide {
  return new SourceSide(source, { name: 'the file', ...options });
}

const exported = (): FileSource => new NdjsonSource(files, 'b.ndjson');
const inFolder = (): FileSource => new FolderSource(files, 'b');
const map = (): FileSource => new TextSource(files, 'b.json', readJsonMap(false));

async function writeMap(values: Record<string, unknown>): Promise<void> {
  await writeFile(join(folder, 'b.json'), JSON.stringify(values));
}

describe('a side that is an export', () => {
  it.for<[string, () => FileSource, () => Promise<unknown>]>([
    ['NDJSON', exported, () => exportTo(connection, { kind: 'ndjson' }, files, 'b.ndjson')],
    ['a folder', inFolder, () => exportTo(connection, { kind: 'folder' }, files, 'b')],
  ])('as %s finds what has changed since, and what has not', async ([, source, write]) => {
    put('same', 'x');
    put('json', '{"a":1,"b":2}');
    put('odd ☃.key', 'a\u2028b');
    put('changed', 'then');
    put('deleted', 'x');
    connection.foreignMark('b', 'gone', 'DEL');
    await write();
    put('changed', 'now!');
    put('json', '{"b":2,"a":1.0}');
    put('new', '');
    connection.foreignMark('b', 'deleted', 'DEL');
    const expected = {
      different: ['changed'],
      left: ['deleted'],
      right: ['new'],
      same: ['json', 'odd ☃.key', 'same'],
    };
    expect(shown(await compared(sideOf(source()), await bucket()))).toEqual(expected);
    // Of a bucket of large values the values are read again by their places.
    const right = { ...wrapped(await bucket()), bringsValues: false };
    const again = await compared(sideOf(source()), right, { by: 'bytes' });
    expect(shown(again)).toMatchObject({ different: ['changed', 'json'] });
  });

  it('counts the last of several entries of a key', async () => {
    put('k', 'one');
    put('k', 'two');
    put('gone', 'x');
    connection.foreignMark('b', 'gone', 'DEL');
    await exportTo(connection, { kind: 'ndjson' }, files, 'b.ndjson', { history: true });
    const text = await readFile(join(folder, 'b.ndjson'), 'utf8');
    expect(text.match(/"key":"k"/g)).toHaveLength(2);
    expect(shown(await compared(sideOf(exported()), await bucket()))).toEqual({ same: ['k'] });
  });

  it('takes no key for absent that an entry which cannot be read may have', async () => {
    put('k', 'x');
    put('other', 'x');
    await writeFile(
      join(folder, 'b.ndjson'),
      [
        header,
        '{"key":"k","value":"x"}',
        '{"key":"known","base64":"%%"}',
        '{ what',
        '{"end":true,"entries":3}',
      ].join('\n'),
    );
    const side = sideOf(exported());
    const comparison = await compared(side, await bucket());
    expect(shown(comparison)).toEqual({ same: ['k'], unreadable: ['known', 'other'] });
    expect(side.problems.map(({ line }) => line)).toEqual([3, 4]);
    await expect(side.readLatest('known', signal)).rejects.toThrow('the value is not base64');
  });

  it('does not take an earlier entry of a key for its last one', async () => {
    put('k', 'x');
    const lines = ['{"key":"k","value":"x"}', '{"key":"k"}', '{"end":true,"entries":2}'];
    await writeFile(join(folder, 'b.ndjson'), [header, ...lines].join('\n'));
    for (const by of ['size', 'bytes', 'meaning'] as const) {
      const comparison = await compared(sideOf(exported()), await bucket(), { by });
      expect(shown(comparison)).toEqual({ unreadable: ['k'] });
    }
  });

  it('is no longer read once its file is another one', async () => {
    put('k', 'x');
    await exportTo(connection, { kind: 'ndjson' }, files, 'b.ndjson');
    const side = sideOf(exported());
    for await (const batch of side.list({ signal })) {
      expect(batch.length).toBeLessThan(2);
    }
    expect(await side.hasChanged()).toBe(false);
    const text = await readFile(join(folder, 'b.ndjson'), 'utf8');
    await writeFile(join(folder, 'b.ndjson'), text.replace('"value":"x"', '"value":"y"'));
    await expect(side.readLatest('k', signal)).rejects.toThrow('the file was changed since');
    await writeFile(join(folder, 'b.ndjson'), header);
    await expect(side.readLatest('k', signal)).rejects.toThrow('compare again');
    expect(await side.hasChanged()).toBe(true);
  });

  it('is not listed to its end when it is changed meanwhile', async () => {
    put('k', 'x');
    await exportTo(connection, { kind: 'ndjson' }, files, 'b.ndjson');
    const source = exported();
    const side = sideOf({
      repeats: true,
      fingerprint: () => source.fingerprint(),
      readAgain: (...all) => source.readAgain(...all),
      read: async function* (of) {
        yield* source.read(of);
        await appendFile(join(folder, 'b.ndjson'), '\n');
      },
    });
    await expect(compared(side, await bucket())).rejects.toThrow('while it was read');
  });
});

describe('a side that is a folder of the workspace', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'b', 'app'), { recursive: true });
    await writeFile(join(folder, 'b', 'app', 'port.json'), '80');
    await writeFile(join(folder, 'b', 'app', 'name.txt'), 'shop');
  });

  it('is compared with the keys below a prefix', async () => {
    put('prod.app.port', '80');
    put('prod.app.name', 'old');
    put('test.app.port', '1');
    expect(shown(await compared(sideOf(inFolder()), await bucket('prod.')))).toEqual({
      different: ['app.name'],
      same: ['app.port'],
    });
    const part = sideOf(inFolder(), { prefix: 'app.' });
    expect(shown(await compared(part, await bucket('prod.app.')))).toEqual({
      different: ['name'],
      same: ['port'],
    });
  });

  it('tells of the file that has changed, by the keys of no other', async () => {
    put('app.port', '81');
    put('app.name', 'old');
    const comparison = await compared(sideOf(inFolder()), await bucket());
    await writeFile(join(folder, 'b', 'app', 'port.json'), '82');
    const all = ['app.name', 'app.port'];
    const places = all.map((key) => comparison.table.find(key) ?? -1);
    await comparison.update(places, signal);
    expect(shown(comparison)).toEqual({ different: ['app.name'], unreadable: ['app.port'] });
    await rm(join(folder, 'b', 'app', 'name.txt'));
    await comparison.update(places, signal);
    expect(shown(comparison)).toEqual({ unreadable: all });
  });

  it('is copied to a bucket by compare-and-swap, and takes nothing that is another by now', async () => {
    put('app.name', 'old');
    const comparison = await compared(sideOf(inFolder()), await bucket());
    await writeFile(join(folder, 'b', 'app', 'port.json'), '82');
    const plan = planCopy(comparison, ['app.name', 'app.port'], { from: 0, to: 1 });
    const result = await runCopy(plan, { signal });
    expect([result.done.count, result.skipped.count + result.refused.count]).toEqual([1, 1]);
    const entry = await connection.get('b', 'app.name');
    expect(Buffer.from(entry?.value ?? []).toString()).toBe('shop');
    expect(() => planCopy(comparison, ['app.name'], { from: 1, to: 0 })).toThrow(
      'cannot be written',
    );
  });

  it('deletes nothing for a file that has come since', async () => {
    put('app.name', 'shop');
    put('app.later', 'x');
    const comparison = await compared(sideOf(inFolder()), await bucket());
    const plan = planCopy(comparison, ['app.later'], { from: 0, to: 1 });
    expect(plan.deletes).toBe(1);
    await writeFile(join(folder, 'b', 'app', 'later.txt'), 'x');
    const result = await runCopy(plan, { signal });
    expect([result.done.count, result.refused.count]).toEqual([0, 1]);
  });

  it('gives its values the whole of their time to live', async () => {
    const line = { key: 'k', value: 'x', ttl: 3_600_000, time: '2020-01-01T00:00:00.000Z' };
    const lines = [header, JSON.stringify(line), '{"end":true,"entries":1}'];
    await writeFile(join(folder, 'b.ndjson'), lines.join('\n'));
    const comparison = await compared(sideOf(exported()), await bucket());
    await runCopy(planCopy(comparison, ['k'], { from: 0, to: 1 }), { signal });
    expect((await connection.get('b', 'k'))?.ttl).toBe(3_600_000);
  });

  it('has keys whose files cannot be read, and whose names stand for none', async () => {
    put('app.port', '80');
    put('elsewhere', 'x');
    const broken = new NodeFiles(folder);
    broken.inside = (path) => ({
      read: (file) =>
        file.endsWith('port.json')
          ? Promise.reject(new Error('permission denied'))
          : files.inside(path).read(file),
    });
    const source = new FolderSource(broken, 'b');
    expect(shown(await compared(sideOf(source), await bucket()))).toEqual({
      left: ['app.name'],
      right: ['elsewhere'],
      unreadable: ['app.port'],
    });
    await writeFile(join(folder, 'b', '%zz.txt'), 'x');
    expect(shown(await compared(sideOf(source), await bucket()))).toEqual({
      left: ['app.name'],
      unreadable: ['app.port', 'elsewhere'],
    });
  });
});

describe('a side that is a file of people', () => {
  it('reads values again only from the text that was compared', async () => {
    await writeMap({ a: 'x', b: { c: 1 } });
    put('a', 'y');
    put('b', '{"c":1}');
    const side = sideOf(map());
    expect(shown(await compared(side, await bucket()))).toEqual({ different: ['a'], same: ['b'] });
    expect((await side.readLatest('a', signal))?.value).toEqual(new Uint8Array(Buffer.from('x')));
    expect(await side.readLatest('none', signal)).toBeUndefined();
    await writeMap({ a: 'x', more: 1 });
    expect((await side.readLatest('a', signal))?.value).toEqual(new Uint8Array(Buffer.from('x')));
    await expect(side.readLatest('b', signal)).rejects.toThrow('compare again');
  });

  it('does not choose between two values of a key', async () => {
    await writeFile(join(folder, 'b.json'), '{"a": "x", "a": "y", "b": 1}');
    put('a', 'x');
    expect(shown(await compared(sideOf(map()), await bucket()))).toEqual({
      left: ['b'],
      unreadable: ['a'],
    });
  });

  it('has its names as keys of a bucket', async () => {
    await writeFile(join(folder, '.env'), 'DB_HOST=x\nDB_PORT=1\nHOME=/\n');
    put('db.host', 'x');
    const source = new TextSource(files, '.env', readDotenv);
    const mapping = { separator: ['_', '.'], letters: 'lower' } as const;
    const side = sideOf(source, { mapping, prefix: 'db.' });
    expect(shown(await compared(side, await bucket('db.')))).toEqual({
      left: ['port'],
      same: ['host'],
    });
  });
});

/** A side without its class, to be changed. */
function wrapped(side: CompareSide): CompareSide {
  return {
    prefix: side.prefix,
    origin: side.origin,
    link: side.link,
    bringsValues: side.bringsValues,
    target: side.target,
    list: (options) => side.list(options),
    read: (...all) => side.read(...all),
    readLatest: (...all) => side.readLatest(...all),
    has: (key) => side.has(key),
  };
}
