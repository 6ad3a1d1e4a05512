import { regexOf, valueMatcher, type TextSpan, type ValueQuery } from './valueQuery';
import type { PathProblem } from './jsonPath';

/** What takes the place of a part of a text. */
export interface TextEdit extends TextSpan {
  readonly text: string;
}

/**
 * Tells what takes the place of the matches in a text, in their order: of those whose number `wanted`
 * takes, counted from 0 as the matcher finds them. May take very long with some regular expressions:
 * run it guarded.
 */
export type ValueReplacer = (text: string, wanted: (ordinal: number) => boolean) => TextEdit[];

/**
 * Makes the replacer of a query. In the replacement of a regular expression `$1`, `$<name>`, `$&` and
 * `$$` mean what they mean in JavaScript; that of a JSON path takes the place of the whole value.
 */
export function valueReplacer(query: ValueQuery, replacement: string): ValueReplacer | PathProblem {
  if (query.kind === 'jsonPath') {
    const matcher = valueMatcher(query);
    return typeof matcher === 'function'
      ? (text, wanted) => replaceSpans(matcher(text, Infinity), wanted, replacement)
      : matcher;
  }
  const regex = regexOf(query);
  if (!(regex instanceof RegExp)) {
    return regex;
  }
  const fill =
    query.kind === 'regex' ? (match: Match) => expand(replacement, match) : () => replacement;
  return (text, wanted) => replaceMatches(text, regex, wanted, fill);
}

interface Match {
  readonly text: string;
  readonly groups: readonly (string | undefined)[];
  readonly named: Readonly<Record<string, string | undefined>>;
}

function replaceMatches(
  text: string,
  regex: RegExp,
  wanted: (ordinal: number) => boolean,
  fill: (match: Match) => string,
): TextEdit[] {
  const edits: TextEdit[] = [];
  let ordinal = 0;
  for (const match of text.matchAll(regex)) {
    const [whole, ...groups] = match;
    // Matches of nothing are none: they were not shown either.
    if (whole !== '' && wanted(ordinal++)) {
      const filled = fill({ text: whole, groups, named: match.groups ?? {} });
      edits.push({ start: match.index, end: match.index + whole.length, text: filled });
    }
  }
  return edits;
}

/** What stands for no group of the expression is left as it is. */
function expand(replacement: string, { text, groups, named }: Match): string {
  return replacement.replace(
    /\$(?:([$&])|(\d{1,2})|<([^>]*)>)/g,
    (whole, sign?: string, digits?: string, name?: string) => {
      if (sign !== undefined) {
        return sign === '$' ? '$' : text;
      }
      if (name !== undefined) {
        return name in named ? (named[name] ?? '') : whole;
      }
      const at = Number(digits);
      return at >= 1 && at <= groups.length ? (groups[at - 1] ?? '') : whole;
    },
  );
}

/** A value inside of one that was replaced is gone with it. */
function replaceSpans(
  spans: readonly TextSpan[],
  wanted: (ordinal: number) => boolean,
  text: string,
): TextEdit[] {
  const chosen = spans.filter((_, ordinal) => wanted(ordinal)).sort((a, b) => a.start - b.start);
  let last = 0;
  return chosen.flatMap(({ start, end }) => {
    const isInside = start < last;
    last = Math.max(last, end);
    return isInside ? [] : [{ start, end, text }];
  });
}

/** A text with its parts replaced. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const edit of edits) {
    parts.push(text.slice(end, edit.start), edit.text);
    end = edit.end;
  }
  return parts.join('') + text.slice(end);
}

/**
 * The edits for a stored text which stand for those of the text that an editor makes of it: without
 * its byte order mark, and with every line end as one character. All else stays as it is stored.
 */
export function editsOfStored(stored: string, edits: readonly TextEdit[]): TextEdit[] {
  const mark = stored.startsWith('\ufeff') ? 1 : 0;
  const pairs = /\r\n/g;
  let shift = mark;
  let pair = pairs.exec(stored);
  const place = (at: number): number => {
    while (pair && pair.index < at + shift) {
      shift++;
      pair = pairs.exec(stored);
    }
    return at + shift;
  };
  return edits.map(({ start, end, text }) => ({ start: place(start), end: place(end), text }));
}
