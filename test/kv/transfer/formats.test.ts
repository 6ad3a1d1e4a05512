import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJsonPath } from '../../../src/kv/find/jsonPath';
import { readCsv } from '../../../src/kv/transfer/formats/csv';
import { readDotenv } from '../../../src/kv/transfer/formats/dotenv';
import { keyOfPath, pathOf, TakenPaths } from '../../../src/kv/transfer/formats/fileNames';
import { FolderSource } from '../../../src/kv/transfer/formats/folderSource';
import { readJsonMap, readYamlMap, type TextReader } from '../../../src/kv/transfer/formats/maps';
import { linesOf } from '../../../src/kv/transfer/lines';
import { NdjsonSource } from '../../../src/kv/transfer/formats/ndjson';
import type { ExportForm } from '../../../src/kv/transfer/runExport';
import {
  isProblem,
  type SourceEntry,
  type SourceItem,
  type TransferSource,
} from '../../../src/kv/transfer/source';
import { FakeKvConnection } from '../fakeKvConnection';
import { exportTo, signal, tempFiles } from './transferBench';

const values = {
  'app.name': 'shop',
  'app.port': '8080',
  'app.big': '12345678901234567890',
  'app.flags': '{"a":[1,2],"b":null}',
  'app.quoted': '"text"',
  'app.spaced': '{ "a": 1 }',
  'app.lines': 'one\ntwo\n',
  'app.empty': '',
};

describe('the forms for people', () => {
  it.for<[string, ExportForm, TextReader]>([
    ['json', { kind: 'json', nested: false }, readJsonMap(false)],
    ['yaml', { kind: 'yaml', nested: false }, readYamlMap(false)],
    ['nested yaml', { kind: 'yaml', nested: true }, readYamlMap(true)],
  ])('%s gives values back, but for what is told', async ([name, form, read]) => {
    const { text, result } = await exported(form);
    const found = Object.fromEntries(entries(read(text)));
    const { 'app.flags': flags = '', ...others } = values;
    const expected = { ...others, 'app.spaced': '{"a":1}' };
    // A prefix and an object in a value look the same when they are nested.
    expect(found).toMatchObject(
      name === 'nested yaml' ? { 'app.name': 'shop', 'app.lines': 'one\ntwo\n' } : expected,
    );
    expect(name === 'nested yaml' || found['app.flags'] === flags).toBe(true);
    expect(result.notes).toMatchObject({
      binary: { count: 1, first: ['app.bytes'] },
      respaced: { first: ['app.spaced'] },
    });
  });

  it('leave out what is a key and the start of others, and say so', async () => {
    const { text, result } = await exported({ kind: 'json', nested: true }, { app: 'x' });
    expect(Object.keys(JSON.parse(text) as object)).toEqual(['app']);
    expect(result.notes.unnested?.count).toBeGreaterThan(0);
  });

  it('put chosen JSON paths into columns', async () => {
    const columns = ['$.a', '$.b'].map((title) => {
      const parsed = parseJsonPath(title);
      return { title, path: 'path' in parsed ? parsed.path : undefined };
    });
    const { text } = await exported({ kind: 'csv', columns });
    expect(text.split('\n').slice(0, 3)).toEqual(['key,$.a,$.b', 'app.big,,', 'app.empty,,']);
    expect(text).toContain('app.flags,"[1,2]",null\n');
  });
});

describe('reading', () => {
  it.for<[string, TextReader, string, [string, string][]]>([
    [
      'a JSON map',
      readJsonMap(false),
      '{"a": {"b": 1.50}, "c": "x"}',
      [
        ['a', '{"b":1.50}'],
        ['c', 'x'],
      ],
    ],
    [
      'a nested one',
      readJsonMap(true),
      '{"a": {"b": 1, "c": {}}}',
      [
        ['a.b', '1'],
        ['a.c', '{}'],
      ],
    ],
    [
      'a YAML map',
      readYamlMap(false),
      'a: 1\nb: [x, 2]\n007: yes\n',
      [
        ['a', '1'],
        ['b', '["x",2]'],
        ['007', 'yes'],
      ],
    ],
    [
      'long numbers',
      readYamlMap(false),
      'a: 12345678901234567890',
      [['a', '12345678901234567890']],
    ],
    ['a table', readCsv, 'key,value\r\na,"x, ""y"""\r\n', [['a', 'x, "y"']]],
    ['columns', readCsv, 'key,$.a.b,c\nk,1,x\n', [['k', '{"a":{"b":1},"c":"x"}']]],
    [
      'a .env',
      readDotenv,
      '# c\nexport A=1 # one\nB="x\\n\\"y\\""\nC=\'a#b\'\nD="two\nlines"\nE=\n',
      [
        ['A', '1'],
        ['B', 'x\n"y"'],
        ['C', 'a#b'],
        ['D', 'two\nlines'],
        ['E', ''],
      ],
    ],
  ])('of %s', ([, read, text, expected]) => {
    expect(entries(read(text))).toEqual(expected);
  });

  it.for<[string, TextReader, string, RegExp]>([
    ['JSON', readJsonMap(false), '{\n"a": 1,\n}', /^line 3: a property name/],
    ['JSON that is no map', readJsonMap(false), '[1]', /^line 1: an object/],
    ['YAML', readYamlMap(false), 'a: 1\nb: [1\n', /^line \d: /],
    ['YAML that is no map', readYamlMap(false), '- a', /^line 1: a map/],
    ['a table without keys', readCsv, 'a,b\n1,2\n', /^line 1: a column named key/],
    ['a table with a short row', readCsv, 'key,value\na\n', /^line 2: /],
  ])('tells where %s is wrong', ([, read, text, message]) => {
    expect(() => [...read(text)]).toThrow(message);
  });

  it('tells the lines of a .env that are wrong, and reads the others', () => {
    const items = [...readDotenv('A=1\nwhat\nB="open\n')];
    expect(items.filter(isProblem).map(({ line }) => line)).toEqual([2, 3]);
  });

  it('names no prototype', () => {
    expect(entries(readJsonMap(false)('{"__proto__": {"a": 1}}'))).toEqual([
      ['__proto__', '{"a":1}'],
    ]);
  });
});

describe('a damaged export', () => {
  it.for<[string, string, RegExp]>([
    ['cut off', '{"key":"a","value":"x"}\n', /cut off/],
    ['short of an entry', '{"end":true,"entries":1}\n', /has 0 entries, and should have 1/],
    ['of no JSON', 'what\n{"end":true,"entries":0}\n', /no JSON/],
    ['without a value', '{"key":"a"}\n{"end":true,"entries":1}\n', /value is missing/],
    [
      'with bad headers',
      '{"key":"a","value":"","headers":[["a"]]}\n{"end":true,"entries":0}\n',
      /"headers"/,
    ],
    ['with bad base64', '{"key":"a","base64":"?"}\n{"end":true,"entries":0}\n', /not base64/],
  ])('%s is told with its line', async ([, rest, problem]) => {
    const { folder, files } = await tempFiles();
    const header = '{"format":"nats-kv-export","version":1}\n';
    await writeFile(join(folder, 'a.ndjson'), header + rest);
    const problems = await problemsOf(new NdjsonSource(files, 'a.ndjson'));
    expect(problems[0]?.problem).toMatch(problem);
    expect(problems[0]?.line).toBeGreaterThan(1);
  });

  it('of another version, or of none, is not read', async () => {
    const { folder, files } = await tempFiles();
    await writeFile(join(folder, 'new'), '{"format":"nats-kv-export","version":2}\n');
    await writeFile(join(folder, 'other'), '{"a":1}\n');
    await writeFile(join(folder, 'bytes'), Buffer.from([0x7b, 0xff, 0x0a]));
    await expect(problemsOf(new NdjsonSource(files, 'new'))).rejects.toThrow('version 2');
    await expect(problemsOf(new NdjsonSource(files, 'other'))).rejects.toThrow('line 1');
    await expect(problemsOf(new NdjsonSource(files, 'bytes'))).rejects.toThrow('not UTF-8');
  });

  it.for(['../out', '/etc/passwd', 'C:\\x', 'a//b', 'a/../../b', 'a\\..\\b'])(
    'whose index leads out of its folder by %s reads nothing there',
    async (file) => {
      const { folder, files } = await tempFiles();
      await files.write(
        'in/.natskv-index.ndjson',
        Buffer.from(`${JSON.stringify({ key: 'a', file })}\n`),
      );
      await writeFile(join(folder, 'out'), 'secret');
      const source = new FolderSource(files, 'in');
      expect((await problemsOf(source))[0]?.problem).toMatch(/no path in this folder/);
    },
  );
});

describe('a folder with links', () => {
  it.for(['link', 'inner/out'])('reads nothing outside by %s', async (file) => {
    const { folder, files } = await tempFiles();
    await files.write('in/good', Buffer.from('x'));
    const index = [file, 'good'].map((name) => JSON.stringify({ key: 'a', file: name }));
    await files.write('in/.natskv-index.ndjson', Buffer.from(index.join('\n')));
    await mkdir(join(folder, 'secrets'));
    await writeFile(join(folder, 'secrets', 'out'), 'secret');
    await symlink(join(folder, 'secrets', 'out'), join(folder, 'in', 'link'));
    await symlink(join(folder, 'secrets'), join(folder, 'in', 'inner'));
    const source = new FolderSource(files, 'in');
    const all = [];
    for await (const items of source.read(signal)) {
      all.push(...items);
    }
    expect(all.map((item) => (isProblem(item) ? item.problem : item.key))).toEqual([
      expect.stringMatching(/leads out of this folder/),
      'a',
    ]);
  });
});

describe('a folder whose index names links', () => {
  it('follows those that stay in it, and tells the keys of what it reads', async () => {
    const { folder, files } = await tempFiles();
    await files.write('in/deep/good', Buffer.from('x'.repeat(20_000)));
    await files.write('in/alone.txt', Buffer.from('y'));
    await writeFile(join(folder, 'out'), 'secret');
    await symlink(join(folder, 'in', 'deep', 'good'), join(folder, 'in', 'link'));
    await symlink(join(folder, 'in', 'deep'), join(folder, 'in', 'inner'));
    await symlink(join(folder, 'out'), join(folder, 'in', 'leak'));
    await symlink(join(folder, 'nowhere'), join(folder, 'in', 'dangling'));
    const names = ['deep/good', 'link', 'inner/good', 'leak', 'dangling', 'gone', 'link/x'];
    const index = names.map((file) => JSON.stringify({ key: `key.${file}`, file }));
    await files.write('in/.natskv-index.ndjson', Buffer.from(index.join('\n')));
    const source = new FolderSource(files, 'in');
    const read = await entriesIn(source);
    const sizes = read.map(({ key, value }) => [key, value.length]);
    expect(sizes).toEqual([
      ['key.deep/good', 20_000],
      ['key.link', 20_000],
      ['key.inner/good', 20_000],
      ['alone', 1],
    ]);
    expect(await keysIn(source)).toEqual(read.map(({ key }) => key));
  });
});

describe('a folder without an index', () => {
  it('is another one once a file comes or goes', async () => {
    const { files } = await tempFiles();
    await files.write('in/a.txt', Buffer.from('x'));
    const source = new FolderSource(files, 'in');
    const before = await source.fingerprint();
    expect(await source.fingerprint()).toBe(before);
    await files.write('in/.DS_Store', Buffer.from('x'));
    expect(await source.fingerprint()).toBe(before);
    await files.write('in/b.txt', Buffer.from('x'));
    expect(await source.fingerprint()).not.toBe(before);
  });
});

describe('lines', () => {
  it('come whole from pieces that end anywhere, and are no longer than they may be', async () => {
    const read = async (text: string, size: number, longest?: number) => {
      const bytes = Buffer.from(text);
      const pieces = async function* () {
        for (let at = 0; at < bytes.length; at += size) {
          yield await Promise.resolve(bytes.subarray(at, at + size));
        }
      };
      const found: string[] = [];
      for await (const lines of linesOf(pieces(), longest)) {
        found.push(...lines.map((line) => `${line.number} ${line.text}`));
      }
      return found;
    };
    const expected = ['1 one', '2 ', '3 zwölf', '4 end'];
    for (const size of [1, 2, 3, 7, 100]) {
      expect(await read('one\r\n\nzwölf\nend', size)).toEqual(expected);
    }
    await expect(read(`a\n${'x'.repeat(20)}`, 4, 10)).rejects.toThrow('line 2 is too long');
  });
});

describe('names of files', () => {
  it.for([
    ['orders.eu.42', 'orders/eu/42.txt'],
    ['con.NUL', '%63on/%4EUL.txt'],
    ['a/b.c:d', 'a%2Fb/c%3Ad.txt'],
    ['ä.日本', 'ä/日本.txt'],
  ])('of %s are %s, and lead back', ([key = '', path = '']) => {
    expect(pathOf(key, 'txt')).toBe(path);
    expect(keyOfPath(path)).toBe(key);
  });

  it('are short whatever the key is, and differ where a file system sees no difference', () => {
    expect(pathOf('x'.repeat(300), 'txt').length).toBeLessThan(60);
    const taken = new TakenPaths();
    expect(['straße.txt', 'STRASSE.txt'].map((path) => taken.take(path))).toEqual([
      'straße.txt',
      'STRASSE~2.txt',
    ]);
    expect(['A.txt', 'a.txt', 'a.txt'].map((path) => taken.take(path))).toEqual([
      'A.txt',
      'a~2.txt',
      'a~3.txt',
    ]);
  });
});

async function exported(form: ExportForm, more: Record<string, string> = {}) {
  const connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b' });
  for (const [key, value] of Object.entries({ ...values, ...more })) {
    await connection.put('b', key, Buffer.from(value), { expected: 0 });
  }
  await connection.put('b', 'app.bytes', new Uint8Array([255, 0]), { expected: 0 });
  const { files } = await tempFiles();
  const result = await exportTo(connection, form, files, 'out', { liveOnly: true });
  return { text: Buffer.from(await files.readWhole('out')).toString(), result };
}

function entries(items: ReturnType<TextReader>): [string, string][] {
  return [...items].map((item) => {
    if (isProblem(item)) {
      throw new Error(item.problem);
    }
    return [item.key, Buffer.from(item.value).toString()];
  });
}

async function problemsOf(source: TransferSource) {
  const all = [];
  for await (const items of source.read(signal)) {
    all.push(...items.filter(isProblem));
  }
  return all;
}

async function entriesIn(source: TransferSource): Promise<SourceEntry[]> {
  const all: SourceItem[] = [];
  for await (const items of source.read(signal)) {
    all.push(...items);
  }
  return all.flatMap((item) => (isProblem(item) ? [] : [item]));
}

async function keysIn(source: TransferSource): Promise<string[]> {
  const all: string[] = [];
  for await (const keys of source.keys?.(signal) ?? []) {
    all.push(...keys);
  }
  return all;
}
