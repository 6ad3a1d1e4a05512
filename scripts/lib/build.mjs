import { join } from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';

/** Bundles the extension into dist, with the flags of esbuild.mjs. */
export async function build(...flags) {
  const code = await run(process.execPath, [join(root, 'esbuild.mjs'), ...flags], { cwd: root });
  if (code !== 0) {
    throw new Error('The extension could not be built. What is wrong is said above.');
  }
}

let last = Promise.resolve();

/** Runs `work` after whatever builds now: two builds in one folder would remove each other's files. */
export function inTurn(work) {
  const result = last.then(work);
  last = result.catch(() => undefined);
  return result;
}
