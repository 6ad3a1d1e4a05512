import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, inTurn } from '../lib/build.mjs';
import { tempFolder } from '../lib/lifetime.mjs';
import { makePackage } from '../lib/makePackage.mjs';
import { print } from '../lib/output.mjs';

/** The extension whose tests run: VS Code runs tests only for one under development. It has nothing else in it. */
const manifest = {
  name: 'host-tests',
  publisher: 'nats-kv',
  version: '0.0.1',
  engines: { vscode: '^1.101.0' },
  extensionKind: ['workspace'],
};

/**
 * Builds the tests, packs the extension and installs it into a folder of its own: what the host tier then
 * tests is what users get, from a folder that has nothing of the repository in it.
 */
export async function installedExtension(vscode) {
  await inTurn(() => build('--tests'));
  const vsix = await makePackage();
  const extensionsDir = join(tempFolder(), 'extensions');
  await vscode.install(vsix, extensionsDir);
  print(`the extension under test is installed from ${vsix}`);
  const developed = join(tempFolder(), 'host-tests');
  mkdirSync(developed);
  writeFileSync(join(developed, 'package.json'), JSON.stringify(manifest));
  return { developed, suite: 'installed.js', launchArgs: [`--extensions-dir=${extensionsDir}`] };
}
