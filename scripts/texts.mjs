import { parseArgs } from 'node:util';
import { shownTexts } from './docs/shownTexts.mjs';
import { languages, translationProblems } from './docs/translations.mjs';
import { root } from './lib/root.mjs';

/*
 * Prints every text that users see, for a review: `node scripts/texts.mjs`. With `--translations` what
 * the translations lack, no longer need, or have wrong; it fails when there is any of it.
 */
const { values: flags } = parseArgs({
  options: { translations: { type: 'boolean', default: false } },
});
const texts = shownTexts(root);
const oneLine = (text) => text.replaceAll('\n', ' ');

if (flags.translations) {
  const lines = languages.flatMap((language) =>
    Object.entries(translationProblems(root, language, texts)).flatMap(([kind, found]) =>
      found.map((text) => `${language}\t${kind}\t${oneLine(text)}`),
    ),
  );
  lines.forEach((line) => console.log(line));
  process.exitCode = lines.length > 0 ? 1 : 0;
} else {
  texts.forEach(({ where, text }) => console.log(`${where}\t${oneLine(text)}`));
}
