import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundleReport, sourcesIn } from '../bundle/bundleReport.mjs';
import { licenceProblems, noticesText, packagesOf } from '../bundle/licences.mjs';
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
  writeNotices();
  const output = await vsce(['package', '--out', out, '--no-dependencies', ...noRepository]);
  if (/^\s*WARNING/m.test(output)) {
    print(output.trim());
    rmSync(out, { force: true });
    throw new Error('vsce warns about the package, see above. Correct that first.');
  }
  return out;
}

/** Puts what is owed to the authors of what is bundled beside it. Throws where that is not enough. */
function writeNotices() {
  const packages = packagesOf(sourcesIn(readBundleReport()));
  const problems = licenceProblems(packages);
  if (problems.length > 0) {
    throw new Error(`What is bundled cannot be passed on: ${problems.join(' ')}`);
  }
  writeFileSync(join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'), noticesText(packages));
}

/** There is no public repository yet that links of the README could be made to point into. */
const noRepository = ['--allow-missing-repository', '--no-rewrite-relative-links'];

/** vsce prints its warnings to stderr. */
function vsce(args) {
  const script = toolScript('vsce', '@vscode/vsce');
  return capture(process.execPath, [script, ...args], { cwd: root, merged: true });
}
