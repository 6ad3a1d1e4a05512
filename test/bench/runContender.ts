import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ContenderName } from './contender';
import type { Measurement, Task } from './contenders/measurement';

/** Three times what the slowest of them needs on a slow machine. */
const contenderTimeoutMs = 60_000;

/** Runs one contender in a fresh process, so that its memory, its garbage and its stalls are its own. */
export async function runContender(name: ContenderName, task: Task): Promise<Measurement> {
  const script = join(import.meta.dirname, 'contender.mjs');
  const args = ['--expose-gc', script, name, JSON.stringify(task)];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: contenderTimeoutMs + 1000 * (task.seconds ?? 0),
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    throw new Error(`The contender ${name} ended with ${code}.`);
  }
  return JSON.parse(output) as Measurement;
}

/** Runs contenders in turns, so that a busy moment of the machine hits all of them alike. */
export async function runInTurns<Name extends ContenderName>(
  names: readonly Name[],
  rounds: number,
  task: Task,
): Promise<Record<Name, Measurement>> {
  const runs = new Map<Name, Measurement[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      runs.get(name)?.push(await runContender(name, task));
    }
  }
  const best = [...runs].map(([name, all]) => [name, bestOf(all)] as const);
  return Object.fromEntries(best) as Record<Name, Measurement>;
}

/** The least of every number by itself: what else runs on the machine only ever adds. */
export function bestOf(runs: readonly Measurement[]): Measurement {
  const names = Object.keys(runs[0] ?? {});
  const least = (name: string) => Math.min(...runs.map((run) => run[name] ?? Number.NaN));
  return Object.fromEntries(names.map((name) => [name, least(name)]));
}
