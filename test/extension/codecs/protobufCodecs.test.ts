import { beforeEach, describe, expect, it } from 'vitest';
import { ProtobufCodecs } from '../../../src/extension/codecs/protobufCodecs';
import { protobufEntries, typeSought } from '../../../src/extension/codecs/protobufSettings';
import { openValue } from '../../../src/kv/values/valueForm';

const stored = Uint8Array.of(0x08, 0x05);
const proto = 'syntax = "proto3"; package shop; message Order { int32 id = 1; }';

let files: Record<string, string>;
let changed: (path: string) => void;
let told: (() => void) | undefined;
let settings: Record<string, unknown>;

beforeEach(() => {
  files = { 'a.proto': proto };
  settings = { 'orders/*': { files: ['a.proto'], message: 'shop.Order' } };
  told = undefined;
});

function codecs(): ProtobufCodecs {
  return new ProtobufCodecs(
    () => protobufEntries(settings),
    {
      read: (path) => {
        const text = files[path];
        return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
      },
      watch: (call) => {
        changed = call;
        return { dispose: () => undefined };
      },
    },
    () => told?.(),
  );
}

async function shown(
  all: ProtobufCodecs,
  { key = 'one', bucket = 'orders', type }: { key?: string; bucket?: string; type?: string } = {},
): Promise<string> {
  const headers = type === undefined ? [] : [['Content-Type', type] as const];
  const sought = typeSought(protobufEntries(settings), { bucket, key, headers });
  if (!sought) {
    return 'no codec';
  }
  await all.load(sought.entries);
  const opened = openValue(stored, { codec: all.of(sought) });
  return opened.undecodable ?? Buffer.from(opened.shown).toString();
}

const formatted = '{\n  "id": 5\n}';

describe('ProtobufCodecs', () => {
  it('decodes the keys of a pattern by the message type of its entry', async () => {
    expect(await shown(codecs())).toBe(formatted);
    expect(await shown(codecs(), { bucket: 'others' })).toBe('no codec');
  });

  it('has the message type that Content-Type names, also of keys that no pattern names', async () => {
    const type = 'application/x-protobuf; messageType="shop.Order"';
    expect(await shown(codecs(), { bucket: 'others', type })).toBe(formatted);
    settings = { 'orders/*': { files: ['a.proto'] } };
    expect(await shown(codecs(), { type: 'application/protobuf;messageType=shop.Order' })).toBe(
      formatted,
    );
    expect(await shown(codecs())).toBe(
      'not decoded as Protobuf: neither the settings nor its Content-Type name a message type',
    );
  });

  it('leaves a value alone that says that it is something else', async () => {
    expect(await shown(codecs(), { type: 'application/json' })).toBe('no codec');
    expect(await shown(codecs(), { type: 'application/octet-stream' })).toBe(formatted);
  });

  it.each([
    [{ files: ['b.proto'], message: 'shop.Order' }, 'there is no file b.proto'],
    [{ files: ['a.proto'], message: 'No' }, 'the schema has no message type No'],
    [{ message: 'shop.Order' }, 'the settings name no files'],
    [{ descriptorSet: 'a.proto', message: 'shop.Order' }, 'it is no descriptor set'],
    [{ descriptorSet: 'no.binpb', message: 'shop.Order' }, 'there is no file no.binpb'],
    ['nonsense', 'neither the settings nor its Content-Type name a message type'],
  ])('says of every value why %j cannot be used', async (entry, reason) => {
    settings = { 'orders/*': entry };
    expect(await shown(codecs())).toContain(`not decoded as Protobuf: ${reason}`);
  });

  it('reads a file again that changed while it was read', async () => {
    const all = codecs();
    const first = shown(all);
    files['a.proto'] = proto.replace('id', 'number');
    changed('a.proto');
    expect(await first).toBe('{\n  "number": 5\n}');
  });

  it('reads a file that changed or came anew, and keeps what it had until then', async () => {
    delete files['a.proto'];
    const all = codecs();
    expect(await shown(all)).toContain('there is no file');
    files['a.proto'] = proto;
    await new Promise<void>((resolve) => {
      told = resolve;
      changed('a.proto');
    });
    expect(await shown(all)).toBe(formatted);
    files['a.proto'] = proto.replace('id', 'number');
    await new Promise<void>((resolve) => {
      told = resolve;
      changed('a.proto');
    });
    expect(await shown(all)).toBe('{\n  "number": 5\n}');
  });
});
