/**
 * A pattern for `<bucket>/<key>`, as globs of files are: `*` is anything but `/`, `**` anything, `?`
 * one character, `{a,b}` either. Keys have no folders: `orders/eu.*` matches `eu.1` and `eu.1.2`.
 */
export function globExpression(pattern: string): RegExp {
  let depth = 0;
  const source = pattern.replace(/\*\*|[*?{},]|[^*?{},]+/g, (part) => {
    switch (part) {
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        depth++;
        return '(?:';
      case '}':
        return depth > 0 && depth-- > 0 ? ')' : '\\}';
      case ',':
        return depth > 0 ? '|' : ',';
      default:
        return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    }
  });
  return new RegExp(`^${source}${')'.repeat(depth)}$`, 'su');
}

/** The value of the most telling pattern that matches: the one with the most plain characters. */
export function bestMatch<T>(
  patterns: Readonly<Record<string, T>>,
  bucket: string,
  key: string,
): T | undefined {
  const weight = (pattern: string): number => pattern.replace(/[*?{},]/g, '').length;
  const [best] = Object.entries(patterns)
    .filter(([pattern]) => globExpression(pattern).test(`${bucket}/${key}`))
    .sort(([a], [b]) => weight(b) - weight(a));
  return best?.[1];
}
