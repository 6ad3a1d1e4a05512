import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { t } from '../../kv/base/l10n';
import { isAtLeast } from '../../kv/base/versions';
import { KvError, messageOf } from '../../kv/model/errors';

/** The oldest nats-server whose KV this extension supports. */
export const oldestVersion = '2.9.0';

const answerTimeoutMs = 10_000;

/** Runs a program and resolves with what it printed to its standard output. */
export type RunProgram = (path: string, args: readonly string[]) => Promise<string>;

/** Runs a program without a shell. Throws what Node throws: ENOENT, EACCES, a bad exit. */
export const runProgram: RunProgram = (path, args) =>
  promisify(execFile)(path, args, { timeout: answerTimeoutMs, windowsHide: true }).then(
    ({ stdout }) => stdout,
  );

/** The version of a nats-server. Throws `unsupported` when it cannot be used, with the reason. */
export async function versionOf(path: string, run: RunProgram): Promise<string> {
  const output = await run(path, ['--version']).catch((error: unknown) => {
    throw new KvError('unsupported', reasonOf(error), { cause: error });
  });
  const version = /nats-server:?\s+v?(\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
  if (version === undefined) {
    throw new KvError('unsupported', t('it is not a nats-server'));
  }
  if (!isAtLeast(version, oldestVersion)) {
    throw new KvError(
      'unsupported',
      t('it is version {0}, and {1} is the oldest that will do', version, oldestVersion),
    );
  }
  return version;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return t('there is no such file');
    case 'EACCES':
      return t('it is not executable');
    default:
      return t('it does not run: {0}', messageOf(error).trim().split('\n', 1)[0] ?? '');
  }
}
