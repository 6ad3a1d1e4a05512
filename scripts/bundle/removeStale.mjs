import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes the files of a folder but those named: what an earlier build left there. */
export function removeStale(folder, names) {
  const left = existsSync(folder) ? readdirSync(folder) : [];
  left
    .filter((name) => !names.includes(name))
    .forEach((name) => rmSync(join(folder, name), { recursive: true }));
}
