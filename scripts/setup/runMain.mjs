import { spawn } from 'node:child_process';
import { ensureDependencies } from './dependencies.mjs';
import { endWithParent } from '../lib/lifetime.mjs';
import { reasonOf } from '../lib/log.mjs';
import { findNode, pathWith } from './node24.mjs';
import { root } from '../lib/root.mjs';

/**
 * Runs `main(args)` with all npm packages in place and under a Node that the tools can run on, which
 * may be another process. Its result is the exit code; what it throws is told in one line.
 */
export async function runMain(main) {
  endWithParent();
  try {
    await ensureDependencies(root);
    const node = await findNode(root);
    const here = node === process.execPath;
    process.env.PATH = pathWith(node);
    process.exit(here ? await main(process.argv.slice(2)) : await runUnder(node));
  } catch (error) {
    console.error(process.env.NATS_KV_DEBUG ? error : reasonOf(error));
    process.exit(1);
  }
}

/** Runs this same command under another Node, which gets our signals and clears up by itself. */
function runUnder(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // Replaces the guard of this process, which would kill the other before it cleared up.
    process.removeAllListeners(signal).on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
