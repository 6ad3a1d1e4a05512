import { globSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { build, context } from 'esbuild';

const { values: flags } = parseArgs({
  options: {
    production: { type: 'boolean', default: false },
    tests: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
  },
});

/** What runs in the extension host: Node, with `vscode` given by the host. */
const node = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  minify: flags.production,
  sourcemap: !flags.production,
  sourcesContent: false,
  logLevel: 'warning',
};

const extension = {
  ...node,
  entryPoints: ['src/extension/main.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
};

/** Every test file is an entry of its own, found here, so that none can be forgotten. */
const hostTests = () => ({
  ...node,
  entryPoints: ['test/host/index.ts', ...globSync('test/host/**/*.test.ts')],
  outbase: 'test/host',
  outdir: 'out/host',
  external: ['vscode', 'mocha'],
});

/** Prints what the problem matcher of .vscode/tasks.json waits for. */
const watchReport = {
  name: 'watch-report',
  setup({ onStart, onEnd }) {
    onStart(() => console.log('[watch] build started'));
    onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`> ${location?.file}:${location?.line}:${location?.column}: error: ${text}`);
      }
      console.log('[watch] build finished');
    });
  },
};

// A map or a test left over from an earlier build would be packaged or run.
for (const folder of flags.tests ? ['dist', 'out'] : ['dist']) {
  rmSync(folder, { recursive: true, force: true });
}
const bundles = flags.tests ? [extension, hostTests()] : [extension];
if (flags.watch) {
  const plugins = [watchReport];
  const contexts = await Promise.all(
    bundles.map((bundle) => context({ ...bundle, plugins, logLevel: 'silent' })),
  );
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  // esbuild has printed what is wrong; its error object repeats it with a stack of its own.
  await Promise.all(bundles.map((bundle) => build(bundle))).catch(() => process.exit(1));
}
