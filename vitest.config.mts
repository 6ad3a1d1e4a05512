import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Unit tests get a fake in the place of VS Code; nothing else imports `vscode` under vitest. */
const vscode = fileURLToPath(new URL('test/support/fakeVscode.ts', import.meta.url));

/** Ends what hangs; a machine that is busy with other things takes ten times as long for a test. */
const patient = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  // Without it `expect.poll` gives up after a second.
  expect: { poll: { timeout: 45_000 } },
};

/*
 * Most of what a small test costs is to load what it tests, so files share what is loaded. One that puts
 * something in the place of a module has modules of its own.
 */
const shared = { isolate: false };
const unitFolders = ['kv', 'extension', 'views', 'setup'];
const replacing = unitFolders.flatMap(testFiles).filter(replacesModules);

/** A tier that starts servers and browsers runs file by file: there may be two cores only. */
const oneByOne = { fileParallelism: false, testTimeout: 360_000, hookTimeout: 360_000 };

export default defineConfig({
  test: {
    projects: [
      project('unit', unitFolders, { ...shared, alias: { vscode }, exclude: replacing }),
      { test: { name: 'unit-replacing', include: replacing, ...patient, alias: { vscode } } },
      project('server', ['server'], shared),
      project('ui', ['ui'], oneByOne),
      project('package', ['package'], oneByOne),
      project('pictures', ['pictures'], oneByOne),
    ],
  },
});

function project(name: string, folders: string[], test: ViteUserConfig['test'] = {}) {
  const include = folders.map((folder) => `test/${folder}/**/*.test.ts`);
  return { test: { name, include, environment: 'node', ...patient, ...test } };
}

function testFiles(folder: string): string[] {
  return readdirSync(join('test', folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join('test', folder, path).replaceAll('\\', '/'));
}

function replacesModules(path: string): boolean {
  return /\bvi\.mock\(/.test(readFileSync(path, 'utf8'));
}
