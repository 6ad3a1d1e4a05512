import { runMain } from './setup/runMain.mjs';

/*
 * `npm start`: the extension in a VS Code of its own, against a nats-server of its own with demo data.
 * --no-live writes no changes while it runs, --web takes VS Code's server even where a desktop is
 * installed, --check ends once all of it has answered.
 */
await runMain(async (args) => {
  const { startDemo } = await import('./start/startDemo.mjs');
  return startDemo(args);
});
