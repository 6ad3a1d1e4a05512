import { runMain } from './setup/runMain.mjs';

/* `npm run soak`: hours of changes in a real VS Code, with its memory and all that it shows looked at meanwhile. */
await runMain(async (args) => {
  const { runSoak } = await import('./test/runBench.mjs');
  return runSoak(args);
});
