import type { TextSpan } from './valueQuery';

/** One match in a value, with its line to show. */
export interface ValueMatch {
  /** How many matches come before it in the same value: finds it again in the same text. */
  readonly ordinal: number;
  readonly span: TextSpan;
  /** Counted from 0. */
  readonly line: number;
  /** The line as far as it is shown, without space before it. */
  readonly shown: string;
  /** The match in `shown`; cut off where it goes on in another line. */
  readonly marked: TextSpan;
}

/** How much of a line is shown before a match, and of all. */
const lead = 24;
const longest = 160;

/** The matches of a text with their lines. */
export function describeMatches(text: string, spans: readonly TextSpan[]): ValueMatch[] {
  let line = 0;
  let lineStart = 0;
  return spans.map((span, ordinal) => {
    for (;;) {
      const end = text.indexOf('\n', lineStart);
      if (end < 0 || end >= span.start) {
        break;
      }
      line++;
      lineStart = end + 1;
    }
    return { ordinal, span, line, ...lineAround(text, span, lineStart) };
  });
}

function lineAround(
  text: string,
  { start, end }: TextSpan,
  lineStart: number,
): Pick<ValueMatch, 'shown' | 'marked'> {
  const nextLine = text.indexOf('\n', start);
  const lineEnd = nextLine < 0 ? text.length : nextLine;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, start))?.[0].length ?? 0;
  const first = lineStart + indent;
  const isCut = start - first > lead;
  const from = isCut ? wholeCharacter(text, start - lead) : first;
  const to = wholeCharacter(text, Math.min(lineEnd, from + longest));
  const before = isCut ? '…' : '';
  const shown = before + text.slice(from, to).replace(/[\r\t]/g, ' ') + (to < lineEnd ? '…' : '');
  const shift = before.length - from;
  const marked = { start: start + shift, end: Math.min(end, to) + shift };
  return { shown, marked };
}

/** Moves a cut out of the middle of a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  return /^[\uDC00-\uDFFF]/.test(text.slice(at, at + 1)) ? at + 1 : at;
}
