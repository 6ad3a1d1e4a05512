import { t } from '../base/l10n';
import { wildcardMatcher } from './wildcardMatcher';

export interface SubjectPattern {
  /** What a server can be asked for: it parts keys at dots only. */
  readonly filter: string;
  /** What is wanted of the keys that the filter lets through. */
  readonly matches: (key: string) => boolean;
}

/**
 * Reads a NATS pattern, in which `*` is one token and a last `>` one or more. It may end in `/>` too:
 * all that is in a folder whose keys are parted by slashes.
 */
export function subjectPattern(pattern: string): SubjectPattern {
  if (!pattern.endsWith('/>')) {
    return { filter: pattern, matches: () => true };
  }
  const tokens = pattern.split('.');
  const start = (tokens.pop() ?? '').slice(0, -1);
  return {
    filter: [...tokens, '>'].join('.'),
    matches: (key) => {
      const rest = key.split('.').slice(tokens.length).join('.');
      return rest.length > start.length && rest.startsWith(start);
    },
  };
}

/** Tells whether a key matches a pattern, see `subjectPattern`; every key does where it is empty. */
export function keyMatcher(pattern: string): (key: string) => boolean {
  const { filter, matches } = subjectPattern(pattern);
  if (filter === '>' || filter === '') {
    return matches;
  }
  const isAsked = wildcardMatcher(filter, '.');
  return (key) => isAsked(key) && matches(key);
}

/** Why a text is no pattern for keys, or undefined when it is one. */
export function keyPatternProblem(pattern: string): string | undefined {
  const tokens = pattern.split('.');
  if (tokens.some((token) => token === '')) {
    return t('a pattern needs something before, between and after its dots');
  }
  if (/[\s\p{Cc}]/u.test(pattern)) {
    return t('a pattern must not contain spaces or control characters');
  }
  return tokens.slice(0, -1).includes('>') ? t('">" can only be the last token') : undefined;
}
