import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutSaveParticipants } from '../../../src/kv/values/withoutSaveParticipants';
import { expectLinear } from '../../support/linear';

const runs = { numRuns: 2_000 };

const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\t', '\n', '\r\n', '\r', 'é') });

/** What VS Code's participants do to a document, written as VS Code does it: by lines. */
function participants(
  stored: string,
  set: { trim: boolean; trimFinal: boolean; insertFinal: boolean; end: string },
): string {
  let lines = stored.split(/\r\n|\r|\n/);
  if (set.trim) {
    lines = lines.map((line) => line.replace(/[ \t]+$/, ''));
  }
  if (set.trimFinal && lines.some((line) => line !== '')) {
    const last = lines.findLastIndex((line) => line !== '');
    lines = lines.slice(0, Math.min(lines.length, last + 2));
  }
  if (set.insertFinal && lines.at(-1) !== '') {
    lines.push('');
  }
  return lines.join(set.end);
}

const set = fc.record({
  trim: fc.boolean(),
  trimFinal: fc.boolean(),
  insertFinal: fc.boolean(),
});

/** The line end that VS Code gives to all lines of a text as it opens it. */
function lineEndInEditor(stored: string): string {
  const all = stored.match(/\r\n|\r|\n/g) ?? [];
  return all.filter((end) => end !== '\n').length > all.length / 2 ? '\r\n' : '\n';
}

const bare = (value: string): string => value.replace(/[ \t]*(\r\n|\r|\n)/g, '\n').trimEnd();

describe('withoutSaveParticipants', () => {
  it('gives the stored text when nothing but participants touched it', () => {
    fc.assert(
      fc.property(text, set, (stored, settings) => {
        const saved = participants(stored, { ...settings, end: lineEndInEditor(stored) });

        expect(withoutSaveParticipants(stored, saved)).toBe(stored);
      }),
      runs,
    );
  });

  it('never loses what was typed', () => {
    fc.assert(
      fc.property(text, text, (stored, edited) => {
        const result = withoutSaveParticipants(stored, edited);

        expect(bare(result)).toBe(bare(edited));
        const plain = (value: string): string => value.replace(/\r\n?/g, '\n');
        if (plain(result) !== plain(stored)) {
          const ends = [plain(edited), plain(edited).slice(0, -1), `${plain(edited)}\n`];
          expect(ends).toContain(plain(result));
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['a newline added to a text without one', '42', '42\n', '42'],
    ['a newline of Windows added', '42', '42\r\n', '42'],
    ['a newline added to a changed text', '42', '43\n', '43'],
    ['two newlines typed', '42', '42\n\n', '42\n\n'],
    ['a newline kept', '42\n', '43\n', '43\n'],
    ['a newline taken away', '42\n', '42', '42'],
    ['further newlines trimmed', 'a\n\n\n', 'a\n', 'a\n\n\n'],
    ['all newlines taken away', 'a\n\n', 'a', 'a'],
    ['trailing space trimmed everywhere', 'a  \nb\t', 'a\nb', 'a  \nb\t'],
    ['trailing space trimmed and a newline added', 'a  ', 'a\n', 'a  '],
    ['trailing space deleted in one of two lines', 'a  \nb  ', 'a\nb  ', 'a\nb  '],
    ['trailing space typed', 'a', 'a ', 'a '],
    ['leading space typed', 'a', ' a', ' a'],
    ['a line end changed', 'a\r\nb', 'a\nb', 'a\nb'],
    ['a line end changed and a newline added', 'a\nb', 'a\r\nb\r\n', 'a\r\nb'],
    ['lone carriage returns opened as another line end', 'a\rb\r', 'a\r\nb\r\n', 'a\rb\r'],
    ['a line changed among lone carriage returns', 'a\rb\rc', 'a\r\nX\r\nc', 'a\rX\rc'],
    ['a line added among lone carriage returns', 'a\rb', 'a\r\nnew\r\nb', 'a\rnew\rb'],
    ['lone carriage returns made newlines', 'a\rb', 'a\nb', 'a\nb'],
    [
      'a final newline taken by a formatter',
      '{\n "a":1\n}\n',
      '{\n  "a": 2\n}',
      '{\n  "a": 2\n}\n',
    ],
    ['a line end changed with the text', 'a\r\nb', 'a\nc', 'a\nc'],
    ['one line typed into nothing', '', '42\n', '42'],
    ['two lines typed into nothing', '', 'a\nb\n', 'a\nb\n'],
    ['everything deleted', 'a\n', '', ''],
    ['mixed line ends made one', 'a\r\nb\nc', 'a\nb\nc', 'a\r\nb\nc'],
    ['a line changed among mixed line ends', 'a\r\nb\nc\rd', 'a\r\nX\r\nc\r\nd', 'a\r\nX\r\nc\rd'],
    ['a line added among mixed line ends', 'a\r\nb\nc\n', 'a\nnew\nb\nc\n', 'a\r\nnew\nb\nc\n'],
    ['a line removed among mixed line ends', 'a\r\nb\nc\n', 'a\nc\n', 'a\r\nc\n'],
  ])('takes %s', (_, stored, edited, expected) => {
    expect(withoutSaveParticipants(stored, edited)).toBe(expected);
  });

  it.each([' ', '\n', ' \n', '\r', 'a\n'])('takes linear time over a long run of %j', (unit) => {
    expectLinear((size) => {
      const long = `x${unit.repeat(size)}y`;
      withoutSaveParticipants(long, `${long}z`);
    }, 400_000);
  });
});
