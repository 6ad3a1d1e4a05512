import { t } from '../base/l10n';
import { decodeUtf8 } from '../base/bytes';
import { KvError } from '../model/errors';
import type { FilePart } from './files';

/**
 * In UTF-16 units, below what a text can have. Longer ones are no lines of an export: values have a
 * megabyte, 64 at most, and each byte takes six where it is escaped.
 */
const longestLine = 400 * 1024 * 1024;

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** Where it stands in the file, in bytes, without its end. */
  readonly start: number;
  readonly length: number;
}

/**
 * The lines of a file that comes in pieces, without their ends (`\n` or `\r\n`) and without a byte
 * order mark; those of a piece together. Throws `invalidConfig`, with the line, for what is not UTF-8.
 */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  longest = longestLine,
): AsyncGenerator<Line[], void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  // Joined once the line ends: to join at each piece would take the square of its length.
  let rest: string[] = [];
  let restLength = 0;
  let number = 0;
  let start = 0;
  const decode = (piece?: Uint8Array): string => {
    try {
      return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
    } catch (error) {
      const message = t('the file is not UTF-8 after line {0}', number);
      throw new KvError('invalidConfig', message, { cause: error });
    }
  };
  const toLine = (whole: string): Line => {
    const length = Buffer.byteLength(whole);
    const line = { text: textOf(whole, number === 0), number: ++number, start, length };
    start += length + 1;
    return line;
  };
  for await (const piece of pieces) {
    const [first = '', ...others] = decode(piece).split('\n');
    rest.push(first);
    restLength += first.length;
    if (restLength > longest) {
      throw new KvError('invalidConfig', t('line {0} is too long', number + 1));
    }
    const last = others.pop();
    if (last !== undefined) {
      yield [rest.join(''), ...others].map(toLine);
      rest = [last];
      restLength = last.length;
    }
  }
  rest.push(decode());
  const end = rest.join('');
  if (end !== '') {
    yield [toLine(end)];
  }
}

/** A line as a text by which `partOf` finds it again. */
export function placeOf({ start, length, number }: Line): string {
  return `${start} ${length} ${number}`;
}

export function partOf(place: string): FilePart {
  const [start = 0, length = 0] = place.split(' ').map(Number);
  return { start, length };
}

/** The line that is at a place by now; undefined where the file ends before. */
export function lineAgain(bytes: Uint8Array, place: string): Line | undefined {
  const [start = 0, length = 0, number = 0] = place.split(' ').map(Number);
  const text = bytes.length < length ? undefined : decodeUtf8(bytes);
  return text === undefined
    ? undefined
    : { text: textOf(text, start === 0), number, start, length };
}

function textOf(whole: string, isFirst: boolean): string {
  const text = isFirst ? whole.replace(/^\ufeff/, '') : whole;
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
