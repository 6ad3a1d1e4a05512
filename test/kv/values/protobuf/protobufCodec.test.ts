import { describe, expect, it } from 'vitest';
import { codecOfText } from '../../../../src/kv/values/codecOfText';
import { protobufCodec } from '../../../../src/kv/values/protobuf/protobufCodec';
import type { ProtoMessage } from '../../../../src/kv/values/protobuf/protoSchema';
import { schemaOfSources } from '../../../../src/kv/values/protobuf/sourceSchema';
import { writeRecord, writeVarint } from '../../../../src/kv/values/protobuf/wire';
import { closeValue, openLike, openValue } from '../../../../src/kv/values/valueForm';
import type { TextCodec } from '../../../../src/kv/values/valueCodec';

const source = `
syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
import "google/protobuf/any.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
enum State { UNKNOWN = 0; PAID = 1; }
message Item { string sku = 1; int32 count = 2; }
message Order {
  int64 id = 1;
  State state = 2;
  bytes raw = 3;
  repeated Item items = 4;
  map<string, Item> by_sku = 5;
  google.protobuf.Timestamp created_at = 6;
  repeated sint32 marks = 7;
  google.protobuf.Any more = 8;
  oneof pay { string card = 9; bool cash = 10; }
  float rate = 11;
  google.protobuf.Value free = 12;
  map<string, int32> counts = 13;
  repeated google.protobuf.Int32Value wrapped = 14;
  repeated string tags = 15;
  map<string, google.protobuf.Value> facts = 16;
}`;

async function codecOf(text = source, name = 'shop.Order'): Promise<TextCodec> {
  const read = (path: string) => Promise.resolve(path === 'a.proto' ? text : undefined);
  const schema = await schemaOfSources({ files: ['a.proto'], importPaths: [] }, read);
  return protobufCodec(schema, schema.message(name) as ProtoMessage);
}

const nothing = new Uint8Array();

function bytesOf(codec: TextCodec, json: object, stored: Uint8Array = nothing): Uint8Array {
  const encoded = codec.encode(JSON.stringify(json), stored);
  if (encoded.kind !== 'bytes') {
    throw new Error(JSON.stringify(encoded));
  }
  return encoded.bytes;
}

function textOf(codec: TextCodec, bytes: Uint8Array): string {
  const decoded = codec.decode(bytes);
  return decoded.kind === 'text' ? decoded.text : decoded.reason;
}

describe('protobufCodec', () => {
  const order = {
    id: '9007199254740993',
    state: 'PAID',
    raw: 'AP8=',
    items: [{ sku: 'a', count: 2 }],
    bySku: { a: { sku: 'a' } },
    createdAt: '2026-01-02T03:04:05.500Z',
    marks: [-1, 5],
    more: { '@type': 'type.googleapis.com/shop.Item', sku: 'x' },
    card: 'visa',
    rate: 0.1,
    free: { a: [null, true, 'b'] },
  };

  it('shows messages by the JSON mapping of proto3, and writes what it shows', async () => {
    const codec = await codecOf();
    expect(JSON.parse(textOf(codec, bytesOf(codec, order)))).toEqual(order);
  });

  it('is one encoding of a value, with one member a line, and opens what it stored in the same form', async () => {
    const codec = codecOfText(await codecOf());
    const stored = bytesOf(await codecOf(), { id: '1', state: 'PAID' });
    const opened = openValue(stored, { codec });
    expect(Buffer.from(opened.shown).toString()).toBe('{\n  "id": "1",\n  "state": "PAID"\n}');
    expect(opened.viewOnly).toBeUndefined();
    const closed = closeValue(Buffer.from('{\n  "id": "2",\n  "state": "PAID"\n}'), opened);
    expect(closed.kind === 'value' && Buffer.from(closed.bytes).toString('hex')).toBe('08021001');
    expect(closed.kind === 'value' && openLike(closed.bytes, opened)?.encodings).toHaveLength(1);
  });

  it('keeps fields that the schema does not know where they are, in what was edited too', async () => {
    const codec = await codecOf();
    const known = Buffer.concat([
      writeRecord(1, 2, Buffer.from('a')),
      writeRecord(77, 0, writeVarint(7n)),
    ]);
    const stored = Buffer.concat([
      writeRecord(99, 0, writeVarint(5n)),
      writeRecord(4, 2, known),
      writeRecord(1, 0, Uint8Array.of(0x81, 0x00)),
    ]);
    const after = bytesOf(codec, { id: '1', items: [{ sku: 'b' }] }, stored);
    expect(Buffer.from(after).toString('hex')).toBe(
      Buffer.from(stored).toString('hex').replace('0a0161', '0a0162'),
    );
    const moved = codec.encode('{"id":"1","items":[{"sku":"new"},{"sku":"b"}]}', stored);
    expect(moved).toMatchObject({ kind: 'invalid', offset: 18 });
  });

  /** An item with a field that the schema does not know. */
  const marked = (sku: string, mark: bigint): Buffer =>
    Buffer.concat([
      writeRecord(1, 2, Buffer.from(sku)),
      ...(mark === 0n ? [] : [writeRecord(77, 0, writeVarint(mark))]),
    ]);
  const entry = (key: string, item: Uint8Array): Uint8Array =>
    writeRecord(
      5,
      2,
      Buffer.concat([writeRecord(1, 2, Buffer.from(key)), writeRecord(2, 2, item)]),
    );

  it('keeps them in an entry of a map that gets another key, or refuses where it cannot be told', async () => {
    const codec = await codecOf();
    const stored = Buffer.concat([entry('k', marked('a', 7n)), entry('l', marked('b', 8n))]);
    const renamed = bytesOf(codec, { bySku: { k2: { sku: 'a' }, l: { sku: 'b' } } }, stored);
    expect(Buffer.from(renamed)).toEqual(
      Buffer.concat([entry('k2', marked('a', 7n)), entry('l', marked('b', 8n))]),
    );
    const removed = bytesOf(codec, { bySku: { l: { sku: 'b' } } }, stored);
    expect(Buffer.from(removed)).toEqual(entry('l', marked('b', 8n)));
    const reason = 'entries were changed and moved at once';
    for (const bySku of [
      { k2: { sku: 'new' }, l: { sku: 'b' } },
      { k2: { sku: 'a' }, k3: { sku: 'a' }, l: { sku: 'b' } },
    ]) {
      const changed = codec.encode(JSON.stringify({ bySku }), stored);
      expect(changed).toMatchObject({ problem: expect.stringContaining(reason) as string });
    }
    const plain = entry('k', marked('a', 0n));
    expect(textOf(codec, bytesOf(codec, { bySku: { m: { sku: 'x' } } }, plain))).toBe(
      '{"bySku":{"m":{"sku":"x"}}}',
    );
  });

  it('refuses to remove one of two entries that differ only in them', async () => {
    const codec = await codecOf();
    const items = (...marks: bigint[]): Buffer =>
      Buffer.concat(marks.map((mark) => writeRecord(4, 2, marked('a', mark))));
    const one = { items: [{ sku: 'a' }] };
    const twin = codec.encode(JSON.stringify(one), items(1n, 2n));
    expect(twin).toMatchObject({
      problem: expect.stringContaining('of entries that look the same') as string,
    });
    expect(Buffer.from(bytesOf(codec, one, items(1n, 1n)))).toEqual(items(1n));
    expect(bytesOf(codec, { items: [] }, items(1n, 2n))).toHaveLength(0);
    const edited = bytesOf(codec, { items: [{ sku: 'a' }, { sku: 'b' }] }, items(1n, 2n));
    expect(Buffer.from(edited)).toEqual(
      Buffer.concat([items(1n), writeRecord(4, 2, marked('b', 2n))]),
    );
  });

  it.each([
    ['{"no":1}', 'the message shop.Order has no field "no"', 6],
    ['{"state":"NO"}', 'the enum shop.State has no value "NO"', 9],
    ['{"id":"x"}', 'an integer is expected', 6],
    ['{"items":[{"count":3000000000}]}', 'the integer does not fit into 32 bits', 19],
    ['{"card":"a","cash":true}', 'only one of "card" and "cash" can be there', 19],
    ['{"createdAt":"2026-02-30T00:00:00Z"}', 'a google.protobuf.Timestamp is expected', 13],
    ['{"createdAt":"2026-04-31T12:00:00Z"}', 'a google.protobuf.Timestamp is expected', 13],
    ['{"createdAt":"2026-01-01T24:00:00Z"}', 'a google.protobuf.Timestamp is expected', 13],
    ['{"counts":{"a":null}}', 'a value is expected in a list or a map', 15],
    ['{"wrapped":[null]}', 'a value is expected in a list or a map', 12],
    ['{"createdAt":"today"}', 'a google.protobuf.Timestamp is expected', 13],
    ['[]', 'an object is expected', 0],
    ['{"bySku":{"a":{"count":"x"}}}', 'an integer is expected', 23],
    ['{"more":{"@type":"t/shop.Itm","sku":"x"}}', 'the schema has no message type t/shop.Itm', 36],
    [
      '{"more":{"@type":"t/google.protobuf.Timestamp","value":"2026-01-02T03:04:05Z","nanos":5}}',
      'the message google.protobuf.Timestamp has no field "nanos"',
      86,
    ],
  ])('says what does not fit in %s, and where', async (text, problem, offset) => {
    const codec = await codecOf();
    expect(codec.encode(text, nothing)).toEqual({ kind: 'invalid', problem, offset });
  });

  it('takes null where it is a value, and days of any zone', async () => {
    const codec = await codecOf();
    const text = '{"facts":{"a":null}}';
    expect(textOf(codec, bytesOf(codec, JSON.parse(text) as object))).toBe(text);
    const leap = { createdAt: '2024-02-29T23:30:00-01:00' };
    expect(textOf(codec, bytesOf(codec, leap))).toBe('{"createdAt":"2024-03-01T00:30:00Z"}');
  });

  it('writes 0 where -0 was', async () => {
    const codec = await codecOf();
    const stored = writeRecord(11, 5, Uint8Array.of(0, 0, 0, 0x80));
    expect(textOf(codec, stored)).toBe('{"rate":-0.0}');
    expect(codec.encode('{"rate":0.0}', stored)).toEqual({
      kind: 'bytes',
      bytes: Buffer.from(writeRecord(11, 5, new Uint8Array(4))),
    });
  });

  it('writes lists that are longer than a call has room for', async () => {
    const codec = await codecOf();
    const tags = Array.from({ length: 130_000 }, () => 'a');
    const stored = bytesOf(codec, { tags });
    expect(stored).toHaveLength(3 * tags.length);
    expect(bytesOf(codec, { tags: [...tags, 'b'] }, stored)).toHaveLength(3 * tags.length + 3);
  });

  it('says why bytes are no message', async () => {
    const codec = await codecOf();
    expect(textOf(codec, Uint8Array.of(0x08))).toBe('it ends within a number');
    expect(textOf(codec, Buffer.from('{"id":1}'))).toMatch(/./);
    expect(codec.decode(Uint8Array.of(0x4a, 1, 0xff))).toEqual({
      kind: 'undecodable',
      reason: 'a text in it is not UTF-8',
    });
  });

  it('shows a value that JSON has no place for, to be looked at only', async () => {
    const codec = await codecOf();
    const decoded = codec.decode(writeRecord(12, 2, nothing));
    expect(decoded).toMatchObject({
      kind: 'text',
      viewOnly: 'it holds a google.protobuf.Value that JSON has no value for',
    });
  });

  it('has extensions, groups and required fields of proto2', async () => {
    const text = `syntax = "proto2"; package t;
      message M { required int32 a = 1; optional group Part = 2 { optional string s = 1; } extensions 100 to 200; }
      extend M { optional string note = 100; }`;
    const codec = await codecOf(text, 't.M');
    const stored = bytesOf(codec, { a: 1, part: { s: 'x' }, '[t.note]': 'n' });
    expect(Buffer.from(stored).toString('hex')).toBe('0801130a017814a206016e');
    expect(textOf(codec, stored)).toBe('{"a":1,"part":{"s":"x"},"[t.note]":"n"}');
    expect(codec.encode('{"part":{"s":"x"}}', stored)).toMatchObject({
      problem: 'the field "a" is required',
    });
  });
});

describe('schemaOfSources', () => {
  const files: Record<string, string> = {
    'proto/a.proto':
      'syntax="proto3"; package a; import "b/b.proto"; import "google/protobuf/descriptor.proto";\n' +
      'extend google.protobuf.FieldOptions { string hint = 50000; }\n' +
      'message A { b.B b = 1 [(hint) = "x"]; }',
    'lib/b/b.proto': 'syntax="proto3"; package b; message B { string s = 1; }',
  };
  const read = (path: string) => Promise.resolve(files[path]);

  it('finds imports in the folders for them, and takes custom options', async () => {
    const sources = { files: ['proto/a.proto'], importPaths: ['.', 'lib'] };
    const schema = await schemaOfSources(sources, read);
    expect(schema.message('a.A')?.byName.has('b')).toBe(true);
    expect(schema.messageNames).toContain('b.B');
  });

  it('says which file is missing, or what is wrong with one', async () => {
    const lacking = schemaOfSources({ files: ['proto/a.proto'], importPaths: [] }, read);
    await expect(lacking).rejects.toThrow('there is no file b/b.proto');
    const broken = (): Promise<string> => Promise.resolve('syntax="proto3";\nmessage {');
    await expect(
      schemaOfSources({ files: ['x.proto'], importPaths: [] }, broken),
    ).rejects.toMatchObject({ path: 'x.proto' });
  });

  it.each([
    '/etc/b.proto',
    '../b.proto',
    'a/../../b.proto',
    'c:/b.proto',
    'lib\\\\b.proto',
    'a/..',
  ])('does not look for the import %s', async (name) => {
    const paths: string[] = [];
    const spying = (path: string): Promise<string> => {
      paths.push(path);
      return Promise.resolve(path === 'a.proto' ? `syntax="proto3"; import "${name}";` : '');
    };
    const schema = schemaOfSources({ files: ['a.proto'], importPaths: ['.'] }, spying);
    await expect(schema).rejects.toThrow('which is not below the folders for it');
    expect(paths).toEqual(['a.proto']);
  });
});
