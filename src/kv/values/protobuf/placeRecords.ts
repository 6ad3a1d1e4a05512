import type { ProtoField } from './protoSchema';
import type { ReadMessage } from './readMessage';
import { joined } from './wire';

/** The new records of each field that a text has; 'kept' where they are those that are stored. */
export type Written = ReadonlyMap<ProtoField, readonly Uint8Array[] | 'kept'>;

interface Chunk {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * A message with its changed fields where the stored ones were, new ones by their numbers, and all else
 * as it stood, unknown fields included.
 */
export function placeRecords(
  { records, fields, shown }: ReadMessage,
  written: Written,
): Uint8Array {
  let chunks: Chunk[] = [];
  const left = new Map(written);
  const isOneofKept = (oneof: string | undefined): boolean =>
    [...shown.keys()].some((each) => each.oneof === oneof && written.get(each) === 'kept');
  records.forEach(({ number, bytes }, at) => {
    const field = fields[at];
    const next = field && left.get(field);
    const isHidden = field !== undefined && !shown.has(field) && isOneofKept(field.oneof);
    if (!field || next === 'kept' || isHidden) {
      chunks.push({ number, bytes });
    } else if (next && shown.has(field)) {
      for (const each of next) {
        chunks.push({ number, bytes: each });
      }
      left.delete(field);
    }
  });
  for (const [{ number }, next] of left) {
    if (next !== 'kept') {
      const after = chunks.findIndex((chunk) => chunk.number > number);
      const at = after < 0 ? chunks.length : after;
      const added = next.map((bytes) => ({ number, bytes }));
      chunks = [...chunks.slice(0, at), ...added, ...chunks.slice(at)];
    }
  }
  return joined(chunks.map(({ bytes }) => bytes));
}
