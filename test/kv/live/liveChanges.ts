import type { Entry, Operation } from '../../../src/kv/model/entry';
import type { LiveChange } from '../../../src/kv/live/liveChange';

/** An entry with defaults for what a test is not about. */
export function entry(
  key: string,
  value: string | Uint8Array,
  overrides: Partial<Entry> = {},
): Entry {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const operation: Operation = 'PUT';
  return {
    key,
    revision: 1,
    operation,
    created: 0,
    size: bytes.length,
    value: bytes,
    headers: [],
    ...overrides,
  };
}

/** A change of a key with defaults for what a test is not about. */
export function change(key: string, value = '', overrides: Partial<LiveChange> = {}): LiveChange {
  return {
    watch: 1,
    connectionId: 'local',
    bucket: 'b',
    entry: entry(key, value),
    previous: undefined,
    origin: 'live',
    at: 0,
    ...overrides,
  };
}
