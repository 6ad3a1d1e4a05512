import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempFolder } from '../lib/lifetime.mjs';
import { resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { capture } from '../lib/run.mjs';
import { findBrowser } from './findBrowser.mjs';
import { findDesktop } from './findDesktop.mjs';
import { displayKind } from './display.mjs';
import { installExtension } from './installExtension.mjs';
import { installVscodeServer } from './installVscodeServer.mjs';

/**
 * A VS Code that runs a test suite: a desktop where there is one and a screen to show it on, else VS
 * Code's server with a headless browser. Both are an executable with the same command line; `install` puts a
 * package into a folder of extensions.
 */
export async function findVscode() {
  const desktop = await findDesktop();
  return desktop === undefined ? serverAndBrowser() : onDesktop(desktop);
}

function onDesktop(path) {
  const description = `desktop VS Code (${path})`;
  const install = (vsix, extensionsDir) => installOnDesktop(path, vsix, extensionsDir);
  if (displayKind() === 'screen') {
    return { description, executable: path, env: {}, install };
  }
  const executable = writeCommand('desktop', ['xvfb-run', '--auto-servernum', path]);
  return { description: `${description} on a virtual screen`, executable, env: {}, install };
}

async function serverAndBrowser() {
  const launcher = fileURLToPath(new URL('./launcher.mjs', import.meta.url));
  const browser = await findBrowser();
  const folder = await installVscodeServer();
  return {
    description: `VS Code's server with ${browser}`,
    executable: writeCommand('vscode', [process.execPath, launcher]),
    env: { NATS_KV_VSCODE_SERVER: folder, CHROME_EXECUTABLE: browser },
    install: (vsix, extensionsDir) => installExtension({ folder, extensionsDir, vsix }),
  };
}

function installOnDesktop(path, vsix, extensionsDir) {
  const [command, ...args] = resolveCliArgsFromVSCodeExecutablePath(path);
  const own = args.filter((arg) => !arg.startsWith('--extensions-dir'));
  return capture(command, [
    ...[...own, `--extensions-dir=${extensionsDir}`, '--install-extension', vsix],
  ]);
}

/** Writes an executable that runs `command` with its own arguments after it. */
function writeCommand(name, command) {
  const quoted = command.map((part) => `"${part}"`).join(' ');
  const windows = process.platform === 'win32';
  const path = join(tempFolder(), windows ? `${name}.cmd` : name);
  writeFileSync(path, windows ? `@${quoted} %*\r\n` : `#!/bin/sh\nexec ${quoted} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
