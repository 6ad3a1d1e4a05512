const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * The text that an editor makes of bytes, with line ends as `\n` and without a byte order mark, or
 * undefined when they are binary: a NUL, or not UTF-8.
 */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) {
    return undefined;
  }
  try {
    return sameLineEnds(strict.decode(bytes));
  } catch (error) {
    if (error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}

/** A text with every line end as `\n`: editors keep one kind of line end for a whole document. */
export function sameLineEnds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
