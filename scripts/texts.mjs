import { shownTexts } from './docs/shownTexts.mjs';
import { root } from './lib/root.mjs';

/* Prints every text that users see, for a review: `node scripts/texts.mjs`. */
for (const { where, text } of shownTexts(root)) {
  console.log(`${where}\t${text.replaceAll('\n', ' ')}`);
}
