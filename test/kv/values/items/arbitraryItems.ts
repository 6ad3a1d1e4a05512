import fc from 'fast-check';
import type { Item, JsonItem } from '../../../../src/kv/values/items/item';

/** Values that both an independent library and JSON have. */
export const { plain } = fc.letrec<{ plain: unknown }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(true, false, null),
    fc.array(tie('plain'), { maxLength: 5 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('plain'),
      { noNullPrototype: true, maxKeys: 5 },
    ),
  ),
}));

/** Items in every form that a format has. */
function itemsOf(forms: readonly number[]): fc.Arbitrary<Item> {
  const form = fc.constantFrom(...forms);
  const { item } = fc.letrec<{ item: Item }>((tie) => ({
    item: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.record({
        kind: fc.constant('integer' as const),
        value: fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n),
        form,
      }),
      fc.record({ kind: fc.constant('integer' as const), value: fc.bigInt(-70n, 300n), form }),
      fc.record({
        kind: fc.constant('float' as const),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }),
        width: fc.constant(8 as const),
      }),
      fc.record({
        kind: fc.constant('float' as const),
        value: fc.float({ noNaN: true, noDefaultInfinity: true }),
        width: fc.constant(4 as const),
      }),
      text(form),
      fc.constantFrom(true, false, null).map((value) => ({ kind: 'constant' as const, value })),
      fc.record({
        kind: fc.constant('list' as const),
        items: fc.array(tie('item'), { maxLength: 5 }),
        form,
      }),
      fc.record({
        kind: fc.constant('map' as const),
        entries: fc.array(fc.tuple(text(form), tie('item')), { maxLength: 5 }),
        form,
      }),
    ),
  }));
  return item;
}

function text(form: fc.Arbitrary<number>): fc.Arbitrary<JsonItem> {
  const value = fc.oneof(fc.constantFrom('a', 'b'), fc.string({ unit: 'grapheme', maxLength: 40 }));
  return fc.record({ kind: fc.constant('text' as const), value, form });
}

export const allForms = {
  cbor: itemsOf([0, 24, 25, 26, 27, 31]),
  messagePack: itemsOf([
    0, 0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf,
  ]),
};
