import { t } from '../base/l10n';

/** A word, symbol, string or number of a rule, with its offset in UTF-16 units. */
export interface RuleToken {
  readonly kind: 'word' | 'symbol' | 'text' | 'number';
  readonly text: string;
  readonly position: number;
}

/** Why a text is no rule, and where. */
export interface RuleProblem {
  readonly position: number;
  /** A sentence without a final period. */
  readonly problem: string;
}

type TokenPattern = readonly [kind: RuleToken['kind'], pattern: RegExp];

/**
 * A word is anything up to a space, a parenthesis or a comparison, so that patterns such as
 * `orders.*.>` need no quotes: a `>` after a dot belongs to the word.
 */
const patterns: readonly TokenPattern[] = [
  ['text', /^"(?:[^"\\]|\\.)*"/],
  ['number', /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=$|[\s()<>=!])/],
  ['symbol', /^(?:[=!<>]=|[()<>])/],
  ['word', /^(?:\["(?:[^"\\]|\\.)*"\]|\[\d+\]|\.>|[^\s()<>=!"[\]])+/],
];

/** Cuts a rule into tokens. */
export function ruleTokens(source: string): RuleToken[] | RuleProblem {
  const tokens: RuleToken[] = [];
  let position = 0;
  for (;;) {
    position += /^\s*/.exec(source.slice(position))?.[0].length ?? 0;
    if (position >= source.length) {
      return tokens;
    }
    const token = tokenAt(source, position);
    if (!token) {
      return { position, problem: t('"{0}" is not expected here', String(source[position])) };
    }
    tokens.push(token);
    position += token.text.length;
  }
}

function tokenAt(source: string, position: number): RuleToken | undefined {
  const rest = source.slice(position);
  for (const [kind, pattern] of patterns) {
    const text = pattern.exec(rest)?.[0];
    if (text !== undefined) {
      return { kind, text, position };
    }
  }
  return undefined;
}
