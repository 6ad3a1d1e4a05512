import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Unit tests get a fake in the place of VS Code; nothing else imports `vscode` under vitest. */
const vscode = fileURLToPath(new URL('test/support/fakeVscode.ts', import.meta.url));

const slow = { testTimeout: 60_000, hookTimeout: 120_000 };

/** A tier that starts servers and browsers runs file by file: there may be two cores only. */
const oneByOne = { fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      project('unit', ['kv', 'extension', 'views', 'setup'], {
        alias: { vscode },
        testTimeout: 20_000,
      }),
      project('server', ['server'], { testTimeout: 30_000, hookTimeout: 30_000 }),
      project('ui', ['ui'], { ...slow, ...oneByOne }),
      project('package', ['package'], { ...slow, ...oneByOne }),
    ],
  },
});

function project(name: string, folders: string[], test: ViteUserConfig['test']) {
  const include = folders.map((folder) => `test/${folder}/**/*.test.ts`);
  return { test: { name, include, environment: 'node', ...test } };
}
