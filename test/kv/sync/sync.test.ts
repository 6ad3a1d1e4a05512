import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { extrasName } from '../../../src/kv/sync/extras';
import { fileOf, valueOf } from '../../../src/kv/sync/fileForm';
import { resolveRow } from '../../../src/kv/sync/resolveRow';
import { CaselessFiles } from './caselessFiles';
import { ends, signal, SyncBench } from './syncBench';

const take = { conflicts: 'take' } as const;

describe('a folder and a bucket', () => {
  it('brings the values of an empty folder as files that can be read', async () => {
    const bench = await SyncBench.start();
    bench.put('web.limits', '{"rate":10,"burst":[1,2]}');
    bench.put('web.motd', 'hello');
    bench.put('gone', 'x');
    bench.delete('gone');
    expect(ends(await bench.pull())).toEqual({ done: 2, skipped: [], refused: [] });
    expect(await bench.files()).toEqual({
      'web/limits.json': '{\n  "rate": 10,\n  "burst": [\n    1,\n    2\n  ]\n}\n',
      'web/motd.txt': 'hello',
    });
    expect(await bench.states()).toEqual({});
    expect((await bench.compare()).count('same')).toBe(2);
  });

  it('tells what was changed here, there and on both sides', async () => {
    const bench = await SyncBench.start();
    for (const key of ['same', 'here', 'there', 'both', 'goneHere', 'goneThere', 'bothGone']) {
      bench.put(key, `{"of":"${key}"}`);
    }
    await bench.pull();
    await bench.write('here.json', '{ "of": "me" }');
    await bench.write('both.json', '{ "of": "me" }');
    await bench.write('newHere.txt', 'new');
    await bench.write('same.json', '{ "of" : "same" }');
    await bench.remove('goneHere.json');
    await bench.remove('bothGone.json');
    bench.put('there', '{"of":"them"}');
    bench.put('both', '{"of":"them"}');
    bench.put('newThere', 'new');
    bench.put('same', '{"of": "same"}');
    bench.delete('goneThere');
    bench.delete('bothGone');
    expect(await bench.states()).toEqual({
      both: 'both',
      goneHere: 'here',
      goneThere: 'there',
      here: 'here',
      newHere: 'here',
      newThere: 'there',
      there: 'there',
    });
    expect(ends(await bench.pull()).done).toBe(3);
    expect(Object.keys(await bench.files())).not.toContain('goneThere.json');
    expect(await bench.read('both.json')).toBe('{ "of": "me" }');
    expect(ends(await bench.push()).done).toBe(3);
    expect([await bench.valueOf('here'), await bench.valueOf('goneHere')]).toEqual([
      '{"of":"me"}',
      undefined,
    ]);
    expect(await bench.states()).toEqual({ both: 'both' });
    await bench.pull(take);
    expect(await bench.read('both.json')).toBe('{\n  "of": "them"\n}\n');
    expect(await bench.states()).toEqual({});
  });

  it('knows no winner where both sides are there and were never synchronised', async () => {
    const bench = await SyncBench.start();
    bench.put('a', 'theirs');
    bench.put('b', 'equal');
    await bench.write('a.txt', 'ours');
    await bench.write('b.txt', 'equal');
    expect(await bench.states()).toEqual({ a: 'both' });
    expect([ends(await bench.pull()).done, ends(await bench.push()).done]).toEqual([0, 0]);
    bench.put('b', 'newer');
    expect(await bench.states()).toEqual({ a: 'both', b: 'there' });
    await bench.push(take);
    expect(await bench.valueOf('a')).toBe('ours');
  });

  it('lets bases of another incarnation of the bucket count for nothing', async () => {
    const bench = await SyncBench.start();
    bench.put('a', 'one');
    await bench.pull();
    bench.connection.foreignDeleteBucket('b');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await bench.connection.createBucket({ name: 'b' });
    bench.put('a', 'other');
    const comparison = await bench.compare();
    expect(comparison.isAnotherBucket).toBe(true);
    expect(comparison.sorted().map(({ state }) => state)).toEqual(['both']);
    const plan = await bench.plan('push', take);
    bench.connection.foreignDeleteBucket('b');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await bench.connection.createBucket({ name: 'b' });
    await expect(bench.run(plan)).rejects.toThrow(/made again since the dry run/);
  });

  it('only takes the keys of a prefix that no pattern leaves out', async () => {
    const bench = await SyncBench.start({ prefix: 'web', ignore: ['tmp.>', 'README'] });
    bench.put('web.a', 'a');
    bench.put('web.tmp.x', 'x');
    bench.put('website.b', 'b');
    await bench.write('README.md', 'about');
    expect(ends(await bench.pull()).done).toBe(1);
    await bench.write('new.txt', 'new');
    expect(ends(await bench.push()).done).toBe(1);
    expect(await bench.valueOf('web.new')).toBe('new');
    expect(Object.keys(await bench.files())).toEqual(['README.md', 'a.txt', 'new.txt']);
  });

  it('keeps what a file cannot hold beside it, and nothing where there is nothing', async () => {
    const bench = await SyncBench.start();
    bench.addedHeaders = ['By'];
    const long = 'x'.repeat(300);
    bench.put('Case', '1');
    bench.put('case', '2');
    bench.put(long, '3');
    bench.put('CON', '4');
    await bench.connection.put('b', 'headed', Buffer.from('5'), {
      expected: 'any',
      headers: [
        ['Kind', 'x'],
        ['By', 'me'],
      ],
      ttl: { kind: 'set', ttl: 3_600_000 },
    });
    await bench.pull();
    const files = await bench.files();
    expect(Object.keys(files)).toHaveLength(6);
    const extras = JSON.parse(files[extrasName] ?? '') as Record<string, object>;
    expect(extras['headed']).toEqual({ headers: [['Kind', 'x']], ttl: 3_600_000 });
    expect(Object.keys(extras)).toEqual(expect.arrayContaining(['headed', long]));
    expect(Object.keys(extras)).toHaveLength(3);
    expect(await bench.states()).toEqual({});
    // Another clone of the folder, without any base, reads the same.
    await rm(join(bench.root, 'storage'), { recursive: true });
    expect(await bench.states()).toEqual({});
    await bench.write(
      extrasName,
      (await bench.read(extrasName)).replace('"x"', '"y"').replace('3600000', '7200000'),
    );
    expect(await bench.states()).toEqual({ headed: 'here' });
  });

  it('are the same again on a disk that does not tell cases apart', async () => {
    const bench = await SyncBench.start();
    bench.disk = new CaselessFiles(bench.disk);
    const keys = ['a', 'A', 'Web.x', 'web.y', 'WEB.y', 'con', 'a.txt.b', 'NUL.aux'];
    keys.forEach((key) => bench.put(key, `of ${key}`));
    expect(ends(await bench.pull())).toEqual({ done: keys.length, skipped: [], refused: [] });
    expect(await bench.states()).toEqual({});
    for (const key of keys) {
      bench.put(key, `new of ${key}`);
    }
    expect(ends(await bench.pull()).done).toBe(keys.length);
    const texts = Object.entries(await bench.files()).filter(([path]) => path !== extrasName);
    expect(texts.map(([, text]) => text).sort()).toEqual(keys.map((key) => `new of ${key}`).sort());
    expect(await bench.states()).toEqual({});
  });

  it('reads no value again whose file and revision are those of the base', async () => {
    const bench = await SyncBench.start();
    for (let at = 0; at < 50; at++) {
      bench.put(`k${at}`, `{"at":${at}}`);
    }
    await bench.pull();
    bench.connection.calls.length = 0;
    await bench.compare();
    expect(bench.connection.calls).toEqual([
      'bucketStatus',
      'bucketStatus',
      'list',
      'bucketStatus',
    ]);
  });
});

describe('what is left alone', () => {
  it('is a file that was changed, came or has unsaved changes since the dry run', async () => {
    const bench = await SyncBench.start();
    bench.put('edited', 'a');
    bench.put('unsaved', 'a');
    bench.put('gone', 'a');
    await bench.pull();
    ['edited', 'unsaved', 'gone', 'came'].forEach((key) => bench.put(key, 'b'));
    const plan = await bench.plan('pull');
    await bench.write('edited.txt', 'mine');
    await bench.write('came.txt', 'mine');
    await bench.remove('gone.txt');
    bench.unsaved.add('unsaved.txt');
    expect(ends(await bench.run(plan))).toEqual({
      done: 0,
      skipped: [
        ['came', 'a file of it has come since the dry run'],
        ['edited', 'its file was changed since the dry run'],
        ['gone', 'its file was changed since the dry run'],
        ['unsaved', 'its file has unsaved changes in an editor'],
      ],
      refused: [],
    });
    expect(await bench.files()).toEqual({
      'came.txt': 'mine',
      'edited.txt': 'mine',
      'unsaved.txt': 'a',
    });
  });

  it('is a key that was changed since the dry run', async () => {
    const bench = await SyncBench.start();
    ['a', 'b', 'c', 'd'].forEach((key) => bench.put(key, 'old'));
    await bench.pull();
    bench.delete('a');
    bench.put('b', 'new');
    await bench.write('c.txt', 'mine');
    await bench.remove('d.txt');
    const [pull, push] = [await bench.plan('pull'), await bench.plan('push')];
    ['a', 'b', 'c', 'd'].forEach((key) => bench.put(key, 'newer'));
    const changed = (key: string): string[] => [key, 'changed'];
    expect(ends(await bench.run(pull)).skipped).toEqual(['a', 'b'].map(changed));
    expect(ends(await bench.run(push)).skipped).toEqual(['c', 'd'].map(changed));
  });

  it('is a file that came again before its key is deleted, and a file that was edited', async () => {
    const bench = await SyncBench.start();
    bench.put('a', 'a');
    bench.put('b', 'b');
    await bench.pull();
    await bench.remove('a.txt');
    await bench.write('b.txt', 'mine');
    const plan = await bench.plan('push');
    await bench.write('a.txt', 'a');
    await bench.write('b.txt', 'mine too');
    expect(ends(await bench.run(plan)).skipped.map(([key]) => key)).toEqual(['a', 'b']);
    expect(await bench.valueOf('a')).toBe('a');
  });

  it('is what two files stand for, what a link hides, and what is no key', async () => {
    const bench = await SyncBench.start();
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    onTestFinished(() => rm(outside, { recursive: true, force: true }));
    ['two', 'linked', 'sub.x'].forEach((key) => bench.put(key, 'old'));
    await bench.pull();
    await bench.write('two.json', '2');
    await bench.remove('linked.txt');
    await symlink(join(outside, 'secret'), bench.at('linked.txt'));
    await rm(bench.at('sub'), { recursive: true });
    await symlink(outside, bench.at('sub'));
    await bench.write('a b.txt', 'no key');
    bench.put('linked', 'new');
    bench.put('sub.x', 'new');
    const plan = await bench.plan('push', take);
    expect(plan.targets.count).toBe(0);
    expect(plan.problems.map(({ name }) => name).sort()).toEqual([
      'a b.txt',
      'linked.txt',
      'sub',
      'two',
    ]);
    expect((await bench.plan('pull', take)).targets.count).toBe(0);
  });

  it('is a folder that a link put in the way of what is written', async () => {
    const bench = await SyncBench.start();
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    onTestFinished(() => rm(outside, { recursive: true, force: true }));
    await mkdir(bench.at(''));
    bench.put('sub.x', 'x');
    const plan = await bench.plan('pull');
    await symlink(outside, bench.at('sub'));
    expect(ends(await bench.run(plan)).refused).toEqual([
      ['sub.x', 'sub/x.txt leads out of the folder by a link'],
    ]);
  });

  it('is a link to nothing that is put in the place of a new file or of one that is known', async () => {
    const bench = await SyncBench.start();
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    onTestFinished(() => rm(outside, { recursive: true, force: true }));
    bench.put('known', 'old');
    await bench.pull();
    bench.put('known', 'new');
    bench.put('new', 'x');
    const plan = await bench.plan('pull');
    await symlink(join(outside, 'new'), bench.at('new.txt'));
    await bench.remove('known.txt');
    await symlink(join(outside, 'known'), bench.at('known.txt'));
    const { done, skipped, refused } = ends(await bench.run(plan));
    expect({ done, skipped: skipped.map(([key]) => key), refused }).toEqual({
      done: 0,
      skipped: ['known'],
      refused: [['new', 'new.txt leads out of the folder by a link']],
    });
    expect(await readdir(outside)).toEqual([]);
  });

  it('is everything where the folder is gone, is a file or leads out', async () => {
    const bench = await SyncBench.start();
    bench.put('a', 'a');
    await bench.pull();
    await rm(bench.at(''), { recursive: true });
    await expect(bench.compare()).rejects.toThrow(/folder w\/config is gone/);
    await symlink(tmpdir(), bench.at(''));
    await expect(bench.compare()).rejects.toThrow(/leads out of the workspace/);
  });

  it('is everything where what files cannot hold cannot be read, or was changed meanwhile', async () => {
    const bench = await SyncBench.start();
    await bench.write(extrasName, '{ <<<<<<< HEAD');
    await expect(bench.compare()).rejects.toThrow(/\.natskv-sync\.json cannot be read/);
    await bench.write(extrasName, '{ "a": { "file": "../../x" } }');
    await expect(bench.compare()).rejects.toThrow(/no path in this folder/);
    await bench.remove(extrasName);
    bench.put('Case', '1');
    bench.put('case', '2');
    const plan = await bench.plan('pull');
    await bench.write(extrasName, '{}');
    const { refused } = ends(await bench.run(plan));
    expect(refused.map(([, reason]) => reason)).toEqual([
      '.natskv-sync.json was changed since the dry run',
    ]);
  });

  it('is a value that the bucket does not take', async () => {
    const bench = await SyncBench.start();
    await bench.write('large.txt', 'x'.repeat(2 * 1024 * 1024));
    const { refused } = ends(await bench.push());
    expect(refused.map(([key]) => key)).toEqual(['large']);
  });
});

describe('a merge', () => {
  it('has the value that it was made of as its base', async () => {
    const bench = await SyncBench.start();
    bench.put('a', '1\n2\n3');
    await bench.pull();
    bench.put('a', 'one\n2\n3');
    await bench.write('a.txt', '1\n2\nthree');
    const comparison = await bench.compare();
    const [row] = comparison.sorted();
    const entry = await bench.connection.get('b', 'a');
    if (!row?.base) {
      throw new Error('no conflict with a base');
    }
    const base = await comparison.parts.bases.contentOf(row.base);
    expect(Buffer.from(base ?? []).toString()).toBe('1\n2\n3');
    const content = Buffer.from('one\n2\nthree');
    const resolution = { comparison, row, entry, content, isUnsaved: () => false };
    expect(await resolveRow(resolution)).toBeUndefined();
    expect(await bench.states()).toEqual({ a: 'here' });
    await bench.push();
    expect(await bench.valueOf('a')).toBe('one\n2\nthree');
    expect(await resolveRow(resolution)).toBe('its file was changed since the dry run');
  });
});

describe('following', () => {
  it('judges again what changed in the folder and in the bucket', async () => {
    const bench = await SyncBench.start();
    bench.put('a', 'a');
    bench.put('b', 'b');
    await bench.pull();
    const comparison = await bench.compare();
    await bench.write('a.txt', 'mine');
    await bench.write('new.txt', 'new');
    await comparison.update(['a.txt', 'new.txt'], [], signal);
    expect(['a', 'b', 'new'].map((key) => comparison.stateOf(key))).toEqual([
      'here',
      'same',
      'here',
    ]);
    bench.put('a', 'theirs');
    bench.put('b', 'theirs');
    const infos = await bench.connection.messages('b');
    await bench.remove('new.txt');
    await comparison.update(['new.txt'], infos, signal);
    expect(['a', 'b', 'new'].map((key) => comparison.stateOf(key))).toEqual([
      'both',
      'there',
      undefined,
    ]);
  });
});

describe('the content of a file', () => {
  it.each([
    ['{"b":1,"a":1.0}', 'in lines'],
    ['{"a": 1, "b": 2}', 'in lines'],
    ['{\n"a":1}', 'as it is'],
    ['42', 'as it is'],
    ['text', 'as it is'],
  ])('of %j is %s, and stored again as it was', (text, how) => {
    const value = Buffer.from(text);
    const file = fileOf(value, 'meaning');
    expect(Buffer.from(file).toString() === text).toBe(how === 'as it is');
    expect(Buffer.from(valueOf(file, value, 'meaning')).toString()).toBe(text);
    expect(fileOf(value, 'bytes')).toBe(value);
  });
});
