import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';

/** What may be passed on with an extension under Apache-2.0 by saying whose it is. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense'];

/** @typedef {{ name: string, version: string, licence: string, text: string }} Licensed */

/**
 * The packages that sources belong to, by name, with the texts of their licences.
 * @param {readonly string[]} sources paths in the repository
 * @returns {Licensed[]}
 */
export function packagesOf(sources, folder = root) {
  const paths = new Set(sources.flatMap((source) => packagePath(source) ?? []));
  return [...paths].map((path) => readPackage(join(folder, path))).toSorted(byName);
}

/**
 * What keeps packages from being passed on, a line each.
 * @param {readonly Licensed[]} packages
 */
export function licenceProblems(packages) {
  return packages.flatMap(({ name, version, licence, text }) => {
    if (!allowed.includes(licence)) {
      return [`${name} ${version} is under ${licence}, which is none of ${allowed.join(', ')}.`];
    }
    return text === '' ? [`${name} ${version} has no text of its licence.`] : [];
  });
}

/**
 * What users are told of the packages.
 * @param {readonly Licensed[]} packages
 */
export function noticesText(packages) {
  const line = '-'.repeat(80);
  const list = packages.map(({ name, version, licence }) => `- ${name} ${version} (${licence})`);
  const texts = [...Map.groupBy(packages, ({ text }) => shortOf(text))].map(([text, alike]) => {
    const names = alike.map(({ name, version }) => `${name} ${version}`);
    return `${line}\n${names.join('\n')}\n\n${text}`;
  });
  const intro =
    'This extension has in it, in whole or in part, the following packages by other authors.';
  return `${[intro, list.join('\n'), ...texts].join('\n\n')}\n`;
}

/** A licence that is this extension's own is told by whose it is: its text is in the package once. */
function shortOf(text) {
  const own = wordsOf(readFileSync(join(root, 'LICENSE'), 'utf8'));
  const holder = /^ *(Copyright (?!\[|notice|license|owner)\S.*)$/m.exec(text)?.[1];
  const general = holder
    ? text.replace(holder, 'Copyright [yyyy] [name of copyright owner]')
    : text;
  return wordsOf(general) === own
    ? `${holder ? `${holder}\n\n` : ''}Its licence is the one of this extension, in LICENSE.txt.`
    : text;
}

function wordsOf(text) {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** `node_modules/nats`, also within the folder of another package. */
function packagePath(source) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0];
}

function readPackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const licence = typeof license === 'string' ? license : 'no licence that is told';
  return { name, version, licence, text: texts.join('\n\n').replaceAll('\r\n', '\n') };
}

function byName(a, b) {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
