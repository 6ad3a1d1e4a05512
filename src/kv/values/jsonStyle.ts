import type { JsonTokens } from './scanJson';
import { TextBuilder } from './textBuilder';

/**
 * The white space of a JSON text in one line: what stands at each kind of place between two tokens,
 * and behind the last. Minified text has an empty string everywhere.
 */
export interface JsonStyle {
  readonly gaps: Readonly<Record<Place, string>>;
  /** What follows the value: mostly nothing or a line feed. */
  readonly tail: string;
}

/** A place between two tokens; `empty` is inside of `{}` or `[]`. */
type Place =
  | 'afterBrace'
  | 'beforeBrace'
  | 'afterBracket'
  | 'beforeBracket'
  | 'empty'
  | 'beforeColon'
  | 'afterColon'
  | 'beforeComma'
  | 'afterComma';

/** A formatted text longer than this is not made: editors do not take it, deep nesting is long. */
const longestFormatted = 32 * 1024 * 1024;

const indent = '  ';

/** Any one-line value of braces or brackets; a value alone, such as `42`, has no tokens to move. */
const container = /^[[{]/;

const character = {
  comma: 44,
  colon: 58,
  openBracket: 91,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
} as const;

/**
 * The style of a text in one line, or undefined when it has none that gives the text back exactly:
 * it has line breaks inside, leading white space, or differing white space at places of one kind.
 */
export function styleOf(tokens: JsonTokens): JsonStyle | undefined {
  const { text, bounds, count } = tokens;
  if (!container.test(text)) {
    return undefined;
  }
  const found: Partial<Record<Place, string>> = {};
  for (let i = 1; i < count; i++) {
    const gap = text.slice(bounds[2 * i - 1], bounds[2 * i]);
    const place = placeBefore(tokens, i);
    const known = found[place];
    if (known === undefined && !/[\r\n]/.test(gap)) {
      found[place] = gap;
    } else if (known !== gap) {
      return undefined;
    }
  }
  return { gaps: allGaps(found), tail: text.slice(bounds[2 * count - 1]) };
}

/** A text with no sample of a place gets what its other places suggest. */
function allGaps(found: Readonly<Partial<Record<Place, string>>>): JsonStyle['gaps'] {
  const after = found.afterComma ?? found.afterColon ?? '';
  return {
    afterBrace: '',
    beforeBrace: '',
    afterBracket: '',
    beforeBracket: '',
    empty: '',
    beforeColon: '',
    afterColon: after,
    beforeComma: '',
    afterComma: after,
    ...found,
  };
}

/** The text in a style: every token as it is, with other white space between them. */
export function restyle(tokens: JsonTokens, { gaps, tail }: JsonStyle): string {
  const { text, bounds, count } = tokens;
  const result = new TextBuilder(text.length);
  for (let i = 0; i < count; i++) {
    if (i > 0) {
      result.append(gaps[placeBefore(tokens, i)]);
    }
    result.append(text, bounds[2 * i], bounds[2 * i + 1]);
  }
  result.append(tail);
  return result.toString();
}

/** The text with one value a line, or undefined when that would be too long. */
export function formatJson(tokens: JsonTokens): string | undefined {
  const { text, bounds, count } = tokens;
  const breaks = new LineBreaks();
  const result = new TextBuilder(2 * text.length);
  let depth = 0;
  for (let i = 0; i < count; i++) {
    const place = i > 0 ? placeBefore(tokens, i) : undefined;
    depth += place === undefined ? 0 : depthChange[place];
    const gap = place === undefined ? '' : formattedGap(place, depth, breaks);
    result.append(gap);
    result.append(text, bounds[2 * i], bounds[2 * i + 1]);
    if (result.length > longestFormatted) {
      return undefined;
    }
  }
  return result.toString();
}

const depthChange: Readonly<Record<Place, number>> = {
  afterBrace: 1,
  beforeBrace: -1,
  afterBracket: 1,
  beforeBracket: -1,
  empty: 0,
  beforeColon: 0,
  afterColon: 0,
  beforeComma: 0,
  afterComma: 0,
};

function formattedGap(place: Place, depth: number, breaks: LineBreaks): string {
  switch (place) {
    case 'empty':
    case 'beforeColon':
    case 'beforeComma':
      return '';
    case 'afterColon':
      return ' ';
    default:
      return breaks.at(depth);
  }
}

/** Owns the line breaks with their indentation, each made once. */
class LineBreaks {
  private readonly made: string[] = [];

  at(depth: number): string {
    return (this.made[depth] ??= `\n${indent.repeat(depth)}`);
  }
}

/** The place between the token `i` and the one before it. A token is known by its first character. */
function placeBefore({ text, bounds }: JsonTokens, i: number): Place {
  const before = text.charCodeAt(bounds[2 * i - 2] ?? 0);
  const after = text.charCodeAt(bounds[2 * i] ?? 0);
  const closes = after === character.closeBrace || after === character.closeBracket;
  switch (before) {
    case character.openBrace:
      return closes ? 'empty' : 'afterBrace';
    case character.openBracket:
      return closes ? 'empty' : 'afterBracket';
    case character.comma:
      return 'afterComma';
    case character.colon:
      return 'afterColon';
  }
  switch (after) {
    case character.closeBrace:
      return 'beforeBrace';
    case character.closeBracket:
      return 'beforeBracket';
    default:
      return after === character.colon ? 'beforeColon' : 'beforeComma';
  }
}
