/** `JSON.parse` and `JSON.rawJSON` as in ES2026; TypeScript's ES2023 does not know them yet. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON?(source: string): unknown;
}

const json: ExactJson = JSON;

/** Numbers of 16 digits and more may not fit a double. */
const longNumber = /\d{16}/;

/** Parses JSON with something else in the place of each number: what is made of its digits. */
export function parseNumbers(
  text: string,
  toNumber: (digits: string, double: number) => unknown,
): unknown {
  return json.parse(text, (_, value, context) =>
    typeof value === 'number' ? toNumber(context?.source ?? String(value), value) : value,
  );
}

/**
 * Parses JSON so that `JSON.stringify` gives every number back digit by digit: one that a double does
 * not hold (`max_bytes` of 2^63-1) becomes `JSON.rawJSON`, where the engine has that (V8 11.4).
 */
export function parseExactly(text: string): unknown {
  if (!longNumber.test(text) || !json.rawJSON) {
    return JSON.parse(text);
  }
  return parseNumbers(text, (digits, double) =>
    String(double) === digits ? double : json.rawJSON?.(digits),
  );
}

/** A copy in which every number is a double, as `JSON.parse` has it. */
export function withDoubles<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The digits of a whole number as `parseExactly` leaves it; undefined for anything else. */
export function wholeOf(value: unknown): bigint | undefined {
  const text = typeof value === 'number' || isRaw(value) ? JSON.stringify(value) : '';
  return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

/** A whole number that `JSON.stringify` gives back digit by digit, where the engine can do that. */
export function exactNumber(whole: bigint): unknown {
  const isExact = BigInt(Number(whole)) === whole && String(Number(whole)) === String(whole);
  return isExact ? Number(whole) : (json.rawJSON?.(String(whole)) ?? Number(whole));
}

function isRaw(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'rawJSON' in value;
}
