import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../lib/log.mjs';
import { npmCommand, run } from '../lib/run.mjs';
import { findNodeForNpm, pathWith } from './node24.mjs';

/** Runs `npm ci` when node_modules is not what package-lock.json says. */
export async function ensureDependencies(root) {
  if (isInstalled(readPackages(root, 'package-lock.json'), readInstalled(root))) {
    return;
  }
  step('installing the npm packages of package-lock.json');
  const node = await findNodeForNpm(root);
  const [command, ...args] = npmCommand(node);
  const code = await run(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    extraEnv: { PATH: pathWith(node) },
  });
  if (code !== 0) {
    throw new Error(
      '`npm ci` failed. Its output above says why; the npm registry must be reachable.',
    );
  }
}

/**
 * Whether everything `wanted` is installed in its version. Optional packages may be missing (they are
 * for other platforms), and nothing else may be there.
 */
export function isInstalled(wanted, installed) {
  if (installed === undefined) {
    return false;
  }
  const matches = ([path, { version }]) => installed[path]?.version === version;
  const required = Object.entries(wanted).filter(([path, entry]) => path !== '' && !entry.optional);
  return (
    required.every(matches) &&
    Object.entries(installed).every(([path, { version }]) => wanted[path]?.version === version)
  );
}

/** npm writes what it installed into this file as the last step of an installation. */
function readInstalled(root) {
  try {
    return readPackages(join(root, 'node_modules'), '.package-lock.json');
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function readPackages(folder, name) {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')).packages;
}
