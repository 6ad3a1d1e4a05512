const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Ends the text of a key whose bytes are no text. No key has a blank, so it stands for no other one. */
const mark = ' (not UTF-8)';

/**
 * The key of these bytes. A server stores any bytes: those that are not UTF-8 are told escaped, each
 * key by a text of its own, which can be shown but names nothing that could be read or written.
 */
export function textOfKey(bytes: Uint8Array): string {
  return decoded(bytes) ?? `${[...bytes].map(escaped).join('')}${mark}`;
}

/** Whether the bytes are the text of a key themselves. */
export function isText(bytes: Uint8Array): boolean {
  return decoded(bytes) !== undefined;
}

/** Where the mark of `textOfKey` begins; -1 in the text of any other key. */
export function markOf(key: string): number {
  return key.endsWith(mark) ? key.length - mark.length : -1;
}

/** The key of which a decoder that replaces what is not UTF-8 has told this: it may be another one. */
export function textOfReplaced(key: string): string {
  return key.includes('\ufffd') ? `${key}${mark}` : key;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  return byte > 0x20 && byte < 0x7f && character !== '\\'
    ? character
    : `\\x${byte.toString(16).padStart(2, '0')}`;
}
