/** Tells whether a key matches a NATS pattern, in which `*` is one token and a last `>` one or more. */
export function keyMatcher(pattern: string): (key: string) => boolean {
  if (pattern === '>' || pattern === '') {
    return () => true;
  }
  const tokens = pattern.split('.');
  const isOpen = tokens.at(-1) === '>';
  const fixed = isOpen ? tokens.slice(0, -1) : tokens;
  return (key) => {
    const parts = key.split('.');
    const isLongEnough = isOpen ? parts.length > fixed.length : parts.length === fixed.length;
    return isLongEnough && fixed.every((token, at) => token === '*' || token === parts[at]);
  };
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
