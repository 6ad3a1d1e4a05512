import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  iconText,
  markdownText,
  plainLines,
  plainSentences,
  plainText,
} from '../../../src/views/shown/plainText';
import { linksIn, iconsIn } from '../../support/markup';

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('[', ']', '(', ')', '$', '$(trash)', '](', '[x](command:undo)', '\u2060'),
      fc.constantFrom('https://a.b', 'command:undo', ' "title"', '\\', '\n', '\u202e', '\0', 'x'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('plainText', () => {
  it('leaves an ordinary text as it is', () => {
    for (const text of ['orders.eu.42', 'a[0].b', 'f(x)', 'kľúč', '10 $', '']) {
      expect(plainText(text)).toBe(text);
    }
  });

  it('shows links and icons as they are written', () => {
    const shown = plainText('[x](command:undo) $(trash)');

    expect(linksIn(shown)).toEqual([]);
    expect(iconsIn(shown)).toEqual([]);
    expect(shown.replaceAll('\u2060', '')).toBe('[x](command:undo) $(trash)');
  });

  it('makes visible what would not be seen', () => {
    expect(plainText('a\u202eb\0c\nd')).toBe('a\\u202eb\\u0000c\\nd');
    expect(plainLines('a\u202e\nb')).toBe('a\\u202e\nb');
  });

  it('finds no link or icon in any text, and stays as it is when applied again', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const shown = plainText(one);

        expect(linksIn(plainText(`${shown}${plainText(other)}`))).toEqual([]);
        expect(iconsIn(shown)).toEqual([]);
        expect(plainText(shown)).toBe(shown);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('plainSentences', () => {
  it.each([
    ['Failed: is a server running there?.', 'Failed: is a server running there?'],
    ['Failed: it says so.. Try again.', 'Failed: it says so. Try again.'],
    ['Failed to read the value.….', 'Failed to read the value.…'],
    ['Wait…. ', 'Wait… '],
    ['v1.2.3 of a..b', 'v1.2.3 of a..b'],
  ])('ends %j with one mark', (text, shown) => {
    expect(plainSentences(text)).toBe(shown);
  });
});

describe('iconText', () => {
  it('begins with the icon that was asked for and has no other', () => {
    expect(iconsIn(iconText('database', '$(trash) local'))).toEqual(['database']);
    expect(iconsIn(iconText(undefined, '$(trash) local'))).toEqual([]);
  });
});

describe('markdownText', () => {
  it.each([
    'https://evil.example/x',
    'www.evil.example',
    'me@evil.example',
    '[x](command:y)',
    '<b>',
  ])('takes %s for no markup', (text) => {
    const shown = markdownText(text);

    expect(shown.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[^\w\s]/);
    expect(shown.replaceAll('\\', '')).toBe(text);
  });
});
