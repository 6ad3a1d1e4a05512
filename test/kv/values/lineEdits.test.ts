import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineEdits, type TextPlace } from '../../../src/kv/values/lineEdits';

describe('the edits between two texts', () => {
  it('are the lines that differ', () => {
    expect(lineEdits('a\nb\nc', 'a\nx\nc')).toEqual([
      { start: { line: 1, character: 0 }, end: { line: 2, character: 0 }, text: 'x\n' },
    ]);
    expect(lineEdits('a\nb', 'a\nb')).toEqual([]);
  });

  it('make one of the other, wherever they are', () => {
    const text = fc.array(fc.constantFrom('', 'a', 'bb', 'ccc')).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const offset = ({ line, character }: TextPlace): number =>
          before.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
        let edited = before;
        for (const { start, end, text: piece } of lineEdits(before, after).toReversed()) {
          edited = `${edited.slice(0, offset(start))}${piece}${edited.slice(offset(end))}`;
        }
        expect(edited).toBe(after);
      }),
      { numRuns: 500 },
    );
  });
});
