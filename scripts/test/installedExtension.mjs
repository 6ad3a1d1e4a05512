import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, inTurn } from '../lib/build.mjs';
import { tempFolder } from '../lib/lifetime.mjs';
import { makePackage, vsce } from '../lib/makePackage.mjs';
import { print } from '../lib/output.mjs';
import { root } from '../lib/root.mjs';

/** The extension whose tests run: VS Code runs tests only for one under development. It has nothing else in it. */
const manifest = {
  name: 'host-tests',
  publisher: 'nats-kv',
  version: '0.0.1',
  engines: { vscode: '^1.101.0' },
  extensionKind: ['workspace'],
};

/**
 * Builds the tests, packs the extension, and one that uses what it exports, and installs them into a folder of their
 * own: what the host tier then tests is what users get, from a folder that has nothing of the repository in it.
 */
export async function installedExtension(vscode) {
  await inTurn(() => build('--tests'));
  const vsix = await makePackage();
  const extensionsDir = join(tempFolder(), 'extensions');
  await vscode.install(vsix, extensionsDir);
  const example = join(tempFolder(), 'example.vsix');
  await vsce(join(root, 'test', 'exampleExtension'), example, ['--skip-license']);
  await vscode.install(example, extensionsDir);
  print(`the extension under test is installed from ${vsix}`);
  const developed = join(tempFolder(), 'host-tests');
  mkdirSync(developed);
  writeFileSync(join(developed, 'package.json'), JSON.stringify(manifest));
  return { developed, suite: 'installed.js', launchArgs: [`--extensions-dir=${extensionsDir}`] };
}
