import { createHash } from 'node:crypto';
import { sameBytes } from '../base/bytes';
import { isSameMeaning } from '../compare/sameMeaning';
import { formatJson, restyle, styleOf } from '../values/jsonStyle';
import { scanJson, type JsonTokens } from '../values/scanJson';
import { exactText } from '../values/textForm';
import type { SyncCompare } from './syncPair';

/** What tells contents apart. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whether a file and a value, or two of a kind, hold the same. */
export function isSameContent(a: Uint8Array, b: Uint8Array, by: SyncCompare): boolean {
  return sameBytes(a, b) || (by === 'meaning' && isSameMeaning(a, b, []));
}

/** What the file of a value holds: JSON that is stored in one line gets lines that can be read and compared. */
export function fileOf(value: Uint8Array, by: SyncCompare): Uint8Array {
  const tokens = by === 'meaning' ? tokensOf(value) : undefined;
  const formatted = tokens && styleOf(tokens) && formatJson(tokens);
  return formatted === undefined ? value : Buffer.from(`${formatted}\n`);
}

/**
 * What is stored for a file: JSON in the one line of the value that it replaces, if that was so. `like`:
 * that value, where there is one.
 */
export function valueOf(
  file: Uint8Array,
  like: Uint8Array | undefined,
  by: SyncCompare,
): Uint8Array {
  const before = by === 'meaning' && like ? tokensOf(like) : undefined;
  const style = before && styleOf(before);
  const tokens = style && tokensOf(file);
  return tokens ? Buffer.from(restyle(tokens, style)) : file;
}

function tokensOf(bytes: Uint8Array): JsonTokens | undefined {
  const text = exactText(bytes);
  const tokens = text !== undefined && /^\s*[[{]/.test(text) ? scanJson(text) : undefined;
  return tokens?.kind === 'json' ? tokens : undefined;
}
