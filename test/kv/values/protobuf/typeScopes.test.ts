import { describe, expect, it } from 'vitest';
import { messageInAny } from '../../../../src/kv/values/protobuf/readMessage';
import type { ProtoSchema } from '../../../../src/kv/values/protobuf/protoSchema';
import { schemaOfSources } from '../../../../src/kv/values/protobuf/sourceSchema';

function schemaOf(files: Readonly<Record<string, string>>): Promise<ProtoSchema> {
  const read = (path: string) => Promise.resolve(files[path]);
  return schemaOfSources({ files: Object.keys(files), importPaths: [] }, read);
}

/** The name of the type of a field. */
function typeOf(schema: ProtoSchema, message: string, field: string): string | undefined {
  const type = schema.message(message)?.byName.get(field)?.type;
  switch (type?.kind) {
    case 'enum':
      return type.enum.name;
    case 'message':
    case 'group':
      return type.message.name;
    default:
      return type?.scalar;
  }
}

const shop = `syntax = "proto3"; package shop;
  enum Status { NEW = 0; PAID = 1; }
  message Order {
    message Line { enum Status { OPEN = 0; SHIPPED = 1; } Status status = 1; }
    Status status = 1;
    repeated Line lines = 2;
    map<string, Status> by_day = 3;
    oneof other { Status last = 4; }
  }`;

describe('the types of fields', () => {
  it('are looked for from the inside out, and never further in', async () => {
    const schema = await schemaOf({ 'a.proto': shop });
    expect(typeOf(schema, 'shop.Order', 'status')).toBe('shop.Status');
    expect(typeOf(schema, 'shop.Order', 'last')).toBe('shop.Status');
    expect(typeOf(schema, 'shop.Order.Line', 'status')).toBe('shop.Order.Line.Status');
    const entry = schema.message('shop.Order')?.byName.get('by_day')?.type;
    const value = entry?.kind === 'message' ? entry.message.byNumber.get(2)?.type : undefined;
    expect(value).toMatchObject({ kind: 'enum', enum: { name: 'shop.Status' } });
  });

  it('are those of the package that is nearest', async () => {
    const money = (of: string): string => `syntax = "proto3"; package ${of}; message Money {}`;
    const schema = await schemaOf({
      'a.proto': money('common'),
      'b.proto': money('shop.common'),
      'c.proto': `syntax = "proto3"; package shop; import "a.proto"; import "b.proto";
        message Order { common.Money near = 1; .common.Money far = 2; shop.common.Money full = 3; }`,
    });
    expect(typeOf(schema, 'shop.Order', 'near')).toBe('shop.common.Money');
    expect(typeOf(schema, 'shop.Order', 'far')).toBe('common.Money');
    expect(typeOf(schema, 'shop.Order', 'full')).toBe('shop.common.Money');
  });

  it('of extensions go by where those are declared', async () => {
    const schema = await schemaOf({
      'a.proto': `syntax = "proto2"; package shop;
        message Deep { message Order { extensions 1 to 9; } enum Kind { B = 0; } }
        message Part { extend Order { optional Kind kind = 1; } }
        message Order { extensions 1 to 9; }
        enum Kind { A = 0; }`,
    });
    expect(typeOf(schema, 'shop.Order', 'shop.Part.kind')).toBe('shop.Kind');
    expect(schema.message('shop.Deep.Order')?.byNumber.size).toBe(0);
  });

  it.each(['Status', '.Status', 'Order.Status', 'shop.Status', 'Line.Status'])(
    'are refused where there is no %s in reach',
    async (type) => {
      const text = `syntax = "proto3"; package far; message Order { ${type} status = 1; }`;
      const nested = `syntax = "proto3"; package far.shop; message Line { message Status {} }`;
      await expect(schemaOf({ 'a.proto': text, 'b.proto': nested })).rejects.toThrow(
        `far.Order.status is of the type ${type}, which is not there`,
      );
    },
  );
});

describe('a message type', () => {
  it('is found by its full name only, in an Any too', async () => {
    const schema = await schemaOf({ 'a.proto': shop });
    expect(schema.message('shop.Order')?.name).toBe('shop.Order');
    for (const name of ['', 'Order', 'Line', 'shop.Line', 'shop', '.shop.Order']) {
      expect(schema.message(name), name).toBeUndefined();
    }
    expect(messageInAny('t/Order', schema)).toBeUndefined();
  });
});
