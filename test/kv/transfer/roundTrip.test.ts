import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mappedKey } from '../../../src/kv/transfer/keyMapping';
import { FolderSource } from '../../../src/kv/transfer/formats/folderSource';
import { NdjsonSource } from '../../../src/kv/transfer/formats/ndjson';
import { FakeKvConnection } from '../fakeKvConnection';
import {
  anyWritten,
  differences,
  exportTo,
  importAll,
  tempFiles,
  verified,
  writeAll,
} from './transferBench';

const lossless = [
  ['ndjson', NdjsonSource],
  ['folder', FolderSource],
] as const;

describe('a round trip', () => {
  it.for(lossless)('of random entries as %s loses nothing', async ([kind, Source]) => {
    const { folder, files } = await tempFiles();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyWritten, { maxLength: 12 }), async (written) => {
        const connection = await setUp();
        await writeAll(connection, 'b', written);
        const path = `export-${run++}`;
        await exportTo(connection, { kind }, files, path);
        const source = new Source(files, path);
        const { plan, result } = await importAll(connection, 'copy', source);
        expect(plan.refused.rows).toEqual([]);
        expect(result.refused.rows).toEqual([]);
        expect(differences(await verified(connection, 'copy', source))).toEqual({});
        expect(await lastOf(connection, 'copy')).toEqual(await lastOf(connection, 'b'));
      }),
      { numRuns: 60 },
    );
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('of a history rebuilds it', async () => {
    const { files } = await tempFiles();
    const connection = await setUp();
    for (const value of ['1', '2', '3']) {
      await connection.put('b', 'key', Buffer.from(value), { expected: 'any' });
      await connection.put('b', 'gone', Buffer.from(value), { expected: 'any' });
    }
    await connection.delete('b', 'gone', { expected: 'any' });
    await exportTo(connection, { kind: 'ndjson' }, files, 'all', { history: true });
    const source = new NdjsonSource(files, 'all');
    const { plan } = await importAll(connection, 'copy', source);
    expect(plan).toMatchObject({ versions: 5, entries: 7 });
    expect(plan.created.rows.map(({ key }) => key)).toEqual(['key', 'gone']);
    for (const key of ['key', 'gone']) {
      const [left, right] = await Promise.all(
        ['b', 'copy'].map((bucket) => connection.history(bucket, key)),
      );
      const told = (all = left) =>
        all?.map(({ operation, value }) => [operation, Buffer.from(value).toString()]);
      expect(told(right)).toEqual(told(left));
    }
    expect(differences(await verified(connection, 'copy', source))).toEqual({});
  });
});

describe('names of keys', () => {
  it('are mapped in the order strip, separator, letters, prefix', () => {
    const mapping = {
      strip: 'APP_',
      separator: ['_', '.'] as const,
      letters: 'lower' as const,
      prefix: 'config.',
    };
    expect(mappedKey('APP_DB_HOST', mapping)).toBe('config.db.host');
    expect(mappedKey('OTHER', mapping)).toBeUndefined();
  });
});

async function setUp(): Promise<FakeKvConnection> {
  const connection = new FakeKvConnection();
  const own = { history: 5, markerTtl: 60_000 };
  await connection.createBucket({ name: 'b', ...own });
  await connection.createBucket({ name: 'copy', ...own });
  return connection;
}

/** What is in a bucket, without what no import can keep. */
async function lastOf(connection: FakeKvConnection, bucket: string) {
  const all = [];
  for await (const batch of connection.read(bucket)) {
    for (const { key, operation, value, headers, ttl } of batch) {
      if (operation === 'PUT') {
        const own = headers.filter(([name]) => !name.startsWith('Nats-'));
        all.push({ key, value: Buffer.from(value).toString('hex'), own, ttl });
      }
    }
  }
  return all.sort((a, b) => (a.key < b.key ? -1 : 1));
}
