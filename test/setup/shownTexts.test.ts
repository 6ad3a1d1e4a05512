import { describe, expect, it } from 'vitest';
import { shownTexts } from '../../scripts/docs/shownTexts.mjs';
import { root } from '../../scripts/lib/root.mjs';

const texts = shownTexts(root);

function textsLike(pattern: RegExp): string[] {
  return texts
    .filter(({ text }) => pattern.test(text))
    .map(({ where, text }) => `${where}: ${text}`);
}

describe('the texts that users see', () => {
  it('are found in the manifest and in the sources', () => {
    const places = texts.map(({ where }) => where);
    expect(places).toContain('command.connection.add');
    expect(places).toContain('src/views/buckets/rows/messages.ts');
    expect(texts.length).toBeGreaterThan(700);
  });

  it.each([
    ['exclaim nothing', /!(?!=)/],
    ['end with one mark', /[?!…]\.|(?<!\$)\.\.(?!\.)/],
    ['write an ellipsis as one character', /\.\.\.(?!\.)/],
    ['have single spaces, and none at an end that nothing follows', / {2}|\s$/],
    ['abbreviate nothing', /\b(e\.g|i\.e|etc)\b/],
    ['call the moment of a revision created', /^Stored$/],
    [
      'have no internal words',
      /\b(subscription|consumer sequence|NaN|undefined|null(?! is expected))\b/,
    ],
    [
      'name the product as NATS does',
      /\b(Nats(?!-Msg-Id)|Jetstream|nats-Server|Key\/value|key-value)\b/,
    ],
  ])('%s', (_, pattern) => {
    expect(textsLike(pattern)).toEqual([]);
  });

  it('ask for input with an ellipsis only where a command goes on', () => {
    const broken = texts.filter(({ where, text }) => /^command\./.test(where) && /…./.test(text));
    expect(broken).toEqual([]);
  });
});
