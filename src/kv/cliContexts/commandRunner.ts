import { execFile } from 'node:child_process';
import { t } from '../base/l10n';
import { KvError, throwIfCancelled } from '../model/errors';
import type { CommandLine } from './secretPlace';
import type { Surroundings } from './surroundings';

/** Runs a command and resolves with what it printed. Throws `authFailed` or `cancelled`. */
export type RunCommand = (command: CommandLine, signal?: AbortSignal) => Promise<string>;

/** 1Password may ask for a fingerprint meanwhile. */
const defaultTimeoutMs = 60_000;
/** Credentials have a few kB. */
const maxBytes = 1024 * 1024;

/**
 * Runs commands without a shell, in the home folder, so that nothing of a workspace is run. What they
 * print is secret: neither their output nor their errors are part of what is thrown.
 */
export function createCommandRunner(
  { env, home }: Surroundings,
  timeoutMs = defaultTimeoutMs,
): RunCommand {
  return (command, signal) =>
    new Promise((resolve, reject) => {
      // Node starts the program first and looks at the signal then.
      throwIfCancelled(signal);
      const options = {
        env,
        cwd: home,
        signal,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: maxBytes,
        windowsHide: true,
      } as const;
      const child = execFile(command.program, command.args, options, (error, output) => {
        if (error) {
          reject(signal?.aborted ? cancelled(signal) : failure(command, error, timeoutMs));
        } else {
          resolve(output);
        }
      });
      // One that waits for an answer would wait until the timeout.
      child.stdin?.end();
    });
}

/** The command as it would be typed; references are no secrets. */
export function commandText({ program, args }: CommandLine): string {
  return [program, ...args].join(' ');
}

function failure(
  command: CommandLine,
  { code, killed }: { readonly code?: unknown; readonly killed?: boolean },
  timeoutMs: number,
): KvError {
  const text = commandText(command);
  if (code === 'ENOENT') {
    return failed(
      t('"{0}" is not in the PATH, which "{1}" needs; install it', command.program, text),
    );
  }
  if (killed) {
    return failed(
      t('"{0}" did not end within {1} s; run it in a terminal', text, timeoutMs / 1000),
    );
  }
  return failed(t('"{0}" failed ({1}); run it in a terminal to see why', text, String(code)));
}

function failed(message: string): KvError {
  return new KvError('authFailed', message);
}

function cancelled(signal: AbortSignal): KvError {
  return new KvError('cancelled', t('the command was cancelled'), { cause: signal.reason });
}
