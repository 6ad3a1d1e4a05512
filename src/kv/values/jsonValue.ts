import { parseNumbers } from './exactJson';

/** A number by its digits, since a double does not hold every number that JSON can. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** A parsed JSON text. Objects have no prototype of their own meaning: only own keys count. */
export type JsonValue =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [key: string]: JsonValue };

/** In longer texts no number is read by its digits: that takes seven times as long. */
const maxExactLength = 256 * 1024;
/**
 * Finds the numbers that are not written as JavaScript writes them, which a double would change: long
 * ones, exponents, zeros at the end or far behind the point, `-0`. It may find more, in texts, but
 * never less.
 */
const oddNumber =
  /(?:^|[\s:,[])-?(?:[\d.]{16}|\d+(?:\.\d+)?[eE]|\d+\.\d*0(?=\s*(?:[,\]}]|$))|0\.000000|0(?=\s*(?:[,\]}]|$))(?<=-0))/;

/**
 * Parses a JSON text; undefined when it is none, nested too deeply to be looked at, or longer than
 * 256 Ki characters with numbers that only their digits tell.
 */
export function parseJson(text: string): JsonValue | undefined {
  const isExact = oddNumber.test(text);
  if (isExact && text.length > maxExactLength) {
    return undefined;
  }
  try {
    return isExact
      ? (parseNumbers(text, (digits) => new JsonNumber(digits)) as JsonValue)
      : withDigits(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Puts numbers by their digits in the place of doubles that lose none of them. */
function withDigits(value: unknown): JsonValue {
  if (typeof value === 'number') {
    return new JsonNumber(String(value));
  }
  if (Array.isArray(value)) {
    value.forEach((item: unknown, at) => {
      if (typeof item === 'number' || typeof item === 'object') {
        value[at] = withDigits(item);
      }
    });
  } else if (typeof value === 'object' && value !== null) {
    const members = value as Record<string, unknown>;
    for (const key of Object.keys(members)) {
      const member = members[key];
      if (typeof member === 'object') {
        withDigits(member);
      } else if (typeof member === 'number') {
        // Of `__proto__` too: where it is a key, there is nothing inherited to be set.
        members[key] = new JsonNumber(String(member));
      }
    }
  }
  return value as JsonValue;
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonNumber)
  );
}

/** A value as JSON in one line, cut off with `…` after about `limit` characters. */
export function previewJson(value: JsonValue, limit: number): string {
  const parts: string[] = [];
  let left = limit;
  const write = (text: string): boolean => {
    parts.push(text.length > left ? `${text.slice(0, left)}…` : text);
    left -= text.length;
    return left >= 0;
  };
  writeJson(value, write);
  return parts.join('');
}

/** A value as JSON over several lines, indented by two, without its end beyond `limit` characters. */
export function prettyJson(value: JsonValue, limit: number): string {
  const parts: string[] = [];
  let left = limit;
  const write = (text: string): boolean => {
    parts.push(text);
    left -= text.length;
    return left >= 0;
  };
  writeJson(value, write, '\n');
  return parts.join('');
}

/** Writes piece by piece for as long as `write` wants more; `lineEnd` holds the indentation. */
function writeJson(value: JsonValue, write: (text: string) => boolean, lineEnd?: string): boolean {
  if (value instanceof JsonNumber) {
    return write(value.text);
  }
  if (typeof value !== 'object' || value === null) {
    return write(JSON.stringify(value));
  }
  const isArray = isJsonArray(value);
  const [open, close] = isArray ? '[]' : '{}';
  const keys = Object.keys(value);
  if (keys.length === 0) {
    return write(`${open}${close}`);
  }
  const inner = lineEnd === undefined ? undefined : `${lineEnd}  `;
  const colon = inner === undefined ? ':' : ': ';
  let separator = `${open}${inner ?? ''}`;
  for (const key of keys) {
    const name = isArray ? '' : `${JSON.stringify(key)}${colon}`;
    const child = (value as JsonObject)[key] as JsonValue;
    if (!write(`${separator}${name}`) || !writeJson(child, write, inner)) {
      return false;
    }
    separator = `,${inner ?? ''}`;
  }
  return write(`${lineEnd ?? ''}${close}`);
}
