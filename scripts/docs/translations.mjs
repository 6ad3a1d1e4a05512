import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The languages that the extension speaks besides English, as VS Code calls them. */
export const languages = ['de', 'zh-cn'];

/**
 * What is not as it should be in the bundle and the manifest of a language: texts that are missing, those
 * that nobody shows any more, and those that differ from the English in more than their words.
 * @param {string} root
 * @param {string} language
 * @param {{ where: string, text: string, isManifest: boolean }[]} texts those of `shownTexts`
 * @returns {{ missing: string[], stale: string[], wrong: string[] }}
 */
export function translationProblems(root, language, texts) {
  const parts = [
    partProblems(
      texts.filter(({ isManifest }) => isManifest).map(({ where, text }) => [where, text]),
      readJson(join(root, `package.nls.${language}.json`)),
    ),
    partProblems(
      texts.filter(({ isManifest }) => !isManifest).map(({ text }) => [text, text]),
      readJson(join(root, 'l10n', `bundle.l10n.${language}.json`)),
    ),
  ];
  return {
    missing: parts.flatMap(({ missing }) => missing),
    stale: parts.flatMap(({ stale }) => stale),
    wrong: parts.flatMap(({ wrong }) => wrong),
  };
}

function partProblems(idsAndTexts, translated) {
  const english = [...new Map(idsAndTexts)];
  const ids = new Set(english.map(([id]) => id));
  return {
    missing: english.filter(([id]) => !(id in translated)).map(([id]) => id),
    stale: Object.keys(translated).filter((id) => !ids.has(id)),
    wrong: english
      .filter(([id, text]) => id in translated && marksOf(text) !== marksOf(translated[id]))
      .map(([id, text]) => `${id}: ${marksOf(text)} <> ${marksOf(translated[id])}`),
  };
}

/** What stands for something, is code, or leads somewhere: the same in every language, in any order. */
const marks = [
  /\{\d+\}/g,
  /`[^`]*`/g,
  /\]\([^)]*\)/g,
  /\bcommand:[\w.]+/g,
  /\b(?:https?|nats|tls):\/\/[\w:/]*(?:\.[\w:/]+)*/g,
  /\b(?:natsKv|explorer|files)\.[\w.]+/g,
  /\$\.\w+|"\$\w+"/g,
];

/** In plans a line is told by its first sign; a blank at an end joins what stands beside. */
function marksOf(text) {
  const found = marks.flatMap((mark) => [...text.matchAll(mark)].map(([one]) => one)).sort();
  const [start = ''] = /^(?:# |-| )/.exec(text) ?? [];
  const [end = ''] = /(?:…| )$/.exec(text) ?? [];
  return JSON.stringify([start, ...found, end]);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
