import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { removeAtExit } from '../lib/lifetime.mjs';
import { root } from '../lib/root.mjs';
import { run } from '../lib/run.mjs';
import { findNewestNatsServer } from '../nats/findNatsServer.mjs';
import { packBenchProbe } from './benchProbe.mjs';
import { workbenchEnv } from './tiers.mjs';

/** Bundles the benchmark and runs it on the newest nats-server. Resolves with the exit code. */
export async function runBench(args) {
  const server = await findNewestNatsServer();
  console.log(`nats-server ${server.version}, Node ${process.versions.node}`);
  const work = benchFolder();
  await bundle(work, ['test/bench/main.ts', 'test/bench/contender.ts']);
  return run(process.execPath, [join(work, 'main.mjs'), ...args], {
    extraEnv: {
      NATS_SERVER_BIN: server.path,
      TMPDIR: work,
      ...(opensWorkbench(args) && (await benchEnv(work))),
    },
  });
}

/** Bundles the soak and runs it on the newest nats-server. Resolves with the exit code. */
export async function runSoak(args) {
  const work = benchFolder();
  await bundle(work, ['test/soak/main.ts', 'test/soak/writerProgram.ts']);
  const extraEnv = { TMPDIR: work, ...(await benchEnv(work)) };
  return run(process.execPath, [join(work, 'main.mjs'), ...args], { extraEnv });
}

/** In the repository, so that packages which cannot be bundled are found. */
function benchFolder() {
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  return removeAtExit(mkdtempSync(join(root, 'artifacts', 'bench-')));
}

function opensWorkbench(args) {
  const only = args[args.indexOf('--only') + 1] ?? '';
  return (
    args.includes('--ui') ||
    (args.includes('--only') && /\b(activation|opening|ui|livePanel|tablePage)\b/.test(only))
  );
}

async function benchEnv(work) {
  return { ...(await workbenchEnv()), NATS_KV_BENCH_PROBE: await packBenchProbe(work) };
}

async function bundle(outdir, entryPoints) {
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // As the extension is bundled: the UMD builds of some packages cannot be.
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    // The fake has what is called here, and not all of VS Code.
    logOverride: { 'import-is-undefined': 'silent' },
    external: ['playwright-core'],
    alias: { vscode: join(root, 'test/support/fakeVscode.ts') },
    // The clients are CommonJS and call `require` for Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
}
