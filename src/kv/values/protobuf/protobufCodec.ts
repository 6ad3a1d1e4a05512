import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { itemOfJson } from '../items/itemOfJson';
import { jsonOf } from '../items/itemText';
import { scanJson } from '../scanJson';
import type { DecodedText, EncodedText, TextCodec, Undecodable } from '../valueCodec';
import { PlacedError } from './members';
import type { ProtoMessage, ProtoSchema } from './protoSchema';
import { messageItem, type Reading } from './readMessage';
import { ValueError } from './scalars';
import { SchemaError } from './schemaError';
import { WireError } from './wire';
import { MessageWriter } from './writeMessage';

const smallest = -(2n ** 63n);

/** Messages of one type as JSON, by the mapping of proto3. */
export function protobufCodec(schema: ProtoSchema, type: ProtoMessage): TextCodec {
  const label = `Protobuf ${type.name}`;
  const writer = new MessageWriter(schema);
  return {
    label,
    decode: (bytes) => decode(bytes, schema, type),
    encode: (text, stored) => encode(text, type, stored, writer),
  };
}

function decode(
  bytes: Uint8Array,
  schema: ProtoSchema,
  type: ProtoMessage,
): DecodedText | Undecodable {
  const reading: Reading = { schema, unknown: 0, obstacle: undefined };
  try {
    const text = jsonOf(messageItem(bytes, type, reading));
    return { kind: 'text', text, viewOnly: reading.obstacle };
  } catch (error) {
    if (error instanceof WireError || error instanceof SchemaError) {
      return { kind: 'undecodable', reason: error.message };
    }
    throw error;
  }
}

function encode(
  text: string,
  type: ProtoMessage,
  stored: Uint8Array,
  writer: MessageWriter,
): EncodedText {
  const tokens = scanJson(text);
  const item = tokens.kind === 'json' ? itemOfJson(tokens, smallest) : tokens;
  if (item.kind === 'invalid') {
    return item;
  }
  try {
    return { kind: 'bytes', bytes: writer.write(item, type, stored) };
  } catch (error) {
    const isMeant = error instanceof ValueError || error instanceof SchemaError;
    if (error instanceof PlacedError || isMeant) {
      const path = error instanceof PlacedError ? error.path : [];
      return { kind: 'invalid', problem: error.message, offset: offsetOf(text, path) };
    }
    throw error;
  }
}

/** Where the value at a path begins; that of what is around it where there is none. */
function offsetOf(text: string, path: readonly (string | number)[]): number {
  const root = parseTree(text);
  for (let length = path.length; root && length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node) {
      return node.offset;
    }
  }
  return 0;
}
