import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const answerTimeoutMs = 1000;
const loopback = '127.0.0.1';

/** What is asked of the machine about processes and ports that may be another window's. */
export interface LocalSystem {
  readonly ownPid: number;
  isAlive(pid: number): boolean;
  /** The command line of a process; undefined when it cannot be had. */
  commandLineOf(pid: number): Promise<string | undefined>;
  /** Sends a signal; a process that is gone already is fine. */
  kill(pid: number, signal: NodeJS.Signals): void;
  /** Whether anybody listens on a port of 127.0.0.1. */
  isListening(port: number): Promise<boolean>;
  /** The name of the NATS server on a port of 127.0.0.1; undefined when none answers. */
  serverNameAt(port: number): Promise<string | undefined>;
  wait(milliseconds: number): Promise<void>;
}

/** The machine that this process runs on. */
export const localSystem: LocalSystem = {
  ownPid: process.pid,
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return !isZombie(pid);
    } catch (error) {
      // EPERM: it is there, and somebody else's.
      return codeOf(error) === 'EPERM';
    }
  },
  commandLineOf: (pid) => (process.platform === 'linux' ? fromProc(pid) : fromTool(pid)),
  kill(pid, signal) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') {
        throw error;
      }
    }
  },
  isListening: async (port) => (await firstBytes(port, '')) !== undefined,
  async serverNameAt(port) {
    const info = /^INFO (\{.*\})/.exec((await firstBytes(port, '\n')) ?? '')?.[1];
    return info === undefined ? undefined : serverName(info);
  },
  wait: (milliseconds) => wait(milliseconds),
};

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Ended, but not collected by its parent: in a container whose first process collects none, for ever. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') {
    return false;
  }
  try {
    return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

async function fromProc(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return text?.replaceAll('\0', ' ');
}

function fromTool(pid: number): Promise<string | undefined> {
  const [command, args] =
    process.platform === 'win32'
      ? ['powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', windowsQuery(pid)]]
      : ['ps', ['-ww', '-o', 'command=', '-p', String(pid)]];
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 10_000, windowsHide: true }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });
}

function windowsQuery(pid: number): string {
  return `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`;
}

/** What a port sends first, up to `until`; undefined when nobody is there or it sends too little. */
function firstBytes(port: number, until: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port, host: loopback });
    const finish = (result: string | undefined): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(answerTimeoutMs, () => finish(undefined));
    socket.once('error', () => finish(undefined));
    socket.once('close', () => finish(undefined));
    socket.once('connect', () => until === '' && finish(''));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes(until)) {
        finish(text);
      }
    });
  });
}

function serverName(info: string): string | undefined {
  try {
    const { server_name: name } = JSON.parse(info) as { server_name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
