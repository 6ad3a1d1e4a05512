import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath } from '../lib/cache.mjs';
import { download } from '../lib/download.mjs';
import { failedLately, forgetFailure, rememberFailure } from '../lib/failures.mjs';
import { problem, reasonOf, step } from '../lib/log.mjs';
import { displayKind } from './display.mjs';

const downloads = 'https://update.code.visualstudio.com/api/releases/stable';

/** Path of a desktop VS Code that can be started here, or undefined. May download one. */
export async function findDesktop() {
  const given = process.env.VSCODE_EXECUTABLE;
  if (given) {
    return existsSync(given) ? given : missing(given);
  }
  return displayKind() === 'none' ? undefined : (installed() ?? (await downloaded()));
}

function missing(path) {
  problem(`VSCODE_EXECUTABLE: ${path} does not exist`);
  return undefined;
}

/** The program itself and not the `code` command, which starts it and returns at once. */
function installed() {
  return usualPlaces().find((path) => existsSync(path));
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    const app = '/Applications/Visual Studio Code.app/Contents/MacOS';
    return [`${app}/Code`, `${app}/Electron`];
  }
  if (process.platform === 'win32') {
    const { LOCALAPPDATA, PROGRAMFILES } = process.env;
    return [
      join(LOCALAPPDATA ?? '', 'Programs/Microsoft VS Code/Code.exe'),
      join(PROGRAMFILES ?? '', 'Microsoft VS Code/Code.exe'),
    ];
  }
  return ['/usr/share/code/code', '/opt/visual-studio-code/code'];
}

async function downloaded() {
  if (failedLately('vscode')) {
    return undefined;
  }
  try {
    // Asked first because the download proper has no limit on how long it tries.
    await download(downloads, 5_000);
    step('getting a desktop VS Code');
    const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
    const reporter = new SilentReporter();
    const path = await downloadAndUnzipVSCode({ cachePath: cachePath('vscode'), reporter });
    forgetFailure('vscode');
    return path;
  } catch (error) {
    rememberFailure('vscode');
    problem(`desktop VS Code: ${reasonOf(error)}`);
    return undefined;
  }
}
