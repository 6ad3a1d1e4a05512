import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackage, isDebian } from '../lib/debian.mjs';
import { failedLately, forgetFailure, rememberFailure } from '../lib/failures.mjs';
import { step } from '../lib/log.mjs';
import { capture, which } from '../lib/run.mjs';
import { firstOf } from '../lib/sources.mjs';
import { toolScript } from '../lib/tools.mjs';

/** Path of a Chromium, Chrome or Edge. Installs one where that is possible. */
export async function findBrowser() {
  return firstOf(
    'browser (Chromium, Chrome or Edge)',
    [
      { name: 'CHROME_EXECUTABLE', find: given },
      { name: 'this machine', find: installed },
      { name: 'Playwright', find: fromPlaywright },
      { name: 'Debian', find: fromDebian },
    ],
    'Install Chromium, Chrome or Edge, or set CHROME_EXECUTABLE to its path.',
  );
}

async function given() {
  const path = process.env.CHROME_EXECUTABLE;
  if (path && !existsSync(path)) {
    throw new Error(`${path} does not exist`);
  }
  return path || undefined;
}

async function installed() {
  const inPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
    .concat(['microsoft-edge', 'chrome', 'msedge'])
    .map((name) => which(name));
  return [...inPath, ...usualPlaces()].find((path) => path !== undefined && existsSync(path));
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === 'win32') {
    const { LOCALAPPDATA, PROGRAMFILES, 'PROGRAMFILES(X86)': programFilesX86 } = process.env;
    return [PROGRAMFILES, programFilesX86, LOCALAPPDATA]
      .filter(Boolean)
      .flatMap((folder) => [
        join(folder, 'Google/Chrome/Application/chrome.exe'),
        join(folder, 'Microsoft/Edge/Application/msedge.exe'),
      ]);
  }
  return [];
}

async function fromPlaywright() {
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  if (existsSync(path)) {
    return path;
  }
  if (failedLately('playwright-chromium')) {
    return undefined;
  }
  step('downloading Chromium through Playwright');
  try {
    const cli = toolScript('playwright-core');
    await capture(process.execPath, [cli, 'install', 'chromium'], { timeoutMs: 300_000 });
  } catch (error) {
    rememberFailure('playwright-chromium');
    throw error;
  }
  forgetFailure('playwright-chromium');
  return path;
}

async function fromDebian() {
  if (!isDebian() || process.getuid?.() !== 0) {
    return undefined;
  }
  step("installing Debian's chromium");
  await installDebianPackage('chromium');
  return which('chromium');
}
