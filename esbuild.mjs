import { copyFileSync, globSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { build, context } from 'esbuild';
import { writeBundleReport } from './scripts/bundle/bundleReport.mjs';
import { mcpCore } from './scripts/bundle/mcpCore.mjs';
import { natsCore } from './scripts/bundle/natsCore.mjs';
import { protobufCore } from './scripts/bundle/protobufCore.mjs';
import { splitBundle } from './scripts/bundle/splitBundle.mjs';

const { values: flags } = parseArgs({
  options: {
    production: { type: 'boolean', default: false },
    tests: { type: 'boolean', default: false },
    'local-server': { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
  },
});

/** What runs in the extension host: Node, with `vscode` given by the host. */
const node = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // The UMD builds of some packages, which `main` names, cannot be bundled.
  mainFields: ['module', 'main'],
  target: 'node22',
  minify: flags.production,
  sourcemap: !flags.production,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

const reported = {};

const extension = splitBundle({
  ...node,
  main: 'src/extension/main.ts',
  file: 'dist/extension.js',
  report: (report) => (reported.extension = report),
  plugins: [natsCore, mcpCore, protobufCore],
  // The ES modules of a package that gives Node its CommonJS, so that only what is used of it is taken.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  external: ['vscode'],
});

/** The pages of the Live view, of buckets and connections, and of tables, with their style sheets beside them. */
const pages = {
  bundle: true,
  platform: 'browser',
  format: 'esm',
  splitting: true,
  chunkNames: 'shared-[hash]',
  target: 'chrome130',
  entryPoints: {
    live: 'media/live/main.ts',
    page: 'media/page/main.ts',
    table: 'media/table/main.ts',
  },
  outdir: 'dist',
  metafile: true,
  tsconfig: 'media/tsconfig.json',
  minify: flags.production,
  sourcemap: !flags.production,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

/** Every test file is an entry of its own, found here, so that none can be forgotten. */
const hostTests = () => ({
  ...node,
  entryPoints: [
    'test/host/index.ts',
    'test/host/installed.ts',
    ...globSync('test/host/**/*.test.ts'),
  ],
  outbase: 'test/host',
  outdir: 'out/host',
  external: ['vscode', 'mocha'],
});

/** What `npm start` and the tests' set-up share with the extension: modules that need no VS Code. */
const localServer = {
  ...node,
  stdin: {
    contents: ['downloadRelease', 'localServer', 'officialRelease']
      .map((name) => `export * from './${name}';`)
      .join('\n'),
    resolveDir: 'src/extension/localServer',
  },
  format: 'esm',
  outfile: 'out/localServer.mjs',
};

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

/** Only what is asked for: nothing but the scripts needs the last. */
function chosen() {
  if (flags['local-server']) {
    return { stale: [], bundles: [localServer] };
  }
  // A map or a test left over from an earlier build would be packaged or run.
  return flags.tests
    ? { stale: ['dist', 'out'], bundles: [extension, pages, hostTests()] }
    : { stale: ['dist'], bundles: [extension, pages] };
}

const { stale, bundles } = chosen();
for (const folder of stale) {
  rmSync(folder, { recursive: true, force: true });
}
if (flags.watch) {
  const contexts = await Promise.all(
    bundles.map((bundle) =>
      context({ ...bundle, plugins: [...(bundle.plugins ?? []), watchReport], logLevel: 'silent' }),
    ),
  );
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  // esbuild has printed what is wrong; its error object repeats it with a stack of its own.
  const built = await Promise.all(bundles.map((bundle) => build(bundle))).catch(() =>
    process.exit(1),
  );
  if (flags.production) {
    // Types alone, for other extensions.
    copyFileSync('src/extension/api/natsKvApi.ts', 'dist/natsKvApi.d.ts');
    const { outputs } = built[bundles.indexOf(pages)].metafile;
    const sources = Object.entries(outputs).map(([file, { inputs }]) => [
      file,
      Object.keys(inputs),
    ]);
    writeBundleReport({ ...reported, pages: Object.fromEntries(sources) });
  }
}
