import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { cachePath } from './cache.mjs';

const dayMs = 24 * 60 * 60 * 1000;

/** Whether the download called `name` failed within the last day, so that trying again can wait. */
export function failedLately(name, now = Date.now()) {
  const marker = statSync(markerOf(name), { throwIfNoEntry: false });
  return marker !== undefined && now - marker.mtimeMs < dayMs;
}

/** Remembers a failed download for a day. */
export function rememberFailure(name) {
  mkdirSync(dirname(markerOf(name)), { recursive: true });
  writeFileSync(markerOf(name), '');
}

/** Forgets a failed download, because it worked. */
export function forgetFailure(name) {
  rmSync(markerOf(name), { force: true });
}

function markerOf(name) {
  return cachePath('failed', name);
}
