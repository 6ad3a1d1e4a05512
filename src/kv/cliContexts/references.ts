import { readFile } from 'node:fs/promises';
import { t } from '../base/l10n';
import { KvError, throwIfCancelled } from '../model/errors';
import { commandText, type RunCommand } from './commandRunner';
import type { CommandLine, SecretPlace } from './secretPlace';
import type { Surroundings } from './surroundings';

/** What secrets that stand elsewhere are read with. */
export interface SecretAccess extends Surroundings {
  readonly runCommand: RunCommand;
  /** Whether the user lets a command run; asked before each run. */
  readonly mayRun: (command: CommandLine, signal?: AbortSignal) => Promise<boolean>;
}

/**
 * The text at a place. Throws `authFailed` with what to do, which names files, variables and commands
 * but repeats nothing of what they hold, or `cancelled`.
 */
export async function readSecret(
  place: SecretPlace,
  access: SecretAccess,
  signal?: AbortSignal,
): Promise<string> {
  throwIfCancelled(signal);
  switch (place.kind) {
    case 'literal':
      return place.text;
    case 'data':
      return decodeData(place.uri);
    case 'env':
      return readVariable(place.name, access);
    case 'file':
      return readSecretFile(place.path, signal);
    case 'command':
      return runForSecret(place.command, access, signal);
    case 'nowhere':
      throw failed(place.problem.replace(/\.$/, ''));
  }
}

/** A `data:` URI in base64, as `nats context add --embed` writes it; its media type is ignored. */
function decodeData(uri: string): string {
  const [, header = '', payload = ''] = /^data:([^,]*),([^]*)$/i.exec(uri) ?? [];
  const isBase64 = header.split(';').some((part) => part.trim() === 'base64');
  const digits = payload.replace(/[\r\n]/g, '');
  if (!isBase64 || digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw failed(t('an embedded secret is not in base64; write it anew with --embed'));
  }
  return Buffer.from(digits, 'base64').toString('utf8');
}

function readVariable(name: string, { env }: Surroundings): string {
  const value = env[name];
  if (value === undefined || value === '') {
    throw failed(
      t(
        'the variable "{0}" is not set; start this program where it is, or use a file instead',
        name,
      ),
    );
  }
  return value;
}

async function readSecretFile(path: string, signal?: AbortSignal): Promise<string> {
  try {
    return await readFile(path, { encoding: 'utf8', signal });
  } catch (error) {
    throwIfCancelled(signal);
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? t('there is no such file') : String(code);
    throw new KvError('authFailed', t('{0} cannot be read: {1}', path, reason), { cause: error });
  }
}

async function runForSecret(
  command: CommandLine,
  access: SecretAccess,
  signal?: AbortSignal,
): Promise<string> {
  const isAllowed = await access.mayRun(command, signal);
  throwIfCancelled(signal);
  if (!isAllowed) {
    throw failed(
      t('"{0}" was not allowed to run; allow it and connect again', commandText(command)),
    );
  }
  const output = await access.runCommand(command, signal);
  throwIfCancelled(signal);
  return command.program === 'nsc' ? readSecretFile(credsFileIn(output), signal) : output;
}

/** The credentials file that a profile of `nsc` names. */
function credsFileIn(output: string): string {
  let profile: unknown;
  try {
    profile = JSON.parse(output);
  } catch {
    // The error would quote the output, which can hold seeds.
    throw failed(t('"nsc generate profile" printed no JSON; is nsc up to date?'));
  }
  const { user_creds: path } = (profile ?? {}) as { readonly user_creds?: unknown };
  if (typeof path !== 'string' || path === '') {
    throw failed(
      t('"nsc generate profile" knows no credentials file of this user; create it with nsc'),
    );
  }
  return path;
}

function failed(message: string): KvError {
  return new KvError('authFailed', message);
}
