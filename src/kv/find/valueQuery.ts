import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import { t } from '../base/l10n';
import { parseJsonPath, type PathProblem } from './jsonPath';
import { valuesAt } from './jsonPathMatch';

/** What is looked for in values. */
export type ValueQuery =
  | (TextOptions & { readonly kind: 'text'; readonly text: string })
  | (TextOptions & { readonly kind: 'regex'; readonly text: string })
  | { readonly kind: 'jsonPath'; readonly text: string };

interface TextOptions {
  readonly matchCase: boolean;
  /** Only where no letter, digit or `_` stands right before or after it. */
  readonly wholeWord?: boolean;
}

/** A place in a text, in UTF-16 units. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the places in a text that match, in their order, at most `limit`. May take very long with some
 * regular expressions: run it guarded.
 */
export type ValueMatcher = (text: string, limit: number) => TextSpan[];

/** Makes the matcher of a query, or tells what is wrong with it and where. */
export function valueMatcher(query: ValueQuery): ValueMatcher | PathProblem {
  if (query.kind === 'jsonPath') {
    return pathMatcher(query.text);
  }
  const regex = regexOf(query);
  return regex instanceof RegExp ? regexMatcher(regex) : regex;
}

/**
 * The expression of a query for text, or what is wrong with it. With the flags `u`, so that `.` is a
 * whole character, and `m`, so that `^` and `$` are a line's ends.
 */
export function regexOf(query: Exclude<ValueQuery, { kind: 'jsonPath' }>): RegExp | PathProblem {
  const { kind, text, matchCase, wholeWord = false } = query;
  if (text === '') {
    return { position: 0, reason: t('there is nothing to look for') };
  }
  const flags = matchCase ? 'gmu' : 'gimu';
  try {
    // By itself first: what is wrong with it is told as it was typed.
    const plain = new RegExp(kind === 'text' ? escapeRegex(text) : text, flags);
    return wholeWord ? new RegExp(`(?<!${word})(?:${plain.source})(?!${word})`, flags) : plain;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const reason = said.replace(/^Invalid regular expression: /, '').replace(/^.*: /s, '');
    return { position: 0, reason: reason.charAt(0).toLowerCase() + reason.slice(1) };
  }
}

const word = String.raw`[\p{L}\p{M}\p{N}_]`;

function regexMatcher(regex: RegExp): ValueMatcher {
  return (text, limit) => {
    const spans: TextSpan[] = [];
    regex.lastIndex = 0;
    for (let match = regex.exec(text); match && spans.length < limit; match = regex.exec(text)) {
      const [{ length }] = match;
      if (length > 0) {
        spans.push({ start: match.index, end: match.index + length });
      } else {
        // A match of nothing would be found at the same place for ever.
        regex.lastIndex += (text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1;
      }
    }
    return spans;
  };
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function pathMatcher(text: string): ValueMatcher | PathProblem {
  const parsed = parseJsonPath(text);
  if (!('path' in parsed)) {
    return parsed;
  }
  const { path } = parsed;
  return (value, limit) => {
    const root = parseStrictly(value);
    const nodes = root ? valuesAt(root, path) : [];
    return nodes
      .slice(0, limit)
      .map(({ offset, length }) => ({ start: offset, end: offset + length }));
  };
}

/**
 * The tree of a JSON text; undefined for what is none, or is nested too deeply to be looked at. Most other
 * texts are told by their first character.
 */
export function parseStrictly(text: string): Node | undefined {
  if (!/^\s*[[{"\-\dtfn]/.test(text)) {
    return undefined;
  }
  const errors: ParseError[] = [];
  try {
    const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
    return errors.length === 0 ? root : undefined;
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}
