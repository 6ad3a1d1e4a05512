import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath, fillOnce } from '../lib/cache.mjs';
import { step } from '../lib/log.mjs';
import { capture, which } from '../lib/run.mjs';
import { firstOf } from '../lib/sources.mjs';
import { isAtLeast, parseVersion } from '../lib/versions.mjs';

/** What Go builds; the tests were written against it. */
const release = '0.5.1';
const minimum = [0, 5, 0];
const buildTimeoutMs = 240_000;
const executable = process.platform === 'win32' ? 'nats.exe' : 'nats';

/** The `nats` command line at hand, as `{ path, version }`. Throws with what to install. */
export async function findNatsCli() {
  return firstOf(
    'nats CLI',
    [
      { name: 'NATS_CLI', find: given },
      { name: 'PATH', find: fromPath },
      { name: 'the cache', find: cached },
      { name: 'Go modules', find: fromGo },
    ],
    `Install nats ${minimum.join('.')} or newer (https://github.com/nats-io/natscli) or set NATS_CLI to its path.`,
  );
}

/** Whether a version prints what the tests read. */
export function isKnownCli(version) {
  return isAtLeast(version, minimum);
}

async function given() {
  const path = process.env.NATS_CLI;
  return path ? checked(path) : undefined;
}

/** An older one in PATH, or another program of that name, is no mistake of anybody's. */
async function fromPath() {
  const path = which('nats');
  return path && (await checked(path).catch(() => undefined));
}

async function cached() {
  const folder = folderOfCache();
  try {
    return existsSync(folder) ? await checked(join(folder, executable)) : undefined;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Built from source through the Go module proxy, which verifies what it serves. */
async function fromGo() {
  if (which('go') === undefined) {
    return undefined;
  }
  const folder = await fillOnce(folderOfCache(), async (draft) => {
    step(`building the nats CLI ${release} with Go`);
    const options = { extraEnv: { GOBIN: draft }, timeoutMs: buildTimeoutMs };
    await capture('go', ['install', `github.com/nats-io/natscli/nats@v${release}`], options);
    await checked(join(draft, executable));
  });
  return checked(join(folder, executable));
}

function folderOfCache() {
  return cachePath('nats-cli', release);
}

async function checked(path) {
  const version = parseVersion(await capture(path, ['--version'], { timeoutMs: 10_000 }));
  if (version === undefined || !isKnownCli(version)) {
    throw new Error(`${path} is not the nats CLI of version ${minimum.join('.')} or newer`);
  }
  return { path, version: version.join('.') };
}
