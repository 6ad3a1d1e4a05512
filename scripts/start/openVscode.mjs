import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { build } from '../lib/build.mjs';
import { tempFolder } from '../lib/lifetime.mjs';
import { makePackage } from '../lib/makePackage.mjs';
import { root } from '../lib/root.mjs';
import { start } from '../lib/run.mjs';
import { displayKind } from '../vscode/display.mjs';
import { installExtension } from '../vscode/installExtension.mjs';
import { installVscodeServer } from '../vscode/installVscodeServer.mjs';
import { writeProfile } from '../vscode/profile.mjs';
import { startVscodeServer } from '../vscode/startVscodeServer.mjs';
import { workbenchUrl } from '../vscode/workbenchUrl.mjs';

/** Opens the extension in a desktop VS Code on a profile of its own; `closed` resolves with 0. */
export async function openDesktop(executable, settings) {
  await build();
  const userDataDir = tempFolder();
  writeProfile(userDataDir, settings);
  const args = [`--user-data-dir=${userDataDir}`, `--extensionDevelopmentPath=${root}`];
  const child = start(executable, [...args, '--disable-extensions', '--skip-welcome'], {
    stdio: 'ignore',
  });
  return { address: executable, closed: once(child, 'exit').then(() => 0) };
}

/**
 * Serves VS Code's web workbench with the packaged extension installed, and shows it in the system's
 * browser if it may. (A built workbench takes an extension under development only in a mode for tests
 * that hides notifications.)
 */
export async function openWeb(settings, { show }) {
  const userDataDir = tempFolder();
  writeProfile(userDataDir, settings);
  const folder = await installVscodeServer();
  const extensionsDir = tempFolder();
  await installExtension({ folder, extensionsDir, vsix: await makePackage() });
  const server = await startVscodeServer({ folder, userDataDir, extensionsDir });
  const address = workbenchUrl(server.url);
  if (show && displayKind() === 'screen') {
    openInBrowser(address);
  }
  return { address, closed: server.ended };
}

/** A browser that does not open is no problem: the address is printed too. */
function openInBrowser(address) {
  const [command, ...args] = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  }[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
