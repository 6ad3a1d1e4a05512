/**
 * Tells whether a key matches a NATS pattern, in which `*` is one token and a last `>` one or more. It
 * may end in `/>` too: all that is in a folder whose keys are parted by slashes.
 */
export function keyMatcher(pattern: string): (key: string) => boolean {
  if (pattern === '>' || pattern === '') {
    return () => true;
  }
  const tokens = pattern.split('.');
  const start = startOfOpen(tokens.at(-1) ?? '');
  const fixed = start === undefined ? tokens : tokens.slice(0, -1);
  return (key) => {
    const parts = key.split('.');
    const rest = parts.slice(fixed.length).join('.');
    const goesOn = start === undefined ? rest === '' : isBelow(rest, start);
    const isLongEnough = parts.length >= fixed.length;
    return isLongEnough && goesOn && fixed.every((each, at) => each === '*' || each === parts[at]);
  };
}

export interface SubjectPattern {
  /** What a server can be asked for. */
  readonly filter: string;
  /** What of that matches: the filter may let more through. */
  readonly matches: (key: string) => boolean;
}

/** A pattern for a server, which parts keys at dots only. */
export function subjectPattern(pattern: string): SubjectPattern {
  const tokens = pattern.split('.');
  return startOfOpen(tokens.at(-1) ?? '')
    ? { filter: [...tokens.slice(0, -1), '>'].join('.'), matches: keyMatcher(pattern) }
    : { filter: pattern, matches: () => true };
}

/** What stands before `>` in the last token of a pattern that matches whatever follows. */
function startOfOpen(token: string): string | undefined {
  return token === '>' || token.endsWith('/>') ? token.slice(0, -1) : undefined;
}

function isBelow(rest: string, start: string): boolean {
  return rest.length > start.length && rest.startsWith(start);
}

/** Why a text is no pattern for keys, or undefined when it is one. */
export function keyPatternProblem(pattern: string): string | undefined {
  const tokens = pattern.split('.');
  if (tokens.some((token) => token === '')) {
    return 'a pattern needs something before, between and after its dots';
  }
  if (/[\s\p{Cc}]/u.test(pattern)) {
    return 'a pattern must not contain spaces or control characters';
  }
  return tokens.slice(0, -1).includes('>') ? '">" can only be the last token' : undefined;
}
