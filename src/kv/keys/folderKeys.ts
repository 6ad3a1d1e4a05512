import { parentPath } from './tree/keyPath';

/**
 * What the keys of a folder go on with after its prefix: all of them with a dot, all that were looked
 * at with a slash, or that is not known.
 */
export type FolderSeparator = '.' | '/' | 'mixed';

export interface Folder {
  readonly prefix: string;
  readonly separator: FolderSeparator;
}

/** The keys of a folder, as far as a server can be asked for them. */
export interface FolderKeys {
  /** The subject filter that lets all of them through; servers know nothing of slashes. */
  readonly filter: string;
  /** What of that is in the folder; undefined when all is. */
  readonly matches: ((key: string) => boolean) | undefined;
}

export function folderKeys({ prefix, separator }: Folder): FolderKeys {
  if (separator === '.') {
    return { filter: `${prefix}.>`, matches: undefined };
  }
  const above = parentPath(prefix, { slash: false });
  const ends = separator === '/' ? ['/'] : ['.', '/'];
  return {
    filter: above === '' ? '>' : `${above}.>`,
    matches: (key) => key.startsWith(prefix) && ends.includes(key.charAt(prefix.length)),
  };
}

/** What a key begins with that is made in a folder. */
export function startOfKeys({ prefix, separator }: Folder): string {
  return separator === '/' ? `${prefix}/` : `${prefix}.`;
}

/** A folder as people write it, its keys by a wildcard where they have one. */
export function folderPattern({ prefix, separator }: Folder): string {
  return separator === 'mixed' ? prefix : `${startOfKeys({ prefix, separator })}>`;
}
