import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { tempFolder } from '../lib/lifetime.mjs';
import { workbenchEnv } from '../test/tiers.mjs';
import { runTool } from '../test/tools.mjs';
import { smallPng } from './smallPng.mjs';

/** Runs test/pictures, whose pictures become media/<name>.png, small. Resolves with the exit code. */
export async function makePictures(args) {
  const work = tempFolder();
  const made = join(work, 'pictures');
  mkdirSync(made);
  const env = await workbenchEnv();
  const exitCode = await runTool('vitest', ['run', '--project', 'pictures', ...args], {
    extraEnv: { ...env, TMPDIR: work, NATS_KV_PICTURES: made },
  });
  for (const name of readdirSync(made)) {
    const small = smallPng(readFileSync(join(made, name)));
    writeFileSync(join(root, 'media', name), small);
    console.log(`media/${name}: ${(small.length / 1024).toFixed(1)} KiB`);
  }
  return exitCode;
}
