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

/** A tier that starts servers and browsers runs file by file: there may be two cores only. */
const oneByOne = { fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      project('unit', ['kv', 'extension', 'views', 'setup'], { alias: { vscode } }),
      project('server', ['server']),
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
