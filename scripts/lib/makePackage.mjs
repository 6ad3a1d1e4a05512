import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundleReport, sourcesIn } from '../bundle/bundleReport.mjs';
import { squeeze } from '../bundle/squeeze.mjs';
import { licenceProblems, noticesText, packagesOf } from '../bundle/licences.mjs';
import { build, inTurn } from './build.mjs';
import { tempFolder } from './lifetime.mjs';
import { print } from './output.mjs';
import { packedPage } from './packedPage.mjs';
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
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { name, version } = manifest;
  const out = join(root, `${name}-${version}.vsix`);
  rmSync(out, { force: true });
  await build('--production');
  writeNotices();
  const cwd = staged(manifest);
  const output = await vsce(cwd, out, ['--no-rewrite-relative-links']);
  if (/^\s*WARNING/m.test(output)) {
    print(output.trim());
    rmSync(out, { force: true });
    throw new Error('vsce warns about the package, see above. Correct that first.');
  }
  await squeeze(out);
  return out;
}

/** What .vscodeignore lets into the package. */
const packed = [
  'package.json',
  'l10n',
  'dist',
  'media',
  'skills',
  'CHANGELOG.md',
  'LICENSE',
  '.vscodeignore',
];

/** A folder with what is packed; README.md in it is as its page shows it. */
function staged(manifest) {
  const folder = tempFolder();
  const names = [...packed, ...globSync('package.nls*.json', { cwd: root })];
  names.forEach((name) => cpSync(join(root, name), join(folder, name), { recursive: true }));
  globSync('{package*,l10n/*}.json', { cwd: folder }).forEach((name) => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))));
  });
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  writeFileSync(join(folder, 'README.md'), packedPage(readme, manifest));
  return folder;
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

/**
 * Packs the extension in a folder as the file `out`. Resolves with what vsce says, warnings included. There is no public
 * repository yet that links of the README could be made to point into.
 */
export function vsce(folder, out, args) {
  const command = ['package', '--out', out, '--no-dependencies', '--allow-missing-repository'];
  const script = toolScript('vsce', '@vscode/vsce');
  return capture(process.execPath, [script, ...command, ...args], { cwd: folder, merged: true });
}
