import { runMain } from './setup/runMain.mjs';

/* `npm test`, or `npm test -- unit server` for some tiers only. */
await runMain(async (args) => {
  const { runTiers } = await import('./test/runTiers.mjs');
  const { tiers } = await import('./test/tiers.mjs');
  return runTiers(args, tiers);
});
