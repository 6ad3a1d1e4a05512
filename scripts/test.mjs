import { runMain } from './setup/runMain.mjs';

/*
 * `npm test`, `npm test -- unit server` for some tiers only, `npm test -- host documents` for the files of
 * a tier whose paths have a word, `--repeat 3` to run them again, `--busy 2` to run them beside busy loops,
 * `--installed` for host tests of the extension as it is packed and installed.
 */
await runMain(async (args) => {
  const { choose } = await import('./test/choose.mjs');
  const { runTiers } = await import('./test/runTiers.mjs');
  const { tiers } = await import('./test/tiers.mjs');
  return runTiers(choose(args, tiers), tiers);
});
