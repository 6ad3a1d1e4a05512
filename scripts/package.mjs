import { runMain } from './setup/runMain.mjs';

/* `npm run package`: makes the .vsix. */
await runMain(async () => {
  const { makePackage } = await import('./lib/makePackage.mjs');
  console.log(await makePackage());
  return 0;
});
