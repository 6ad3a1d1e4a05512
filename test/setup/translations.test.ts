import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtTexts, shownTexts } from '../../scripts/docs/shownTexts.mjs';
import { languages, translationProblems } from '../../scripts/docs/translations.mjs';
import { root } from '../../scripts/lib/root.mjs';

const texts = shownTexts(root);
const english = texts.filter(({ isManifest }) => !isManifest).map(({ text }) => text);

function bundle(language: string): Record<string, string> {
  const path = join(root, 'l10n', `bundle.l10n.${language}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
}

describe('the texts that are translated', () => {
  it('are literals, which translations are found by', () => {
    expect(english.length).toBeGreaterThan(2000);
    expect(builtTexts(root)).toEqual([]);
  });

  it('have a form of their own for one, and no letter for more than one', () => {
    expect(english.filter((text) => /\}s\b|\(s\)/.test(text))).toEqual([]);
    const one = english.filter((text) => /^1 \w+$/.test(text));
    expect(one).toContain('1 key');
    const many = (text: string) =>
      new RegExp(`^\\{0\\} ${text.slice(2).replace(/y$/, '(y|ies)')}(e?s)?\\b`);
    expect(one.filter((text) => !english.some((other) => many(text).test(other)))).toEqual([]);
  });
});

describe.each(languages)('the translation into %s', (language) => {
  const problems = translationProblems(root, language, texts);

  it('lacks no text', () => {
    expect(problems.missing).toEqual([]);
  });

  it('has none that nobody shows any more', () => {
    expect(problems.stale).toEqual([]);
  });

  it('keeps what stands for something, is code, or leads somewhere', () => {
    expect(problems.wrong).toEqual([]);
  });

  it('says one and many as the language does', () => {
    const { '1 key': one, '{0} keys': many } = bundle(language);
    expect(one?.replace('1', '{0}') === many).toBe(true);
  });
});
