import { countText, t } from '../base/l10n';

/** The part of the bytes that a dump shows. */
export interface HexRange {
  /** The first byte; rounded down to a full line. */
  readonly start?: number;
  /** The most bytes that are shown; 1 MiB by default, which makes about 5 MB of text. */
  readonly limit?: number;
}

const perLine = 16;
const defaultLimit = 1024 * 1024;

/**
 * Bytes as text for reading, in the layout of `hexdump -C`: offset, 16 bytes, their ASCII. A last
 * line counts the bytes behind the limit.
 */
export function hexText(bytes: Uint8Array, range: HexRange = {}): string {
  const { start, end } = lineBounds(bytes, range);
  const rest = bytes.byteLength - end;
  const lines = [...hexLines(bytes, range)];
  if (rest > 0) {
    lines.push(t('… {0} more bytes', countText(rest)));
  }
  return lines.length > 0 ? `${lines.join('\n')}\n` : start > 0 ? '' : '(empty)\n';
}

/** The lines of a dump one by one, for a reader that takes them as it goes. */
export function* hexLines(bytes: Uint8Array, range: HexRange = {}): Generator<string> {
  const { start, end } = lineBounds(bytes, range);
  for (let at = start; at < end; at += perLine) {
    yield hexLine(at, bytes.subarray(at, Math.min(at + perLine, end)));
  }
}

function lineBounds(bytes: Uint8Array, { start = 0, limit = defaultLimit }: HexRange) {
  const first = Math.min(start - (start % perLine), bytes.byteLength);
  return { start: first, end: Math.min(first + limit, bytes.byteLength) };
}

function hexLine(at: number, bytes: Uint8Array): string {
  let hex = '';
  let ascii = '';
  for (let i = 0; i < perLine; i++) {
    const byte = bytes[i];
    hex += i === perLine / 2 ? ' ' : '';
    hex += byte === undefined ? '   ' : `${byte < 16 ? '0' : ''}${byte.toString(16)} `;
    ascii += byte === undefined ? '' : byte < 32 || byte > 126 ? '.' : String.fromCharCode(byte);
  }
  return `${at.toString(16).padStart(8, '0')}  ${hex} |${ascii}|`;
}
