import { describe, expect, it, onTestFinished } from 'vitest';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { FolderSource } from '../../src/kv/transfer/formats/folderSource';
import { NdjsonSource } from '../../src/kv/transfer/formats/ndjson';
import { BucketSource } from '../../src/kv/transfer/bucketSource';
import { KeyTable } from '../../src/kv/transfer/keyTable';
import { planImport } from '../../src/kv/transfer/planImport';
import { runImport } from '../../src/kv/transfer/runImport';
import { verifyMove } from '../../src/kv/transfer/verifyMove';
import { verify } from '../../src/kv/transfer/verify';
import {
  differences,
  exportTo,
  importAll,
  overwrite,
  signal,
  tempFiles,
} from '../kv/transfer/transferBench';
import { connect, unhurried } from './dial';
import { connectTo, linkIs, startSystem } from './system';

const isNewest = process.env['NATS_TIER'] !== 'oldest';
/**
 * So many keys that nothing may hold all of them; fewer where that was shown already. `KV_TRANSFER_KEYS=100000` is
 * what a release is held to.
 */
const count = isNewest ? Number(process.env['KV_TRANSFER_KEYS'] ?? 15_000) : 5_000;
const timeout = 600_000;
const lossless = [
  ['ndjson', NdjsonSource],
  ['folder', FolderSource],
] as const;
const odd = ['a=b', 'x/y', 'ä', '日本', 'CON', 'A:b', '%41', '{}', '"', 'q?'];

describe('an export and its import', () => {
  it('lose nothing of many keys, as NDJSON and as a folder', { timeout }, async () => {
    const { server } = await startSystem();
    // Not through the proxy, which looks at each of a million messages.
    const connection = await connectTo(server.url);
    const { files } = await tempFiles();
    await createBucket(connection, 'b');
    await fill(connection, count);
    for (const [kind, Source] of lossless) {
      const target = `of-${kind}`;
      await createBucket(connection, target, { history: 3 });
      const exported = await exportTo(connection, { kind }, files, kind);
      expect(exported.entries).toBe(count);
      const source = new Source(files, kind);
      const { plan, result } = await importAll(connection, target, source);
      expect([plan.created.count, plan.refused.rows]).toEqual([count, []]);
      expect([result.done.count, result.isWhole]).toEqual([count, true]);
      const found = await verify(connection, target, source, overwrite, { signal });
      expect(differences(found)).toEqual({});
      expect(found.compared).toBe(count);
      // What is there already needs nothing the second time.
      const again = await planImport(connection, target, source, overwrite, { signal });
      expect([again.same.count, again.overwritten.rows]).toEqual([count, []]);
    }
  });
});

describe('an import beside a writer, with a kill of the server in the middle', () => {
  it('writes over nothing that was written meanwhile, and tells it', { timeout }, async () => {
    const { connection, foreign, server } = await setUp();
    const { files } = await tempFiles();
    await fill(connection, 3_000);
    await exportTo(connection, { kind: 'ndjson' }, files, 'export');
    const source = new NdjsonSource(files, 'export');
    const plan = await planImport(connection, 'copy', source, overwrite, { signal });
    const theirs = new Set<string>();
    const puts: Promise<unknown>[] = [];
    let restart: Promise<void> | undefined;
    const result = await runImport(plan, {
      signal,
      inFlight: 16,
      onProgress(done) {
        if (done % 100 === 0 && !restart) {
          const key = keyAt(2_999 - done);
          theirs.add(key);
          // It may be on its way when the server is killed, and then come or not.
          puts.push(foreign.put('copy', key, 'theirs').catch(() => undefined));
        }
        if (done === 1_000) {
          restart ??= server.restart();
        }
      },
    });
    await Promise.all([restart, ...puts]);
    await linkIs('connected', connection);
    const { done, skipped, refused, unknown } = result;
    expect(result.isWhole).toBe(true);
    expect(refused.rows).toEqual([]);
    expect(done.count + skipped.count + unknown.count).toBe(3_000);
    const found = await verify(connection, 'copy', source, overwrite, { signal });
    const reported = new Set([...skipped.rows, ...unknown.rows].map(({ key }) => key));
    const differing = found.differing.value.rows.map(({ key }) => key);
    expect(differing.length).toBeGreaterThan(0);
    // Each that differs was written by the other: before its turn, which is told, or after it.
    expect(differing.filter((key) => !theirs.has(key))).toEqual([]);
    expect([...reported].filter((key) => !theirs.has(key))).toEqual([]);
    const histories = await Promise.all(differing.map((key) => connection.history('copy', key)));
    const untold = differing.filter((key, at) => !reported.has(key) && histories[at]?.length === 1);
    expect(untold).toEqual([]);
    expect(differences(found)).toEqual({ value: found.differing.value.rows });
  });

  it('goes on where a process that died had come to', { timeout }, async () => {
    const { connection, foreign, proxy } = await setUp();
    const { files } = await tempFiles();
    await fill(connection, 3_000);
    await exportTo(connection, { kind: 'ndjson' }, files, 'export');
    const source = new NdjsonSource(files, 'export');
    const dying = await connect({ servers: [proxy.url], timeoutMs: unhurried });
    onTestFinished(() => dying.close());
    const plan = await planImport(dying, 'copy', source, overwrite, { signal });
    let position = 0;
    const first = await runImport(plan, {
      signal,
      onPosition: (at) => (position = Math.min(at, 1_000)),
      // As a process that dies, it hears of nothing any more, and some of its writes are under way.
      onProgress: (done) => void (done === 1_500 && dying.close()),
    });
    expect(first.isWhole).toBe(false);
    await foreign.put('copy', keyAt(2_990), 'theirs');
    const { lastRevision: planned, created: bucketCreated } = plan.status;
    const resumed = { position, planned, bucketCreated };
    const rest = await planImport(connection, 'copy', source, overwrite, { signal, resumed });
    expect(rest.refused.rows.map(({ key }) => key)).toEqual([keyAt(2_990)]);
    expect(rest.created.count + rest.same.count + position + 1).toBe(3_000);
    const second = await runImport(rest, { signal });
    expect(second.isWhole).toBe(true);
    const found = await verify(connection, 'copy', source, overwrite, { signal });
    expect(differences(found)).toEqual({
      value: [expect.objectContaining({ key: keyAt(2_990) })],
    });
  });
});

describe('a copy', () => {
  it('to another bucket and prefix is as its origin', { timeout }, async () => {
    const { connection } = await setUp();
    await fill(connection, 2_000);
    const status = await connection.bucketStatus('b');
    const source = new BucketSource(() => Promise.resolve(connection), status, { liveOnly: true });
    const options = { mode: 'create', mapping: { prefix: 'backup.' }, ttl: 'rest' } as const;
    const { result } = await importAll(connection, 'copy', source, options);
    expect(result.done.count).toBe(2_000);
    const found = await verify(connection, 'copy', source, options, { signal });
    expect(differences(found)).toEqual({});
  });

  it('that mirrors deletes what its origin does not have', { timeout }, async () => {
    const { connection, foreign } = await setUp();
    await fill(connection, 200);
    await foreign.put('copy', 'other', 'x');
    await foreign.put('copy', keyAt(3), 'old');
    const status = await connection.bucketStatus('b');
    const source = new BucketSource(() => Promise.resolve(connection), status, { liveOnly: true });
    const options = { mode: 'mirror', mapping: {}, ttl: 'rest' } as const;
    const { plan, result } = await importAll(connection, 'copy', source, options);
    expect(plan.mirrored.rows).toEqual([{ key: 'other' }]);
    expect(plan.overwritten.count).toBe(1);
    expect(result.done.count).toBe(201);
    const found = await verify(connection, 'copy', source, options, { signal });
    expect(differences(found)).toEqual({});
  });
});

describe('a move of a prefix', () => {
  it(
    'beside a writer loses no value, and is brought to its end by another one',
    { timeout },
    async () => {
      const { connection, foreign, server } = await setUp();
      const count = 2_000;
      await fill(connection, count);
      const status = await connection.bucketStatus('b');
      const scope = { filters: ['k.>'], liveOnly: true };
      const source = new BucketSource(() => Promise.resolve(connection), status, scope);
      const options = {
        mode: 'skip',
        mapping: { strip: 'k.', prefix: 'm.' },
        ttl: 'rest',
      } as const;
      const from = { connection, bucket: 'b', bucketCreated: status.created };
      const plan = await planImport(connection, 'b', source, options, { signal });
      expect(plan.created.count).toBe(count);
      const abort = new AbortController();
      const theirs = new Set<string>();
      const puts: Promise<unknown>[] = [];
      let restart: Promise<void> | undefined;
      const first = await runImport(plan, {
        ...{ signal: abort.signal, inFlight: 16, from },
        onProgress(done) {
          if (done % 50 === 0 && !restart) {
            const key = keyAt(count - 1 - done);
            theirs.add(key);
            puts.push(foreign.put('b', key, 'theirs').catch(() => undefined));
          }
          if (done === 700) {
            restart ??= server.restart();
          }
          if (done === 1_200) {
            abort.abort();
          }
        },
      });
      await Promise.all([restart, ...puts]);
      await linkIs('connected', connection);
      expect(first.isWhole).toBe(false);
      expect(first.refused.rows).toEqual([]);
      // Whatever happened in between, each value is at one of the two places at least.
      const rest = await planImport(connection, 'b', source, options, { signal });
      const second = await runImport(rest, { signal, from });
      expect([second.isWhole, second.refused.rows]).toEqual([true, []]);
      const values = await valuesIn(connection);
      for (let at = 0; at < count; at++) {
        const key = keyAt(at);
        const [before, after] = [values.get(key), values.get(key.replace(/^k/, 'm'))];
        if (!theirs.has(key)) {
          expect([key, before, after]).toEqual([
            key,
            undefined,
            Buffer.from(valueAt(at)).toString('hex'),
          ]);
        } else {
          expect(before ?? after, key).toBeDefined();
          const put = Buffer.from('theirs').toString('hex');
          expect([before, after].includes(put) || before === undefined, key).toBe(true);
        }
      }
      const moved = second.moved ?? new KeyTable();
      const found = await verifyMove(connection, 'b', source, moved, signal);
      expect([found.same, found.changed.rows, found.gone]).toEqual([moved.count, [], 0]);
      expect(found.left.rows.filter(({ key }) => !theirs.has(key))).toEqual([]);
    },
  );
});

/** Values in hexadecimal. */
async function valuesIn(connection: KvConnection): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for await (const batch of connection.read('b')) {
    for (const { key, value, operation } of batch) {
      values.delete(key);
      if (operation === 'PUT') {
        values.set(key, Buffer.from(value).toString('hex'));
      }
    }
  }
  return values;
}

async function setUp() {
  const system = await startSystem();
  const connection = await system.connect({ reconnectDelay: () => 20 });
  await createBucket(connection, 'b');
  await createBucket(connection, 'copy', { history: 3 });
  return { ...system, connection };
}

async function createBucket(
  connection: KvConnection,
  name: string,
  settings: { readonly history?: number } = {},
): Promise<void> {
  await connection.createBucket({ name, ...settings, ...(isNewest && { markerTtl: 60_000 }) });
}

function keyAt(at: number): string {
  return `k.${odd[at % odd.length] ?? ''}.${at}`;
}

/** Text, JSON, binary and empty values, some with headers, some with a TTL. */
async function fill(connection: KvConnection, keys: number): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < keys) {
      const at = next++;
      const headers = at % 7 === 0 ? [['Kind', `h${at}`] as const] : [];
      const ttl =
        isNewest && at % 11 === 0 ? ({ kind: 'set', ttl: 3_600_000 } as const) : undefined;
      await connection.put('b', keyAt(at), valueAt(at), {
        expected: 0,
        headers,
        ...(ttl && { ttl }),
      });
    }
  };
  await Promise.all(Array.from({ length: 256 }, work));
}

function valueAt(at: number): Uint8Array {
  switch (at % 5) {
    case 0:
      return new Uint8Array();
    case 1:
      return Buffer.from([0, 255, at % 256, 0xc3]);
    case 2:
      return Buffer.from(JSON.stringify({ id: at, name: 'näme' }));
    default:
      return Buffer.from(`value ${at}\n`);
  }
}
