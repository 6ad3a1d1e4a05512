/** How bytes are written in base64, so that the same text can be made again. */
export interface Base64Style {
  readonly alphabet: 'base64' | 'base64url';
  readonly padded: boolean;
  /** A line end behind the text. */
  readonly tail: string;
}

/** Bytes that were base64, and how they were written. */
export interface FromBase64 {
  readonly bytes: Uint8Array;
  readonly style: Base64Style;
}

/**
 * The bytes that a text in base64 stands for, or undefined when it is not exactly what one of the
 * usual encoders makes: standard or URL-safe alphabet, padded or not, in one line. Without padding,
 * and without a character that tells, it is taken for URL-safe.
 */
export function fromBase64(text: string): FromBase64 | undefined {
  const [, word, padding, tail] = /^([A-Za-z0-9+/_-]+)(={0,2})(\r?\n)?$/.exec(text) ?? [];
  if (word === undefined) {
    return undefined;
  }
  const bytes = Buffer.from(word, 'base64');
  const padded = padding !== '' || word.length % 4 === 0;
  const style: Base64Style = {
    alphabet: /[-_]/.test(word) || (!padded && !/[+/]/.test(word)) ? 'base64url' : 'base64',
    padded,
    tail: tail ?? '',
  };
  return toBase64(bytes, style) === text ? { bytes, style } : undefined;
}

/** The text of bytes in a style of base64. */
export function toBase64(bytes: Uint8Array, { alphabet, padded, tail }: Base64Style): string {
  const word = Buffer.from(bytes).toString(alphabet);
  const bare = word.replace(/=+$/, '');
  return bare + (padded ? '='.repeat(-bare.length & 3) : '') + tail;
}
