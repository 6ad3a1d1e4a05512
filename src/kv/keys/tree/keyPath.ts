/**
 * What a key is split at. The dot always is; a slash may be besides, and then stands at the start of
 * the token after it, so that `a/b` and `a.b` stay apart. One at the very start of a key parts nothing.
 */
export interface Separators {
  readonly slash: boolean;
}

/** The path of a child; `''` is the top. */
export function joinPath(prefix: string, token: string, { slash }: Separators): string {
  if (prefix === '') {
    return token;
  }
  return slash && token.startsWith('/') ? prefix + token : `${prefix}.${token}`;
}

/** The path above a path; `''` when it stands at the top. */
export function parentPath(path: string, { slash }: Separators): string {
  return path.slice(0, Math.max(0, lastSeparator(path, slash)));
}

/** The last part of a path as people name it, without its separator. */
export function nameOf(path: string, { slash }: Separators): string {
  return path.slice(lastSeparator(path, slash) + 1);
}

function lastSeparator(path: string, slash: boolean): number {
  const dot = path.lastIndexOf('.');
  const found = slash ? Math.max(dot, path.lastIndexOf('/')) : dot;
  return found === 0 ? -1 : found;
}
