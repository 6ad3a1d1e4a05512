import { existsSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeAtExit } from './lifetime.mjs';

/** The folder outside the repository for what set-up fetches; `NATS_KV_CACHE` moves it. */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  return env.NATS_KV_CACHE || join(platformCache(env, platform, home), 'nats-kv-explorer');
}

function platformCache(env, platform, home) {
  if (platform === 'win32') {
    return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
  }
  if (platform === 'darwin') {
    return join(home, 'Library', 'Caches');
  }
  return env.XDG_CACHE_HOME || join(home, '.cache');
}

/** A path inside the cache; nothing is made. */
export function cachePath(...parts) {
  return join(cacheFolder(), ...parts);
}

/** What is being filled by this process. */
const filling = new Map();

/**
 * Fills `target` in the cache once, also when several ask for it at a time. `fill` gets an empty folder beside it, which is renamed to
 * `target` only when all went well, so that an interrupted set-up leaves no half of anything.
 */
export function fillOnce(target, fill) {
  if (!filling.has(target)) {
    const done = fillUnlessThere(target, fill).finally(() => filling.delete(target));
    filling.set(target, done);
  }
  return filling.get(target);
}

async function fillUnlessThere(target, fill) {
  if (existsSync(target)) {
    return target;
  }
  mkdirSync(dirname(target), { recursive: true });
  const draft = removeAtExit(mkdtempSync(`${target}.draft-`));
  await fill(draft);
  try {
    renameSync(draft, target);
  } catch (error) {
    // Another process has filled it meanwhile.
    if (!existsSync(target)) {
      throw error;
    }
  }
  return target;
}
