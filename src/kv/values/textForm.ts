import { decodeUtf8 } from '../base/bytes';

/**
 * The text that an editor makes of bytes, with line ends as `\n` and without a byte order mark, or
 * undefined when they are binary: a NUL, or not UTF-8.
 */
export function textOf(bytes: Uint8Array): string | undefined {
  const text = exactText(bytes);
  return text === undefined ? undefined : sameLineEnds(text.replace(/^\ufeff/, ''));
}

/**
 * The text of bytes as it is stored, a byte order mark as a character of it, or undefined when they
 * are binary: a NUL, or not UTF-8.
 */
export function exactText(bytes: Uint8Array): string | undefined {
  return bytes.includes(0) ? undefined : decodeUtf8(bytes);
}

/** A text with every line end as `\n`: editors keep one kind of line end for a whole document. */
export function sameLineEnds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
