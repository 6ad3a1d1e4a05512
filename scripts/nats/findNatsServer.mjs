import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath, fillOnce } from '../lib/cache.mjs';
import { step } from '../lib/log.mjs';
import { fromDebian, fromGo, fromRelease } from './natsServerSources.mjs';
import { capture, which } from '../lib/run.mjs';
import { firstOf } from '../lib/sources.mjs';
import { isAtLeast, parseVersion } from '../lib/versions.mjs';

const newest = { label: 'newest', suite: 'sid', release: '2.15.2', minimum: [2, 10, 0] };
const oldest = { label: 'oldest', suite: 'bookworm', release: '2.9.25', minimum: [2, 9, 0] };
const executable = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

/** The newest nats-server at hand, as `{ path, version }`. Throws with what to install. */
export async function findNewestNatsServer() {
  const fetched = [fromDebian, fromRelease, fromGo];
  return firstOf(
    'nats-server',
    [
      { name: 'NATS_SERVER', find: () => given('NATS_SERVER', newest) },
      { name: 'PATH', find: fromPath },
      { name: 'the cache', find: () => cached(newest) },
      ...fetched.map((source) => ({ name: source.name, find: () => fetchFrom(source, newest) })),
    ],
    'Install nats-server 2.10 or newer (https://nats.io) or set NATS_SERVER to its path.',
  );
}

/** A nats-server 2.9, the oldest that the extension supports, as `{ path, version }`. */
export async function findOldestNatsServer() {
  const fetched = [fromDebian, fromGo, fromRelease];
  return firstOf(
    'nats-server 2.9',
    [
      { name: 'NATS_SERVER_OLD', find: () => given('NATS_SERVER_OLD', oldest) },
      { name: 'the cache', find: () => cached(oldest) },
      ...fetched.map((source) => ({ name: source.name, find: () => fetchFrom(source, oldest) })),
    ],
    'Set NATS_SERVER_OLD to the path of a nats-server 2.9.',
  );
}

/** Whether a version may play a part: 2.9 is `oldest`, anything later is `newest`. */
export function fits(version, label) {
  const part = label === 'oldest' ? oldest : newest;
  return isAtLeast(version, part.minimum) && (part === newest || !isAtLeast(version, [2, 10, 0]));
}

async function given(variable, part) {
  const path = process.env[variable];
  return path ? checked(path, part) : undefined;
}

/** An older server in PATH is no mistake of anybody's, so it is passed over without a word. */
async function fromPath() {
  const path = which('nats-server');
  const version = path && (await versionOf(path));
  return version && fits(version, 'newest') ? { path, version: version.join('.') } : undefined;
}

async function cached(part) {
  const folder = folderOf(part);
  try {
    return existsSync(folder) ? await checked(join(folder, executable), part) : undefined;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function fetchFrom(source, part) {
  if (!source.isPossible()) {
    return undefined;
  }
  const folder = await fillOnce(folderOf(part), async (draft) => {
    step(`getting the ${part.label} nats-server from ${source.name}`);
    await source.fetchInto(draft, part, executable);
    await checked(join(draft, executable), part);
  });
  return checked(join(folder, executable), part);
}

function folderOf(part) {
  return cachePath('nats-server', part.label);
}

async function checked(path, part) {
  const version = await versionOf(path);
  if (version === undefined || !fits(version, part.label)) {
    throw new Error(`${path} is version ${version?.join('.')}, not the ${part.label} supported`);
  }
  return { path, version: version.join('.') };
}

async function versionOf(path) {
  return parseVersion(await capture(path, ['--version'], { timeoutMs: 10_000 }));
}
