import { exactText } from './textForm';
import { parseJson, type JsonValue } from './jsonValue';

/** Larger values are not parsed as JSON: that would hold everything up. Servers allow 1 MiB by default. */
export const maxJsonBytes = 1024 * 1024;

/** A value as JSON; undefined when it is not, or larger than 1 MiB. */
export function jsonOf(value: Uint8Array): JsonValue | undefined {
  const text = value.length <= maxJsonBytes && value.length > 0 ? exactText(value) : undefined;
  return text === undefined ? undefined : parseJson(text);
}
