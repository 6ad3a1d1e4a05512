import { runMain } from './setup/runMain.mjs';

/* `npm run bench`: measures listing, reading and watching on a nats-server of its own. */
await runMain(async (args) => {
  const { runBench } = await import('./test/runBench.mjs');
  return runBench(args);
});
