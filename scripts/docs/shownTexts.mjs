import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const quoted = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/.source;
const call = new RegExp(`(?:l10n\\.t|\\bt)\\(\\s*(${quoted})`, 'g');

/**
 * Every text that users see: those of the manifest by their ids, those of the sources by their files.
 * @param {string} root
 * @returns {{ where: string, text: string }[]}
 */
export function shownTexts(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));
  const files = globSync('src/{extension,views}/**/*.ts', { cwd: root }).sort();
  return [
    ...Object.entries(manifest).map(([where, text]) => ({ where, text })),
    ...files.flatMap((file) => textsIn(root, join(root, file))),
  ];
}

function textsIn(root, file) {
  const found = readFileSync(file, 'utf8').matchAll(call);
  return [...found].map(([, literal]) => ({
    where: relative(root, file),
    text: literal.slice(1, -1).replace(/\\(.)/g, '$1'),
  }));
}
