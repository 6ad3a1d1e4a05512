import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cachePath, fillOnce } from '../lib/cache.mjs';
import { step } from '../lib/log.mjs';
import { capture, npmCommand } from '../lib/run.mjs';

const newest = '4.139.1';

/**
 * VS Code's own server with its web workbench, as the npm package `code-server` carries it. Returns the
 * folder of the built VS Code. 590 MB, so it is kept in the cache and is not a dependency.
 * `NATS_KV_CODE_SERVER` names another version of that package: 4.103.2 has VS Code 1.103.
 */
export async function installVscodeServer(version = process.env.NATS_KV_CODE_SERVER || newest) {
  const folder = await fillOnce(cachePath(`code-server-${version}`), async (draft) => {
    step("installing VS Code's server (590 MB, once)");
    await npmInstall(['--prefix', draft, `code-server@${version}`], draft);
    await npmInstall(['--omit=dev'], vscodeIn(draft));
    stubWatchdog(vscodeIn(draft));
  });
  return vscodeIn(folder);
}

/** The script that starts the server, in the folder of `installVscodeServer`. */
export function serverScript(folder) {
  const script = join(folder, 'out', 'server-main.js');
  if (!existsSync(script)) {
    throw new Error(`VS Code's server is incomplete. Remove ${folder} and run this again.`);
  }
  return script;
}

/** The Node that servers run on: older ones cannot do with the newest, so `NATS_KV_SERVER_NODE` gives another. */
export function serverNode() {
  return process.env.NATS_KV_SERVER_NODE || process.execPath;
}

/** Older versions do not start without this native module, which ends a host whose server has died. */
function stubWatchdog(folder) {
  const main = join(folder, 'node_modules', 'native-watchdog', 'index.js');
  if (existsSync(dirname(main))) {
    writeFileSync(main, 'exports.start = () => undefined;\n');
  }
}

/** The native modules that stay unbuilt without install scripts are not needed for what we do. */
async function npmInstall(args, cwd) {
  const [command, ...first] = npmCommand();
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await capture(command, [...first, 'install', ...flags, ...args], { cwd, timeoutMs: 600_000 });
}

function vscodeIn(folder) {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}
