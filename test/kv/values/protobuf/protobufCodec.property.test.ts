import fc from 'fast-check';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor';
import { describe, expect, it } from 'vitest';
import { itemOfJson } from '../../../../src/kv/values/items/itemOfJson';
import { jsonOf } from '../../../../src/kv/values/items/itemText';
import type { Item } from '../../../../src/kv/values/items/item';
import { scanJson } from '../../../../src/kv/values/scanJson';
import { sameBytes } from '../../../../src/kv/base/bytes';
import { codecOfText } from '../../../../src/kv/values/codecOfText';
import { protobufCodec } from '../../../../src/kv/values/protobuf/protobufCodec';
import type { ProtoMessage, ProtoSchema } from '../../../../src/kv/values/protobuf/protoSchema';
import { messageItem } from '../../../../src/kv/values/protobuf/readMessage';
import { schemaOfDescriptors } from '../../../../src/kv/values/protobuf/descriptorSchema';
import { schemaOfSources } from '../../../../src/kv/values/protobuf/sourceSchema';
import { readRecords } from '../../../../src/kv/values/protobuf/wire';
import { MessageWriter } from '../../../../src/kv/values/protobuf/writeMessage';
import { closeValue, openValue } from '../../../../src/kv/values/valueForm';
import { messageBytes, protoSource } from './arbitraryProto';

interface Message {
  readonly source: string;
  readonly schema: ProtoSchema;
  readonly type: ProtoMessage;
  readonly bytes: Uint8Array;
}

/** Messages of random schemas, ten of each. */
async function messages(count: number, isWild: boolean, seed: number): Promise<Message[]> {
  const sources = fc.sample(protoSource, { numRuns: count / 10, seed });
  const ofEach = sources.map(async (source, at) => {
    const schema = await schemaFrom(source);
    const type = schema.message('t.M0') as ProtoMessage;
    const arbitrary = messageBytes(type, schema, { isWild });
    const all = fc.sample(arbitrary, { numRuns: 10, seed: seed + at });
    return all.map((bytes) => ({ source, schema, type, bytes }));
  });
  return (await Promise.all(ofEach)).flat();
}

async function schemaFrom(source: string): Promise<ProtoSchema> {
  const read = (path: string) => Promise.resolve(path === 't.proto' ? source : undefined);
  return schemaOfSources({ files: ['t.proto'], importPaths: [] }, read);
}

describe('messages of random schemas', () => {
  it('are stored as they were, byte for byte, or are read-only', async () => {
    let editable = 0;
    for (const { source, schema, type, bytes } of await messages(1_000, true, 1)) {
      const codec = protobufCodec(schema, type);
      const opened = openValue(bytes, { codec: codecOfText(codec) });
      expect(opened.undecodable, source).toBeUndefined();
      if (opened.viewOnly === undefined) {
        editable++;
        const [encoding] = opened.encodings;
        const text = Buffer.from(encoding?.inner ?? []).toString();
        const again = codec.encode(text, bytes);
        expect(again.kind === 'bytes' && sameBytes(again.bytes, bytes), source).toBe(true);
        const closed = closeValue(opened.shown, opened);
        expect(closed.kind === 'value' && closed.bytes, source).toBe(bytes);
      }
    }
    expect(editable).toBeGreaterThan(850);
  });

  it('say the same to another reader when nothing but the text is known of them', async () => {
    for (const { source, schema, type, bytes } of await messages(200, false, 2)) {
      const reading = { schema, unknown: 0, obstacle: undefined };
      const item = messageItem(bytes, type, reading);
      const written = reading.obstacle ? bytes : new MessageWriter(schema).write(item, type);
      const oracle = rootOf(source).lookupType('t.M0');
      const objectOf = (of: Uint8Array) => canonical(oracle.toObject(oracle.decode(of)));
      expect(objectOf(written), source).toEqual(objectOf(bytes));
    }
  });

  it('are shown the same by a descriptor set', async () => {
    for (const { source, schema, type, bytes } of await messages(200, false, 4)) {
      const set = descriptor.FileDescriptorSet.encode(
        rootOf(source).toDescriptor(syntaxOf(source)),
      );
      const same = schemaOfDescriptors(set.finish());
      const declared = same.message('t.M0') as ProtoMessage;
      const described = protobufCodec(same, declared).decode(bytes);
      expect(described, source).toEqual(protobufCodec(schema, type).decode(bytes));
    }
  });

  it('keep what is not edited, fields unknown to the schema included', async () => {
    let edited = 0;
    for (const { source, schema, type, bytes } of await messages(300, true, 3)) {
      const codec = protobufCodec(schema, type);
      const decoded = codec.decode(bytes);
      if (decoded.kind !== 'text' || decoded.viewOnly !== undefined) {
        continue;
      }
      const [gone] = namesIn(decoded.text);
      const field = gone === undefined ? undefined : type.byName.get(gone);
      if (gone === undefined || !field) {
        continue;
      }
      edited++;
      const text = textWithout(decoded.text, gone);
      const after = codec.encode(text, bytes);
      expect(after.kind, source).toBe('bytes');
      if (after.kind !== 'bytes') {
        continue;
      }
      const left = readRecords(bytes).filter(({ number }) => {
        const of = type.byNumber.get(number);
        return of !== field && (field.oneof === undefined || of?.oneof !== field.oneof);
      });
      expect(Buffer.from(after.bytes).toString('hex'), source).toBe(
        Buffer.concat(left.map((record) => record.bytes)).toString('hex'),
      );
    }
    expect(edited).toBeGreaterThan(150);
  });
});

function rootOf(source: string): protobuf.Root {
  const { root } = protobuf.parse(source, new protobuf.Root(), { keepCase: true });
  ['any', 'timestamp', 'duration', 'struct', 'wrappers', 'field_mask'].forEach((name) => {
    const file = protobuf.common.get(`google/protobuf/${name}.proto`);
    root.addJSON(file?.nested as Record<string, protobuf.AnyNestedObject>);
  });
  root.resolveAll();
  return root;
}

function syntaxOf(source: string): string {
  return source.includes('"proto2"') ? 'proto2' : 'proto3';
}

/** JSON without a member of its outermost object; all else is as it was, in its order. */
function textWithout(text: string, name: string): string {
  const tokens = scanJson(text);
  const item = tokens.kind === 'json' ? itemOfJson(tokens, -(2n ** 63n)) : tokens;
  const entries = item.kind === 'map' ? item.entries : [];
  return jsonOf({ kind: 'map', entries: entries.filter(([key]) => keyOf(key) !== name) });
}

function keyOf(item: Item): string | undefined {
  return item.kind === 'text' ? item.value : undefined;
}

/** The names of the members of a JSON object, in their order. */
function namesIn(text: string): (string | undefined)[] {
  const tokens = scanJson(text);
  const item = tokens.kind === 'json' ? itemOfJson(tokens, -(2n ** 63n)) : tokens;
  return item.kind === 'map' ? item.entries.map(([key]) => keyOf(key)) : [];
}

/** A message as an object, with bytes as texts. What an Any holds may be written in several ways. */
function canonical(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString('hex');
  }
  if (Array.isArray(value)) {
    // Bytes that an entry of a map leaves out are an empty list there.
    return value.length === 0 ? '' : value.map(canonical);
  }
  return typeof value === 'object' && value !== null && value.constructor === Object
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([key]) => !('type_url' in value && key === 'value'))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, each]) => [key, canonical(each)]),
      )
    : value;
}
