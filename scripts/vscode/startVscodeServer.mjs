import { join } from 'node:path';
import { killTree, tempFolder } from '../lib/lifetime.mjs';
import { start } from '../lib/run.mjs';
import { serverNode, serverScript } from './installVscodeServer.mjs';

const startTimeoutMs = 120_000;

/** Without a gallery the server asks nobody for extensions and updates. */
const noGallery = { EXTENSIONS_GALLERY: '{}' };

/**
 * Starts VS Code's server on a free port of 127.0.0.1 and resolves when its workbench can be opened.
 * `folder` comes from `installVscodeServer`, `userDataDir` may hold a profile (see `writeProfile`).
 * `env` is laid over the environment.
 * @param {{ folder: string, userDataDir: string, extensionsDir?: string, underTest?: boolean, env?: Record<string, string> }} options
 * @returns {Promise<{ url: string, port: number, stop: () => void, ended: Promise<number> }>}
 */
export async function startVscodeServer({
  folder,
  userDataDir,
  extensionsDir,
  underTest = false,
  env,
}) {
  const dataDir = tempFolder();
  const args = [
    ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
    ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-workspace-trust'],
    ...['--server-data-dir', dataDir, '--user-data-dir', userDataDir],
    ...['--extensions-dir', extensionsDir ?? join(dataDir, 'extensions')],
    // Makes a built workbench accept an extension under test in its address, but hides notifications.
    ...(underTest ? ['--enable-smoke-test-driver'] : []),
  ];
  const extraEnv = { ...noGallery, ...socketsIn(dataDir), ...env };
  const child = start(serverNode(), [serverScript(folder), ...args], { extraEnv });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const port = await portOf(child);
  return { url: `http://127.0.0.1:${port}`, port, stop: () => killTree(child.pid), ended };
}

/** Where the server puts its sockets; elsewhere the path could be too long for one. */
function socketsIn(folder) {
  return process.platform === 'linux' ? { TMPDIR: folder, XDG_RUNTIME_DIR: folder } : {};
}

/** Resolves once the server printed that its page is up. It keeps printing, so the pipes stay read. */
function portOf(child) {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (reason) => reject(new Error(`VS Code's server ${reason}:\n${output}`));
    const timer = setTimeout(() => fail('did not start in time'), startTimeoutMs);
    const read = (chunk) => {
      output = (output + chunk).slice(-20_000);
      const found = /Web UI available at http:\/\/[^:]+:(\d+)/.exec(output);
      if (found !== null) {
        clearTimeout(timer);
        resolve(Number(found[1]));
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
}
