import { createHash } from 'node:crypto';

/**
 * The id of a context: its name as far as that is fit for the authority of a URI, which knows no
 * upper case, and a hash where that is not the whole name. The double hyphens keep it apart from the
 * ids of the settings, and a name that ends like a hash apart from a hash.
 */
export function contextIdOf(name: string): string {
  const slug = slugOf(name);
  return slug === name ? `context--${slug}` : `context--${slug || 'unnamed'}--${hashOf(name)}`;
}

/** The id of a context that is a file outside the folder of contexts. */
export function contextFileIdOf(path: string, name: string): string {
  return `context-file--${slugOf(name) || 'unnamed'}--${hashOf(path)}`;
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
