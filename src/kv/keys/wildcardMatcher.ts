export function isWildcard(token: string): boolean {
  return token === '*' || token === '>';
}

/** Tells whether a key matches a pattern, in which `*` is one token and a last `>` one or more. */
export function wildcardMatcher(pattern: string, separator: '.' | '/'): (key: string) => boolean {
  const tokens = pattern.split(separator);
  const isOpen = tokens.at(-1) === '>';
  const fixed = isOpen ? tokens.slice(0, -1) : tokens;
  return (key) => {
    let start = 0;
    for (const token of fixed) {
      if (start > key.length) {
        return false;
      }
      const found = key.indexOf(separator, start);
      const end = found < 0 ? key.length : found;
      const fits = token === '*' || (end - start === token.length && key.startsWith(token, start));
      if (!fits) {
        return false;
      }
      start = end + 1;
    }
    return isOpen ? start <= key.length : start > key.length;
  };
}

/** Whether there is a key that both patterns match. */
export function patternsOverlap(a: readonly string[], b: readonly string[]): boolean {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [left = '', right = ''] = [a[at], b[at]];
    if (left === '>' || right === '>') {
      return true;
    }
    if (left !== right && left !== '*' && right !== '*') {
      return false;
    }
  }
  return a.length === b.length;
}
