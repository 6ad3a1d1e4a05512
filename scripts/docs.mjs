import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { documents, json } from './docs/documents.mjs';
import { withPart } from './docs/readmePart.mjs';

/* Writes what the documents repeat of package.json and of the sources; tests hold them together. */
for (const [file, parts] of Object.entries(documents())) {
  const text = Object.entries(parts).reduce(
    (written, [name, part]) => withPart(written, name, part, file),
    readFileSync(file, 'utf8'),
  );
  writeFileSync(file, await format(text, { ...json('.prettierrc.json'), parser: 'markdown' }));
}
