import { describe, expect, it } from 'vitest';
import { schemaOfDescriptors } from '../../../../src/kv/values/protobuf/descriptorSchema';
import { joined, writeRecord } from '../../../../src/kv/values/protobuf/wire';

const text = (number: number, value: string) => writeRecord(number, 2, Buffer.from(value));
const integer = (number: number, value: number) => writeRecord(number, 0, Uint8Array.of(value));
const part = (number: number, ...parts: Uint8Array[]) => writeRecord(number, 2, joined(parts));

/** The descriptor of a field that is a message. */
function field(name: string, number: number, type: string): Uint8Array {
  return part(2, text(1, name), integer(3, number), integer(4, 1), integer(5, 11), text(6, type));
}

describe('schemaOfDescriptors', () => {
  it('says each time which type is missing, of what names it too', () => {
    const order = part(4, text(1, 'Order'), field('line', 1, '.shop.Line'));
    const line = part(
      4,
      text(1, 'Line'),
      field('order', 1, '.shop.Order'),
      field('at', 2, '.google.protobuf.Timestamp'),
    );
    const whole = part(4, text(1, 'Whole'), field('again', 1, '.shop.Whole'));
    const schema = schemaOfDescriptors(part(1, text(2, 'shop'), order, line, whole));
    for (const name of ['shop.Order', 'shop.Order', 'shop.Line', 'shop.Line']) {
      expect(() => schema.message(name)).toThrow('it lacks the type google.protobuf.Timestamp');
    }
    const again = schema.message('shop.Whole');
    expect(again?.byName.get('again')?.type).toEqual({ kind: 'message', message: again });
  });
});
