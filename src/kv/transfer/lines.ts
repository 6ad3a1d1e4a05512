import { KvError } from '../model/errors';

/** Longer ones are no lines of an export: values have a megabyte, 64 at most. */
const longestLine = 512 * 1024 * 1024;

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/**
 * The lines of a file that comes in pieces, without their ends (`\n` or `\r\n`) and without a byte
 * order mark; those of a piece together. Throws `invalidConfig`, with the line, for what is not UTF-8.
 */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Line[], void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let number = 0;
  const decode = (piece?: Uint8Array): string => {
    try {
      return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
    } catch (error) {
      const message = `the file is not UTF-8 after line ${number}`;
      throw new KvError('invalidConfig', message, { cause: error });
    }
  };
  const toLine = (text: string): Line => ({
    text: text.endsWith('\r') ? text.slice(0, -1) : text,
    number: ++number,
  });
  for await (const piece of pieces) {
    const texts = (rest + decode(piece)).split('\n');
    rest = texts.pop() ?? '';
    if (rest.length > longestLine) {
      throw new KvError('invalidConfig', `line ${number + 1} is too long`);
    }
    if (texts.length > 0) {
      yield texts.map(toLine);
    }
  }
  rest += decode();
  if (rest !== '') {
    yield [toLine(rest)];
  }
}
