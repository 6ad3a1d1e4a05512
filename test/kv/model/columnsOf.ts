import type { KeyInfo } from '../../../src/kv/model/entry';
import { KeyColumns } from '../../../src/kv/model/keyBatch';

const encoder = new TextEncoder();

/** Messages in columns, as a listing of a server tells them. */
export function columnsOf(messages: readonly KeyInfo[]): KeyColumns {
  const columns = new KeyColumns(messages.length);
  messages.forEach((message) => columns.add(encoder.encode(message.key), 0, message));
  return columns;
}
