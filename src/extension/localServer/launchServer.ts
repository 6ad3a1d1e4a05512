import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A process that was started here. */
export interface ServerProcess {
  /** Undefined when it could not be started; `ended` says why. */
  readonly pid: number | undefined;
  /** Resolves with how it ended, such as 'code 1', when its last line has been read. */
  readonly ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

/** What else a program is started with. */
interface LaunchOptions {
  /** Gets what it prints to its standard output, which nobody reads otherwise. */
  readonly onOutput?: (line: string) => void;
  /** The folder that it runs in; that of this process when omitted. */
  readonly cwd?: string;
}

/** Starts a program; `onLine` gets what it prints to its standard error. */
export type LaunchServer = (
  path: string,
  args: readonly string[],
  onLine: (line: string) => void,
  options?: LaunchOptions,
) => ServerProcess;

/**
 * Starts a program that ends when this process does, however that ends. On Windows, Node puts children
 * into a job that dies with it. Elsewhere a watcher holds the other end of a pipe of ours: it reads its
 * end only when we are gone, for we write a line before we close it.
 */
export const launchServer: LaunchServer = (path, args, onLine, { onOutput, cwd } = {}) => {
  const [command, ...rest] = process.platform === 'win32' ? [path] : watched(path);
  const child = spawn(command, [...rest, ...args], {
    stdio: ['ignore', onOutput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
    cwd,
  });
  createInterface({ input: child.stdio[2] as Readable }).on('line', onLine);
  if (onOutput) {
    createInterface({ input: child.stdio[1] as Readable }).on('line', onOutput);
  }
  const lifeline = child.stdio[3] as Writable;
  // The watcher is gone when it was killed from outside: nothing is lost by that here.
  lifeline.on('error', () => undefined);
  child.once('exit', () => lifeline.end('\n'));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  return { pid: child.pid, ended, kill: (signal) => void child.kill(signal) };
};

/** The shell becomes the program, so that its process id, signals and exit code are the program's. */
function watched(path: string): [string, ...string[]] {
  const script = '(read -r _ <&3 || kill "$$") >/dev/null 2>&1 & exec 3<&-; exec "$0" "$@"';
  return ['/bin/sh', '-c', script, path];
}
