import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it as base } from 'vitest';
import { archiveName, layoutOf } from '../../../src/kv/backup/archive';
import { readBackup, writeBackup } from '../../../src/kv/backup/backupFolder';
import type { BackupFacts } from '../../../src/kv/model/backup';
import { KvError } from '../../../src/kv/model/errors';
import { parseExactly } from '../../../src/kv/values/exactJson';

const it = base.extend('root', async ({ task }, { onCleanup }) => {
  const root = await mkdtemp(join(tmpdir(), `nats-kv-${task.id}-`));
  onCleanup(() => rm(root, { recursive: true }));
  return root;
});

const s2 = [0xff, 6, 0, 0, ...Buffer.from('S2sTwO')];
const arc = Uint8Array.from([...s2, 0, 21, 1, 0, 1, 2, 3, 4, 2, ...Buffer.from('NATSARC1'), 10]);
const tar = Uint8Array.from([...s2, 0, 135, 3, 0, ...Buffer.from('PaxHeaders.0/meta.inf')]);

const config = { name: 'KV_SHOP', max_age: 3_600_000_000_000, num_replicas: 3 };
const state = {
  messages: 7,
  bytes: 210,
  first_seq: 2,
  last_seq: 9,
  last_ts: '2026-03-01T10:00:00.5Z',
};

async function* inTurn(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield chunk;
  }
}

describe('a backup on disk', () => {
  it.for([
    ['arc', arc],
    ['tar', tar],
  ] as const)(
    'is named as the CLI names a %s, and is read again',
    async ([layout, bytes], { root }) => {
      const folder = join(root, 'shop');
      const told: number[] = [];
      // The server may send less than can be told apart in its first chunk.
      const chunks = inTurn(bytes.subarray(0, 10), bytes.subarray(10), new Uint8Array(300));
      const size = await writeBackup(folder, { config, state, chunks }, (all) => told.push(all));

      expect(size).toBe(bytes.length + 300);
      expect(told).toEqual([10, bytes.length, size]);
      expect(await readdir(root)).toEqual(['shop']);
      expect((await readdir(folder)).toSorted()).toEqual(['backup.json', `stream.${layout}.s2`]);
      const backup = await readBackup(folder);
      expect(backup).toMatchObject({ layout, packed: size, facts: { config, state } });
      expect(backup.summary).toEqual({
        bucket: 'SHOP',
        messages: 7,
        size: 210,
        firstRevision: 2,
        lastRevision: 9,
        lastUpdate: Date.parse('2026-03-01T10:00:00.500Z'),
        ttl: 3_600_000,
        replicas: 3,
        mirrorOf: undefined,
      });
      const read: Uint8Array[] = [];
      for await (const chunk of backup.snapshot().chunks) {
        read.push(chunk);
      }
      expect(Buffer.concat(read)).toEqual(Buffer.concat([bytes, new Uint8Array(300)]));
    },
  );

  it('keeps numbers that a double does not hold', async ({ root }) => {
    const told = '{"config":{"name":"KV_A","max_bytes":9223372036854775807},"state":{}}';
    const facts = parseExactly(told) as BackupFacts;
    const folder = join(root, 'a');
    await writeBackup(folder, { ...facts, chunks: inTurn(arc) }, () => undefined);
    const text = await readFile(join(folder, 'backup.json'), 'utf8');
    expect(text).toContain('"max_bytes": 9223372036854775807');
  });

  it('leaves nothing where it ends too soon, or is no backup', async ({ root }) => {
    const failing = async function* () {
      yield arc;
      await Promise.resolve();
      throw new KvError('disconnected', 'the connection to the server was lost');
    };
    for (const chunks of [failing(), inTurn(Uint8Array.from([1, 2, 3])), inTurn()]) {
      const written = writeBackup(join(root, 'a'), { config, state, chunks }, () => undefined);
      await expect(written).rejects.toThrow(KvError);
      expect(await readdir(root)).toEqual([]);
    }
  });

  it('writes over nothing', async ({ root }) => {
    await mkdir(join(root, 'a'));
    await writeFile(join(root, 'a', 'mine'), '');
    const written = writeBackup(
      join(root, 'a'),
      { config, state, chunks: inTurn(arc) },
      () => undefined,
    );
    await expect(written).rejects.toThrow(/is there already/);
    expect(await readdir(join(root, 'a'))).toEqual(['mine']);
  });

  const facts = JSON.stringify({ config, state });
  it.for<[string, Record<string, string | Uint8Array>, RegExp]>([
    ['nothing', {}, /there is no ".*backup\.json": choose the folder/],
    ['no archive', { 'backup.json': facts }, /there is no stream\.arc\.s2 or stream\.tar\.s2/],
    ['no JSON', { 'backup.json': '{', 'stream.arc.s2': arc }, /is not JSON/],
    ['a list', { 'backup.json': '[]', 'stream.arc.s2': arc }, /no "config" and "state"/],
    ['no name', { 'backup.json': '{"config":{},"state":{}}' }, /config\.name is not a text/],
    [
      'a stream that is no bucket',
      { 'backup.json': '{"config":{"name":"ORDERS"},"state":{}}' },
      /backup of the stream "ORDERS", which is no bucket/,
    ],
    [
      'numbers that are none',
      { 'backup.json': JSON.stringify({ config, state: { ...state, messages: 'x' } }) },
      /state\.messages is not a number/,
    ],
    [
      'an archive under the wrong name',
      { 'backup.json': facts, 'stream.arc.s2': tar },
      /begins as what stream\.tar\.s2 holds/,
    ],
    [
      'an archive that is none',
      { 'backup.json': facts, 'stream.tar.s2': 'something' },
      /begins as no backup of a stream/,
    ],
    [
      'an empty archive',
      { 'backup.json': facts, 'stream.tar.s2': '' },
      /begins as no backup of a stream/,
    ],
  ])('is refused with %s, saying what is wrong', async ([, files, reason], { root }) => {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(root, name), content);
    }
    await expect(readBackup(root)).rejects.toThrow(reason);
    await expect(readBackup(root)).rejects.toMatchObject({ kind: 'invalidConfig' });
  });

  it('knows archives by how they begin', () => {
    expect([layoutOf(arc), layoutOf(tar), layoutOf(arc.subarray(0, 9))]).toEqual([
      'arc',
      'tar',
      undefined,
    ]);
    expect(archiveName('arc')).toBe('stream.arc.s2');
  });
});
