import { decodeUtf8 } from '../base/bytes';
import type { LiveChange } from './liveChange';
import { operationWords } from '../rules/rule';

/**
 * One change as a line of NDJSON without its line end. The value stands in `value` as text or, when
 * that would not give its bytes back, in `valueBase64`; a marker has neither.
 */
export function changeToJson(change: LiveChange, connection: string): string {
  const { key, revision, operation, created, size, value, headers } = change.entry;
  const text = operation === 'PUT' ? decodeUtf8(value) : undefined;
  return JSON.stringify({
    time: new Date(created).toISOString(),
    connection,
    bucket: change.bucket,
    key,
    operation: operationWords[operation],
    revision,
    size,
    ...(change.origin === 'live' ? {} : { origin: change.origin }),
    ...(operation !== 'PUT'
      ? {}
      : text === undefined
        ? { valueBase64: base64(value) }
        : { value: text }),
    ...(headers.length === 0 ? {} : { headers }),
  });
}

function base64(bytes: Uint8Array): string {
  const characters: string[] = [];
  for (const byte of bytes) {
    characters.push(String.fromCharCode(byte));
  }
  return btoa(characters.join(''));
}
