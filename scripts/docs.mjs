import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { withPart } from './docs/readmePart.mjs';
import { mapOfRooms } from './docs/rooms.mjs';
import { settingsReference } from './docs/settingsReference.mjs';

/* Writes what README.md repeats of package.json and of the sources; tests hold them together. */
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const reference = settingsReference(json('package.json'), json('package.nls.json'));
const withSettings = withPart(readFileSync('README.md', 'utf8'), 'settings', reference);
const readme = withPart(withSettings, 'rooms', mapOfRooms());
writeFileSync(
  'README.md',
  await format(readme, { ...json('.prettierrc.json'), parser: 'markdown' }),
);
