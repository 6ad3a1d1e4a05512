import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import { parseExactly } from '../../values/exactJson';

/** A page of 256 streams, each with the most metadata that a server takes. */
const maxBytes = 32 * 1024 * 1024;
/** Ten times what the names of 100,000 keys take. */
const maxValues = 1_000_000;
/** Reading numbers digit by digit takes ten times as long. */
const maxExactValues = 250_000;
const maxDepth = 64;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
/** The bracket and the brace of one side differ in this bit alone. */
const braceBit = 0x20;
const opening = 0x5b | braceBit;
const closing = 0x5d | braceBit;
const decoder = new TextDecoder();

/**
 * Parses an answer, keeping numbers that a double does not hold where that is asked for. Throws
 * `server` for what is not JSON, and for what would take more memory or time than any answer should.
 */
export function parseReply(data: Uint8Array, exact = false): unknown {
  if (data.length > maxBytes) {
    throw new KvError(
      'server',
      t('the server sent an answer of {0} bytes, which is too long', data.length),
    );
  }
  if (!isModest(data, exact ? maxExactValues : maxValues)) {
    throw new KvError('server', t('the server sent an answer that holds too much'));
  }
  try {
    const text = decoder.decode(data);
    return exact ? parseExactly(text) : JSON.parse(text);
  } catch (error) {
    throw new KvError('server', t('the server sent an answer that is not JSON'), { cause: error });
  }
}

/** Counts values and levels in bytes: parsed, three bytes of `[],` take more than ten times that. */
function isModest(data: Uint8Array, most: number): boolean {
  let values = 0;
  let depth = 0;
  for (let at = 0; at < data.length; at++) {
    const byte = data[at] ?? 0;
    if (byte === quote) {
      at = endOfText(data, at);
    } else if (byte === comma) {
      values++;
    } else if ((byte | braceBit) === opening) {
      values++;
      depth++;
    } else if ((byte | braceBit) === closing) {
      depth--;
    }
    if (depth > maxDepth || values > most) {
      return false;
    }
  }
  return true;
}

/** Where the closing quote stands. */
function endOfText(data: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < data.length && data[at] !== quote) {
    at += data[at] === backslash ? 2 : 1;
  }
  return at;
}
