import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, inTurn } from './build.mjs';
import { print } from './output.mjs';
import { root } from './root.mjs';
import { capture } from './run.mjs';
import { toolScript } from './tools.mjs';

/**
 * Builds the extension for use and packs it as `<name>-<version>.vsix` in the repository's root.
 * Returns the file's path. Throws when vsce warns: a warning there is a flaw in what users get.
 */
export function makePackage() {
  return inTurn(buildAndPack);
}

async function buildAndPack() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const out = join(root, `${name}-${version}.vsix`);
  rmSync(out, { force: true });
  await build('--production');
  const output = await vsce(['package', '--out', out, '--no-dependencies', ...noRepository]);
  if (/^\s*WARNING/m.test(output)) {
    print(output.trim());
    rmSync(out, { force: true });
    throw new Error('vsce warns about the package, see above. Correct that first.');
  }
  return out;
}

/** There is no public repository yet that links of the README could be made to point into. */
const noRepository = ['--allow-missing-repository', '--no-rewrite-relative-links'];

/** vsce prints its warnings to stderr. */
function vsce(args) {
  const script = toolScript('vsce', '@vscode/vsce');
  return capture(process.execPath, [script, ...args], { cwd: root, merged: true });
}
