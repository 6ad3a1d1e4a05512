import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../lib/root.mjs';
import { capture } from '../lib/run.mjs';
import { toolScript } from '../lib/tools.mjs';

/** What VS Code is told of the extension that measures its host, see test/bench/workbench/probe.ts. */
const manifest = {
  name: 'bench-probe',
  publisher: 'nats-kv',
  version: '0.0.1',
  description: 'Measures the extension host.',
  license: 'Apache-2.0',
  engines: { vscode: '^1.101.0' },
  main: './probe.js',
  activationEvents: ['onStartupFinished'],
  extensionKind: ['workspace'],
  files: ['probe.js'],
};

/** Bundles and packs the extension that measures. Returns the path of its package. */
export async function packBenchProbe(work) {
  const folder = join(work, 'probe');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/workbench/probe.ts'],
    outfile: join(folder, 'probe.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const out = join(work, 'probe.vsix');
  const args = ['package', '--out', out, '--no-dependencies', '--skip-license'];
  const script = toolScript('vsce', '@vscode/vsce');
  await capture(process.execPath, [script, ...args, '--allow-missing-repository'], { cwd: folder });
  return out;
}
