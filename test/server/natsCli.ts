import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { describeWhere } from '../support/where';
import { startSystem } from './system';

/** Path of the `nats` command line; empty where there is none. */
export const natsCliPath = process.env['NATS_CLI'] ?? '';

export const describeWithCli = describeWhere(natsCliPath !== '', 'the nats CLI is not here');

/** One row of a table that it prints, or the cells of one line, without the white space around them. */
type Row = readonly string[];

/** The `nats` command line, on one server, without the contexts of whoever runs the tests. */
export interface NatsCli {
  /** Runs `nats kv …` and resolves with the bytes that it printed. Throws with its error. */
  run(args: readonly string[], input?: Uint8Array): Promise<Buffer>;
  /** Runs `nats …` with whatever is asked for. */
  runAny(args: readonly string[]): Promise<Buffer>;
  /** Runs `nats kv …`, which has to fail, and resolves with its error. */
  fail(args: readonly string[]): Promise<string>;
  /** The rows of the table that `nats kv …` prints, without its title and its heads. */
  table(args: readonly string[]): Promise<Row[]>;
  /** What `nats kv info` tells of a bucket, by its labels. */
  info(bucket: string): Promise<Record<string, string>>;
  /** What `nats kv watch …` prints until the test ends: operation, key and value of each change. */
  watch(args: readonly string[]): Row[];
}

function natsCli(url: string): NatsCli {
  const home = mkdtempSync(join(tmpdir(), 'nats-cli-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home };
  const beginAny = (args: readonly string[]) =>
    spawn(natsCliPath, ['--server', url, ...args], { env });
  const begin = (args: readonly string[]) => beginAny(['kv', ...args]);

  const runAny = async (args: readonly string[], input?: Uint8Array) => {
    const { code, output, errors } = await endOf(beginAny(args), input);
    if (code !== 0) {
      throw new Error(errors || `nats ${args.join(' ')} ended with ${code}`);
    }
    return output;
  };
  const run: NatsCli['run'] = (args, input) => runAny(['kv', ...args], input);
  return {
    run,
    runAny,
    async fail(args) {
      const { code, errors } = await endOf(begin(args));
      if (code === 0) {
        throw new Error(`nats kv ${args.join(' ')} did not fail`);
      }
      return errors;
    },
    table: async (args) => rowsOf((await run(args)).toString()),
    info: async (bucket) => labelled((await run(['info', bucket])).toString()),
    watch(args) {
      const rows: Row[] = [];
      const child = begin(['watch', ...args]);
      onTestFinished(() => void child.kill('SIGKILL'));
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        rows.splice(0, rows.length, ...changesOf(text));
      });
      return rows;
    },
  };
}

async function endOf(child: ChildProcessWithoutNullStreams, input?: Uint8Array) {
  const output: Buffer[] = [];
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(output), errors };
}

function rowsOf(text: string): Row[] {
  const [, ...rows] = text
    .split('\n')
    .filter((line) => line.startsWith('│') && line.split('│').length > 3)
    .map((line) => line.split('│').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
  return rows;
}

function labelled(text: string): Record<string, string> {
  const pairs = text.split('\n').flatMap((line) => {
    const [, label, value] = /^ +([^:]+): (.*)$/.exec(line) ?? [];
    return label === undefined || value === undefined ? [] : [[label, value.trim()] as const];
  });
  return Object.fromEntries(pairs);
}

/** `[2026-11-22 21:28:32] PUT b > key: value`, and no value after DEL and PURGE. */
function changesOf(text: string): Row[] {
  return text.split('\n').flatMap((line) => {
    const [, operation, key, value = ''] =
      /^\[[-\d: ]+\] (\w+) \S+ > ([^:]+)(?:: (.*))?$/.exec(line) ?? [];
    return operation === undefined || key === undefined ? [] : [[operation, key, value]];
  });
}

/** A server with the command line and a connection of ours; all end with the test. */
export async function startWithCli() {
  const system = await startSystem();
  const connection = await system.connect();
  const { apiLevel } = await connection.accountInfo();
  return { ...system, connection, cli: natsCli(system.server.url), isModern: apiLevel > 0 };
}
