import { t } from '../base/l10n';
import { keyProblem, type KeyProblem } from '../model/key';
import { isWildcard, wildcardMatcher } from '../keys/wildcardMatcher';

/**
 * Which keys of a bucket are wanted. `subject`: a NATS pattern over the tokens between dots; `path`:
 * the same over the parts between slashes, for keys such as `/etc/app/name`; `text`: keys that
 * contain a text, whatever its case.
 */
export interface KeyFilter {
  readonly kind: 'subject' | 'path' | 'text';
  /** As it was typed, without spaces around it. */
  readonly text: string;
  readonly matches: (key: string) => boolean;
  /** The filter below the bucket that the server can apply; it lets through just what `matches` does. */
  readonly subjectFilter: string | undefined;
}

export type ParsedFilter =
  | { readonly kind: 'filter'; readonly filter: KeyFilter }
  /** Nothing was typed: every key is wanted. */
  | { readonly kind: 'none' }
  | ({ readonly kind: 'problem' } & KeyProblem);

/**
 * Reads a filter: `orders.*.eu.>`, where `*` is one token and a last `>` one or more; `orders/*` for
 * keys with slashes; or plain text.
 */
export function parseKeyFilter(typed: string): ParsedFilter {
  const text = typed.trim();
  if (text === '') {
    return { kind: 'none' };
  }
  const unfit = text.search(/[\s\p{Cc}\p{Surrogate}]/u);
  if (unfit >= 0) {
    const reason = t('no key contains spaces or control characters');
    return { kind: 'problem', position: typed.indexOf(text) + unfit, reason };
  }
  const separator = wildcardSeparator(text);
  if (separator === undefined) {
    return textFilter(typed, text);
  }
  const problem = patternProblem(text, separator);
  if (problem) {
    return { kind: 'problem', ...problem, position: typed.indexOf(text) + problem.position };
  }
  const matches = wildcardMatcher(text, separator);
  const filter: KeyFilter =
    separator === '.'
      ? { kind: 'subject', text, matches, subjectFilter: text }
      : { kind: 'path', text, matches, subjectFilter: undefined };
  return { kind: 'filter', filter };
}

/** What the wildcards of a text stand between; undefined where it has none. */
function wildcardSeparator(text: string): '.' | '/' | undefined {
  return (['.', '/'] as const).find((separator) => text.split(separator).some(isWildcard));
}

/** A `*` or `>` inside of a token is hardly ever meant as the character that it then is. */
function textFilter(typed: string, text: string): ParsedFilter {
  const wildcard = text.search(/[*>]/);
  if (wildcard >= 0) {
    const reason = t(
      '"{0}" stands for whole tokens, with a dot or a slash before it',
      String(text[wildcard]),
    );
    return { kind: 'problem', position: typed.indexOf(text) + wildcard, reason };
  }
  const wanted = text.toLowerCase();
  const matches = (key: string): boolean => key.toLowerCase().includes(wanted);
  return { kind: 'filter', filter: { kind: 'text', text, matches, subjectFilter: undefined } };
}

function patternProblem(text: string, separator: '.' | '/'): KeyProblem | undefined {
  const tokens = text.split(separator);
  let position = 0;
  for (const [at, token] of tokens.entries()) {
    const isLast = at === tokens.length - 1;
    if (token === '>' && !isLast) {
      return { position, reason: t('">" can only be the last token') };
    }
    if (!isWildcard(token)) {
      const problem = tokenProblem(token, separator);
      if (problem) {
        return {
          position: Math.min(position + problem.position, text.length - 1),
          reason: problem.reason,
        };
      }
    }
    position += token.length + 1;
  }
  return undefined;
}

/** Empty parts are fine between slashes: a key may begin with one. */
function tokenProblem(token: string, separator: '.' | '/'): KeyProblem | undefined {
  const wildcard = token.search(/[*>]/);
  if (wildcard >= 0) {
    return {
      position: wildcard,
      reason: t('"{0}" stands for a whole token', String(token[wildcard])),
    };
  }
  if (separator === '/') {
    return undefined;
  }
  return token === ''
    ? { position: 0, reason: t('a pattern needs something before, between and after its dots') }
    : keyProblem(token);
}
