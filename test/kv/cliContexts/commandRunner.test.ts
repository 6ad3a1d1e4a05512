import type * as childProcess from 'node:child_process';
import { execFile, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createCommandRunner } from '../../../src/kv/cliContexts/commandRunner';
import type { CommandLine } from '../../../src/kv/cliContexts/secretPlace';
import { eventually } from '../../support/poll';
import { secretMark } from './fixtures';
import { describeWhere } from '../../support/where';

vi.mock('node:child_process', async (importOriginal) => {
  const original = await importOriginal<typeof childProcess>();
  return { ...original, execFile: vi.fn(original.execFile) };
});

const read: CommandLine = { program: 'op', args: ['read', 'op://a vault/$HOME;`x`/field'] };

/** The programs are shell scripts, which Windows cannot start. */
describeWhere(process.platform !== 'win32', 'Windows has no /bin/sh')('the command runner', () => {
  it('gives what a program prints, its arguments as they are and no input', async () => {
    const { run } = await setUp('printf "%s|" "$@"; cat; echo noise >&2');
    expect(await run(read)).toBe('read|op://a vault/$HOME;`x`/field|');
  });

  it('runs in the home folder, so that nothing of a workspace is found', async () => {
    const { run, home } = await setUp('pwd -P');
    expect((await run(read)).trim()).toBe(await realpath(home));
  });

  it('says that a program is not installed', async () => {
    const home = await folder();
    const run = createCommandRunner({ env: { PATH: home }, home });
    await expect(run(read)).rejects.toMatchObject({
      kind: 'authFailed',
      message: `"op" is not in the PATH, which "${read.program} ${read.args.join(' ')}" needs; install it`,
    });
  });

  it('says how a program ended, and nothing that it printed', async () => {
    const { run } = await setUp('echo s3cret-output; echo s3cret-error >&2; exit 3');
    const error: unknown = await run(read).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'authFailed' });
    expect((error as Error).message).toMatch(/failed \(3\); run it in a terminal to see why$/);
    expect(`${(error as Error).stack}${String((error as Error).cause)}`).not.toMatch(secretMark);
  });

  it('ends a program that takes too long', async () => {
    const { run } = await setUp('exec sleep 60', 300);
    await expect(run(read)).rejects.toThrow(/did not end within 0\.3 s; run it in a terminal$/);
    const started = vi.mocked(execFile).mock.results.at(-1)?.value as ChildProcess;
    await eventually(() => !isAlive(started.pid ?? 0));
  });

  it('ends a program when it is cancelled', async () => {
    const { run, pid } = await setUp('echo $$ > pid; exec sleep 60');
    const abort = new AbortController();
    const running = run(read, abort.signal);
    const started = await eventually(async () => (await pid()) || false);
    abort.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    await eventually(() => !isAlive(started));
  });

  it('runs nothing when it is cancelled already', async () => {
    const { run } = await setUp('');
    vi.mocked(execFile).mockClear();
    await expect(run(read, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
    expect(execFile).not.toHaveBeenCalled();
  });
});

async function setUp(script: string, timeoutMs?: number) {
  const home = await folder();
  const program = join(home, 'op');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  const env = { PATH: `${home}:${process.env['PATH']}` };
  const run = createCommandRunner({ env, home }, timeoutMs);
  const pid = async () => Number(await readFile(join(home, 'pid'), 'utf8'));
  return { run, home, pid };
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'commands-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
