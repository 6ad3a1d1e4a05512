import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { settingsReference, withReference } from './docs/settingsReference.mjs';

/* Writes what README.md repeats of package.json; a test holds the two together. */
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const reference = settingsReference(json('package.json'), json('package.nls.json'));
const readme = withReference(readFileSync('README.md', 'utf8'), reference);
writeFileSync(
  'README.md',
  await format(readme, { ...json('.prettierrc.json'), parser: 'markdown' }),
);
