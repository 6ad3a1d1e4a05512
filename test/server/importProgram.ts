import { writeSync } from 'node:fs';
import { connect } from '../../src/kv/nats/connect';
import { NdjsonSource } from '../../src/kv/transfer/formats/ndjson';
import type { ImportProgress } from '../../src/kv/transfer/importOptions';
import { NodeFiles } from '../../src/kv/transfer/nodeFiles';
import { planImport } from '../../src/kv/transfer/planImport';
import { runExport } from '../../src/kv/transfer/runExport';
import { runImport } from '../../src/kv/transfer/runImport';

/** What the program is to do, as JSON in its first argument. */
export interface ProgramTask {
  readonly kind: 'import' | 'ndjson' | 'folder';
  readonly url: string;
  readonly folder: string;
  /** Where an import goes on. */
  readonly resumed?: ImportProgress;
  /** It stands still once so much is done, for ever, with whatever is under way. */
  readonly haltAt?: number;
}

/** What it tells, a line of JSON each. */
export type ProgramLine =
  | ({ readonly kind: 'position' } & ImportProgress)
  | { readonly kind: 'halted' }
  | { readonly kind: 'ended'; readonly isWhole: boolean; readonly done: number };

const task = JSON.parse(process.argv[2] ?? '') as ProgramTask;
const { signal } = new AbortController();

async function run(): Promise<ProgramLine> {
  const connection = await connect({ servers: [task.url], timeoutMs: 30_000 });
  const files = new NodeFiles(task.folder);
  try {
    if (task.kind !== 'import') {
      const form = { kind: task.kind } as const;
      const from = { connection, bucket: 'b', scope: {}, form, files, path: task.kind, signal };
      const { entries } = await runExport({ ...from, onProgress: haltWhenDone });
      return { kind: 'ended', isWhole: true, done: entries };
    }
    const source = new NdjsonSource(files, 'export');
    const options = { mode: 'overwrite', mapping: {}, ttl: 'keep' } as const;
    const { resumed } = task;
    const plan = await planImport(connection, 'copy', source, options, { signal, resumed });
    const { planned, status } = plan;
    const result = await runImport(plan, {
      signal,
      onPosition: (position) =>
        tell({ kind: 'position', position, planned, bucketCreated: status.created }),
      onProgress: haltWhenDone,
    });
    return { kind: 'ended', isWhole: result.isWhole, done: result.done.count };
  } finally {
    await connection.close();
  }
}

function haltWhenDone(done: number): void {
  if (task.haltAt !== undefined && done >= task.haltAt) {
    tell({ kind: 'halted' });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}

function tell(line: ProgramLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

run().then(tell, (error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
