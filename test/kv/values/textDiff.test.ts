import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../../src/kv/values/lineDiff';
import { textDiff, type TextSegment } from '../../../src/kv/values/textDiff';

function joined(segments: readonly TextSegment[], without: TextSegment['kind']): string[] {
  return segments.filter(({ kind }) => kind !== without).map(({ text }) => text);
}

describe('textDiff', () => {
  it('shows what changed with a little around it', () => {
    expect(textDiff('the quick brown fox jumps', 'the quick red fox jumps', 60)).toEqual([
      { kind: 'same', text: 'the quick ' },
      { kind: 'removed', text: 'brown' },
      { kind: 'added', text: 'red' },
      { kind: 'same', text: ' fox jumps' },
    ]);
  });

  it('is empty for equal texts and bounded for long ones', () => {
    expect(textDiff('a', 'a', 60)).toEqual([]);
    const segments = textDiff('x'.repeat(100_000), 'y'.repeat(100_000), 60);
    expect(segments.every(({ text }) => text.length <= 61)).toBe(true);
  });

  it('holds both texts and cuts no character in two', () => {
    const texts = fc.string({
      unit: fc.constantFrom('a', 'b', '\u{1f600}', '\u{1f603}', '\u{1fa00}'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const segments = textDiff(before, after, 1_000);
        const pieces = segments.map(({ text }) => text);
        expect(pieces.join('')).not.toMatch(/\p{Surrogate}/u);
        if (before !== after && !pieces.join('').includes('…')) {
          expect(joined(segments, 'added').join('')).toBe(before);
          expect(joined(segments, 'removed').join('')).toBe(after);
        }
      }),
    );
  });
});

describe('lineDiff', () => {
  it('holds both texts', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const [before, after] = [a.join('\n'), b.join('\n')];
        const segments = lineDiff(before, after);
        expect(joined(segments, 'added').join('\n')).toBe(before);
        expect(joined(segments, 'removed').join('\n')).toBe(after);
      }),
    );
  });

  it('keeps the lines that both have', () => {
    expect(lineDiff('a\nb\nc\nd', 'a\nx\nc\nd').map(({ kind }) => kind)).toEqual([
      'same',
      'removed',
      'added',
      'same',
      'same',
    ]);
  });

  it('shows texts with thousands of other lines as replaced', () => {
    const many = (word: string) => Array.from({ length: 3_000 }, (_, at) => word + at).join('\n');
    expect(lineDiff(many('a'), many('b'))).toHaveLength(6_000);
  });
});
