import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bucketSide } from '../../../src/kv/compare/bucketSide';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import type { BulkResult } from '../../../src/kv/operations/bulkResult';
import { planSync, type PlanOptions, type SyncDirection } from '../../../src/kv/sync/planSync';
import { runSync, type SyncRun } from '../../../src/kv/sync/runSync';
import { SyncBases } from '../../../src/kv/sync/syncBases';
import { SyncComparison } from '../../../src/kv/sync/syncComparison';
import { SyncFolder } from '../../../src/kv/sync/syncFolder';
import { parsePair, type SyncPair } from '../../../src/kv/sync/syncPair';
import type { SyncSource } from '../../../src/kv/sync/syncRows';
import type { FileStore } from '../../../src/kv/transfer/files';
import { NodeFiles } from '../../../src/kv/transfer/nodeFiles';
import { FakeKvConnection } from '../fakeKvConnection';

export const { signal } = new AbortController();
const leave = { conflicts: 'leave' } as const;

/** A bucket `b` and a folder `w/config` that are synchronised; bases are read anew by each comparison. */
export class SyncBench {
  readonly connection = new FakeKvConnection();
  /** What is synchronised with: the fake one, or one to a real server. */
  private present: KvConnection = this.connection;
  unsaved = new Set<string>();
  addedHeaders: readonly string[] = [];
  /** The disk; another one may be put in its place. */
  disk: FileStore;

  private constructor(
    readonly root: string,
    readonly pair: SyncPair,
  ) {
    this.disk = new NodeFiles(root);
  }

  static async start(fields: object = {}): Promise<SyncBench> {
    const root = await mkdtemp(join(tmpdir(), 'sync-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    await mkdir(join(root, 'w'));
    const pair = parsePair({ connection: 'c', bucket: 'b', folder: 'config', ...fields });
    if ('reason' in pair) {
      throw new Error(pair.reason);
    }
    const bench = new SyncBench(root, pair);
    await bench.connection.createBucket({ name: 'b', history: 5, markerTtl: 60_000 });
    return bench;
  }

  /** Synchronises with the bucket `b` of a real server from now on. */
  use(connection: KvConnection): void {
    this.present = connection;
  }

  put(key: string, value: string): number {
    return this.connection.foreignPut('b', key, value);
  }

  delete(key: string): void {
    this.connection.foreignMark('b', key, 'DEL');
  }

  async valueOf(key: string): Promise<string | undefined> {
    const entry = await this.connection.get('b', key);
    return entry?.operation === 'PUT' ? Buffer.from(entry.value).toString() : undefined;
  }

  at(path: string): string {
    return join(this.root, 'w/config', path);
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(this.at(path)), { recursive: true });
    await writeFile(this.at(path), text);
  }

  async remove(path: string): Promise<void> {
    await rm(this.at(path));
  }

  read(path: string): Promise<string> {
    return readFile(this.at(path), 'utf8');
  }

  /** All files with what is in them. */
  async files(): Promise<Record<string, string>> {
    const all = await readdir(this.at(''), { recursive: true, withFileTypes: true });
    const paths = all
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name).slice(this.at('').length + 1))
      .sort();
    return Object.fromEntries(
      await Promise.all(paths.map(async (path) => [path, await this.read(path)] as const)),
    );
  }

  async source(): Promise<SyncSource> {
    const { bucket, prefix } = this.pair;
    const side = await bucketSide(this.present, { connectionId: 'c', bucket, prefix }, signal);
    return { side, created: (await this.present.bucketStatus(bucket)).created };
  }

  async compare(): Promise<SyncComparison> {
    const files = this.disk;
    const comparison = new SyncComparison({
      pair: this.pair,
      source: await this.source(),
      folder: new SyncFolder({ files, base: 'w', path: `w/${this.pair.folder}` }),
      bases: await SyncBases.open(files, 'storage'),
      addedHeaders: this.addedHeaders,
    });
    await comparison.run({ signal });
    return comparison;
  }

  /** What differs, by key. */
  async states(): Promise<Record<string, string>> {
    return Object.fromEntries(
      (await this.compare()).sorted().map(({ key, state }) => [key, state]),
    );
  }

  async plan(direction: SyncDirection, options: PlanOptions = leave) {
    return planSync(await this.compare(), direction, options);
  }

  async run(
    plan: Awaited<ReturnType<SyncBench['plan']>>,
    more: Partial<SyncRun> = {},
  ): Promise<BulkResult> {
    return runSync(plan, {
      connection: this.present,
      source: await this.source(),
      status: await this.present.bucketStatus('b'),
      isUnsaved: (path) => this.unsaved.has(path),
      signal,
      ...more,
    });
  }

  async pull(options?: PlanOptions): Promise<BulkResult> {
    return this.run(await this.plan('pull', options));
  }

  async push(options?: PlanOptions): Promise<BulkResult> {
    return this.run(await this.plan('push', options));
  }
}

/** How many keys ended how, and why others were left. */
export function ends({ done, skipped, refused }: BulkResult) {
  return {
    done: done.count,
    skipped: skipped.rows
      .map(({ key, outcome }) => [key, 'reason' in outcome ? outcome.reason : outcome.why])
      .sort(),
    refused: refused.rows.map(({ key, outcome }) => [key, outcome.error.message]),
  };
}
