import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, headers as newHeaders, StringCodec } from 'nats';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { connect as connectOurs } from '../../../src/kv/nats/connect';
import { NdjsonSource } from '../../../src/kv/transfer/formats/ndjson';
import { NodeFiles } from '../../../src/kv/transfer/nodeFiles';
import { planImport } from '../../../src/kv/transfer/planImport';
import { runExport } from '../../../src/kv/transfer/runExport';
import { runImport } from '../../../src/kv/transfer/runImport';
import { keyAt } from '../../support/fillBucket';
import { bytesInUse } from '../../support/meters';
import { bareEach } from './bareLoop';
import { type Contender, expectCount, type Measurement, type Task } from './measurement';

const inFlight = 256;
const { signal } = new AbortController();
const codec = StringCodec();

/** Reads values of keys that it knows by requests of which many are in flight, and writes them as lines. */
export const bareGets: Contender = (task) =>
  inFolder(async (folder) => {
    const connection = await connect({ servers: task.url });
    const begun = performance.now();
    const file = createWriteStream(join(folder, 'bare'));
    await each(task.keys, async (at) => {
      const key = keyAt(at);
      const subject = `$JS.API.DIRECT.GET.KV_${task.bucket}.$KV.${task.bucket}.${key}`;
      const reply = await connection.request(subject, undefined, { timeout: 30_000 });
      file.write(`${JSON.stringify({ key, value: codec.decode(reply.data) })}\n`);
    });
    await finished(file.end());
    const ms = performance.now() - begun;
    await connection.close();
    return { ms };
  });

/** The same from one push consumer with flow control: the floor. */
export const barePush: Contender = (task) =>
  inFolder(async (folder) => {
    const file = createWriteStream(join(folder, 'bare'));
    const start = { deliver_policy: 'last_per_subject', headers_only: false };
    const measured = await bareEach(task, start, ({ subject, data }) =>
      file.write(`${JSON.stringify({ subject, value: codec.decode(data) })}\n`),
    );
    await finished(file.end());
    return measured;
  });

/** Export to NDJSON. */
export const exportFile: Contender = (task) =>
  withOurs(task, async (connection, folder) => {
    const begun = performance.now();
    const result = await exportTo(connection, task, folder);
    const ms = performance.now() - begun;
    expectCount(result.entries, task.keys);
    return { ms };
  });

/** Puts values of keys that are not there, by requests of which many are in flight. */
export const bareImport: Contender = (task) =>
  withOurs(task, async (ours, folder) => {
    await exportTo(ours, task, folder);
    const bucket = await newBucket(ours);
    const connection = await connect({ servers: task.url });
    const begun = performance.now();
    const lines = (await readFile(join(folder, 'out.ndjson'), 'utf8')).split('\n');
    await each(task.keys, async (at) => {
      const { key, value } = JSON.parse(lines[at + 1] ?? '') as { key: string; value: string };
      const expected = newHeaders();
      expected.set('Nats-Expected-Last-Subject-Sequence', '0');
      const options = { headers: expected, timeout: 30_000 };
      const reply = await connection.request(`$KV.${bucket}.${key}`, codec.encode(value), options);
      expectCount(reply.json<{ seq?: number }>().seq === undefined ? 0 : 1, 1);
    });
    const ms = performance.now() - begun;
    await connection.close();
    await ours.deleteBucket(bucket);
    return { ms };
  });

/** Import of the same file: the dry run, then the run. */
export const importFile: Contender = (task) =>
  withOurs(task, async (connection, folder) => {
    await exportTo(connection, task, folder);
    return importInto(connection, task, folder);
  });

/** What an export holds at most, beside what there was before. */
export const exportMemory: Contender = (task) =>
  withOurs(task, async (connection, folder) => {
    const peak = new Peak(task.keys);
    await exportTo(connection, task, folder, (done) => peak.look(done));
    return { bytes: peak.bytes };
  });

/** What an import holds at most, its dry run included. */
export const importMemory: Contender = (task) =>
  withOurs(task, async (connection, folder) => {
    await exportTo(connection, task, folder);
    const peak = new Peak(task.keys);
    await importInto(connection, task, folder, (done) => peak.look(done));
    return { bytes: peak.bytes };
  });

/** Owns the most memory that was seen in use, looked at ten times in a task. */
class Peak {
  private readonly before = bytesInUse();
  private last = 0;
  bytes = 0;

  constructor(private readonly total: number) {}

  look(done: number): void {
    // A dry run and its run count from zero, both of them.
    if (Math.abs(done - this.last) >= this.total / 10) {
      this.last = done;
      this.bytes = Math.max(this.bytes, bytesInUse() - this.before);
    }
  }
}

function exportTo(
  connection: KvConnection,
  { bucket }: Task,
  folder: string,
  onProgress?: (done: number) => void,
) {
  return runExport({
    ...{ connection, bucket, scope: {}, form: { kind: 'ndjson' }, signal },
    ...{ files: new NodeFiles(folder), path: 'out.ndjson' },
    ...(onProgress && { onProgress }),
  });
}

async function importInto(
  connection: KvConnection,
  { keys }: Task,
  folder: string,
  onProgress: (done: number) => void = () => undefined,
): Promise<Measurement> {
  const bucket = await newBucket(connection);
  const source = new NdjsonSource(new NodeFiles(folder), 'out.ndjson');
  const options = { mode: 'overwrite', mapping: {}, ttl: 'keep' } as const;
  const begun = performance.now();
  const plan = await planImport(connection, bucket, source, options, { signal, onProgress });
  const planMs = performance.now() - begun;
  const result = await runImport(plan, { signal, onProgress });
  const ms = performance.now() - begun - planMs;
  expectCount(result.done.count, keys);
  await connection.deleteBucket(bucket);
  return { ms, planMs };
}

async function newBucket(connection: KvConnection): Promise<string> {
  const name = `import-${process.pid}`;
  await connection.createBucket({ name });
  return name;
}

function withOurs(
  { url }: Task,
  run: (connection: KvConnection, folder: string) => Promise<Measurement>,
): Promise<Measurement> {
  return inFolder(async (folder) => {
    const connection = await connectOurs({ servers: [url], timeoutMs: 30_000 });
    const measured = await run(connection, folder);
    await connection.close();
    return measured;
  });
}

async function inFolder(run: (folder: string) => Promise<Measurement>): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'transfer-bench-'));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function each(count: number, run: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      await run(next++);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
}
