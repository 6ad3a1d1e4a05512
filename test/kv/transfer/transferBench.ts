import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import type { Entry } from '../../../src/kv/model/entry';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { keyProblem } from '../../../src/kv/model/key';
import type { ImportOptions } from '../../../src/kv/transfer/importOptions';
import { NodeFiles } from '../../../src/kv/transfer/nodeFiles';
import { planImport } from '../../../src/kv/transfer/planImport';
import { runImport } from '../../../src/kv/transfer/runImport';
import { type ExportForm, runExport } from '../../../src/kv/transfer/runExport';
import type { TransferScope } from '../../../src/kv/transfer/scope';
import type { TransferSource } from '../../../src/kv/transfer/source';
import { verify, type Verification } from '../../../src/kv/transfer/verify';

export const { signal } = new AbortController();
export const overwrite: ImportOptions = { mode: 'overwrite', mapping: {}, ttl: 'keep' };

/** A folder of this test's own, gone when it ends. */
export async function tempFiles(): Promise<{ readonly folder: string; readonly files: NodeFiles }> {
  const folder = await mkdtemp(join(tmpdir(), 'transfer-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder, files: new NodeFiles(folder) };
}

export function exportTo(
  connection: KvConnection,
  form: ExportForm,
  files: NodeFiles,
  path: string,
  scope: TransferScope = {},
) {
  return runExport({ connection, bucket: 'b', scope, form, files, path, signal });
}

/** Plans an import and carries it out. */
export async function importAll(
  connection: KvConnection,
  bucket: string,
  source: TransferSource,
  options: ImportOptions = overwrite,
) {
  const plan = await planImport(connection, bucket, source, options, { signal });
  return { plan, result: await runImport(plan, { signal }) };
}

/** How many keys differ in what, without those that are none. */
export function differences({ differing, others, unreadable }: Verification) {
  const all = Object.entries({ ...differing, others, unreadable });
  return Object.fromEntries(
    all.filter(([, { count }]) => count > 0).map(([name, { rows }]) => [name, rows]),
  );
}

export async function verified(
  connection: KvConnection,
  bucket: string,
  source: TransferSource,
  options: ImportOptions = overwrite,
): Promise<Verification> {
  return verify(connection, bucket, source, options, { signal });
}

const token = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9_=-]{1,8}$/),
  fc.constantFrom(
    'con',
    'NUL',
    'COM1',
    'a',
    'A',
    'ä',
    'Ä',
    '{}',
    '日本',
    '~long',
    'x~',
    'a/b',
    'q?',
  ),
  fc.constantFrom('a:b', 'a\\b', '"', '%41', '$', 'index', 'json', '__proto__', '<>', '💥'),
  fc.integer({ min: 200, max: 240 }).map((length) => 'l'.repeat(length)),
);

const anyKey = fc
  .array(token, { minLength: 1, maxLength: 4 })
  .map((tokens) => tokens.join('.'))
  .filter((key) => keyProblem(key) === undefined);

const anyValue = fc.oneof(
  fc.constant(new Uint8Array()),
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => new Uint8Array(Buffer.from(text))),
  fc.json({ maxDepth: 2 }).map((text) => new Uint8Array(Buffer.from(text))),
  fc
    .constantFrom('\ufeffmark', 'a\r\nb', 'null', '"text"', ' {"a": 1} ', '1e5', '\u2028')
    .map((text) => new Uint8Array(Buffer.from(text))),
);

const headerName = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/)
  .filter((name) => !/^nats-|^kv-/i.test(name));

export interface Written {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Entry['headers'];
  readonly ttl: number | 'never' | undefined;
  readonly removed: boolean;
}

export const anyWritten: fc.Arbitrary<Written> = fc.record({
  key: anyKey,
  value: anyValue,
  headers: fc.array(fc.tuple(headerName, fc.stringMatching(/^[!-~]{0,10}$/)), { maxLength: 2 }),
  ttl: fc.constantFrom(undefined, undefined, 3_600_000, 'never' as const),
  removed: fc.boolean(),
});

/** Writes what was made up, each key whatever it was before. */
export async function writeAll(
  connection: KvConnection,
  bucket: string,
  all: readonly Written[],
): Promise<void> {
  for (const { key, value, headers, ttl, removed } of all) {
    const before = await connection.get(bucket, key);
    // No bucket with a history takes a value that ends over another, which would come back.
    const isRefused = before !== undefined && typeof ttl === 'number';
    const life = ttl === undefined || isRefused ? {} : { ttl: { kind: 'set', ttl } as const };
    const options = { expected: before?.revision ?? 0, headers };
    await connection.put(bucket, key, value, { ...options, ...life });
    if (removed) {
      await connection.delete(bucket, key, { expected: 'any' });
    }
  }
}
