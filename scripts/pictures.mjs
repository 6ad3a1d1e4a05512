import { runMain } from './setup/runMain.mjs';

/*
 * `npm run pictures`: makes the pictures of README.md anew, in the real workbench with the demo buckets.
 * `npm run pictures -- -t live` makes some of them. They are kept as media/<name>.png: look at each.
 */
await runMain(async (args) => {
  const { makePictures } = await import('./pictures/makePictures.mjs');
  return makePictures(args);
});
