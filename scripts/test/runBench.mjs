import { join } from 'node:path';
import { build } from 'esbuild';
import { tempFolder } from '../lib/lifetime.mjs';
import { root } from '../lib/root.mjs';
import { run } from '../lib/run.mjs';
import { findNewestNatsServer } from '../nats/findNatsServer.mjs';

/** Bundles the benchmark and runs it on the newest nats-server. Resolves with the exit code. */
export async function runBench(args) {
  const server = await findNewestNatsServer();
  console.log(`nats-server ${server.version}, Node ${process.versions.node}`);
  const work = tempFolder();
  await bundle(work);
  return run(process.execPath, [join(work, 'main.mjs'), ...args], {
    extraEnv: { NATS_SERVER_BIN: server.path, TMPDIR: work },
  });
}

async function bundle(outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/main.ts', 'test/bench/contender.ts'],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'warning',
    // The clients are CommonJS and call `require` for Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
}
