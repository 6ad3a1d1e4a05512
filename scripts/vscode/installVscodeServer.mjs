import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath, fillOnce } from '../lib/cache.mjs';
import { step } from '../lib/log.mjs';
import { capture, npmCommand } from '../lib/run.mjs';

const version = '4.139.1';

/**
 * VS Code's own server with its web workbench, as the npm package `code-server` carries it. Returns the
 * folder of the built VS Code. 590 MB, so it is kept in the cache and is not a dependency.
 */
export async function installVscodeServer() {
  const folder = await fillOnce(cachePath(`code-server-${version}`), async (draft) => {
    step("installing VS Code's server (590 MB, once)");
    await npmInstall(['--prefix', draft, `code-server@${version}`], draft);
    await npmInstall(['--omit=dev'], vscodeIn(draft));
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

/** The native modules that stay unbuilt without install scripts are not needed for what we do. */
async function npmInstall(args, cwd) {
  const [command, ...first] = npmCommand();
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await capture(command, [...first, 'install', ...flags, ...args], { cwd, timeoutMs: 600_000 });
}

function vscodeIn(folder) {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}
