import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { NdjsonSource } from '../../src/kv/transfer/formats/ndjson';
import { verify } from '../../src/kv/transfer/verify';
import { differences, exportTo, overwrite, signal, tempFiles } from '../kv/transfer/transferBench';
import type { ProgramLine, ProgramTask } from './importProgram';
import { connectTo, startSystem } from './system';

const count = 6_000;

describe('a process that is killed', () => {
  it('in the middle of an import is followed by another one that goes on', async () => {
    const { connection, url, folder, files, program } = await setUp();
    await exportTo(connection, { kind: 'ndjson' }, files, 'export');
    const task = { kind: 'import', url, folder } as const;
    const before = await runUntilKilled(program, { ...task, haltAt: 2_500 });
    const noted = before.findLast((line) => line.kind === 'position');
    expect(noted?.position).toBeGreaterThan(0);
    const stored = (await connection.bucketStatus('copy')).subjects;
    expect(stored).toBeGreaterThanOrEqual(2_500);
    expect(stored).toBeLessThan(count);
    const after = await runToEnd(program, { ...task, ...(noted && { resumed: noted }) });
    expect(after.at(-1)).toMatchObject({ kind: 'ended', isWhole: true });
    const source = new NdjsonSource(files, 'export');
    const found = await verify(connection, 'copy', source, overwrite, { signal });
    expect(differences(found)).toEqual({});
    expect(found.compared).toBe(count);
    // Nothing was written twice.
    expect((await connection.bucketStatus('copy')).lastRevision).toBe(count);
  });

  it.for(['ndjson', 'folder'] as const)(
    'in the middle of an export as %s leaves what the next one to that place clears',
    async (kind) => {
      const { url, folder, program } = await setUp();
      const task = { kind, url, folder };
      await runUntilKilled(program, { ...task, haltAt: 2_000 });
      const left = await readdir(folder);
      expect(left).toEqual([expect.stringMatching(/^\..*\.partial$/)]);
      const after = await runToEnd(program, task);
      expect(after.at(-1)).toEqual({ kind: 'ended', isWhole: true, done: count });
      expect(await readdir(folder)).toEqual([kind]);
    },
  );
});

async function setUp() {
  const { server } = await startSystem();
  const connection = await connectTo(server.url);
  await connection.createBucket({ name: 'b' });
  await connection.createBucket({ name: 'copy' });
  await fill(connection);
  const [{ folder, files }, { folder: built }] = [await tempFiles(), await tempFiles()];
  const program = join(built, 'program.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'importProgram.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: requires },
    logLevel: 'error',
  });
  return { connection, url: server.url, folder, files, program };
}

/** What is bundled from CommonJS asks for the modules of Node so. */
const requires =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

async function fill(connection: KvConnection): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const at = next++;
      await connection.put('b', `k.${at}`, Buffer.from(`value ${at}`), { expected: 0 });
    }
  };
  await Promise.all(Array.from({ length: 64 }, work));
}

/** What it told until it stood still and was killed by signal. */
async function runUntilKilled(program: string, task: ProgramTask): Promise<ProgramLine[]> {
  const { lines, exit } = await runProgram(program, task);
  expect(exit).toEqual([null, 'SIGKILL']);
  return lines;
}

async function runToEnd(program: string, task: ProgramTask): Promise<ProgramLine[]> {
  const { lines, exit } = await runProgram(program, task);
  expect(exit).toEqual([0, null]);
  return lines;
}

async function runProgram(program: string, task: ProgramTask) {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const lines: ProgramLine[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as ProgramLine;
    lines.push(line);
    if (line.kind === 'halted') {
      child.kill('SIGKILL');
    }
  }
  return { lines, exit: (await exited) as unknown[] };
}
