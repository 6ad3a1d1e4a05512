import { parseJson, type JsonValue } from './jsonValue';

/** Larger values are not parsed as JSON: that would hold everything up. Servers allow 1 MiB by default. */
export const maxJsonBytes = 1024 * 1024;

/** A value's text, or undefined when it is binary: not UTF-8, or with a NUL in it. */
export function textOf(value: Uint8Array): string | undefined {
  if (value.includes(0)) {
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return undefined;
  }
}

/** A value as JSON; undefined when it is not, or larger than 1 MiB. */
export function jsonOf(value: Uint8Array): JsonValue | undefined {
  const text = value.length <= maxJsonBytes && value.length > 0 ? textOf(value) : undefined;
  return text === undefined ? undefined : parseJson(text);
}
