import { decode as decodeMessagePack, encode as encodeMessagePack } from '@msgpack/msgpack';
import { decode as decodeCbor, encode as encodeCbor } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cbor } from '../../../../src/kv/values/items/cbor';
import type { Item } from '../../../../src/kv/values/items/item';
import { diagnosticOf } from '../../../../src/kv/values/items/itemText';
import { messagePack } from '../../../../src/kv/values/items/messagePack';
import { closeValue, openValue } from '../../../../src/kv/values/valueForm';
import { allForms, plain } from './arbitraryItems';

const runs = { numRuns: 1_000 };
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const asked = { asked: true };

/** What would be stored for an edit of what is shown, as hexadecimal digits. */
function edit(stored: string, from: string | RegExp, to: string): string {
  const opened = openValue(hex(stored), asked);
  const shown = Buffer.from(opened.shown).toString();
  const closed = closeValue(Buffer.from(shown.replace(from, to)), opened);
  return closed.kind === 'value' ? Buffer.from(closed.bytes).toString('hex') : closed.kind;
}

const shownIn = (bytes: Uint8Array): string =>
  Buffer.from(openValue(bytes, asked).shown).toString();

describe.each([
  [
    'cbor',
    cbor,
    (value: unknown) => encodeCbor(value),
    (bytes: Uint8Array) => decodeCbor(bytes) as unknown,
  ],
  [
    'messagePack',
    messagePack,
    (value: unknown) => encodeMessagePack(value),
    (bytes: Uint8Array) => decodeMessagePack(bytes),
  ],
] as const)('%s', (kind, format, encode, decode) => {
  it('shows what another library wrote, and writes the same bytes', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const stored = Buffer.from(encode(value));
        const opened = openValue(stored, asked);
        fc.pre(opened.encodings[0]?.kind === kind);

        expect(opened.viewOnly).toBeUndefined();
        expect(JSON.parse(Buffer.from(opened.shown).toString())).toEqual(asJson(value));
        expect(format.write(format.read(stored) as Item)).toEqual(new Uint8Array(stored));
      }),
      runs,
    );
  });

  it('writes edits that another library reads', () => {
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        const opened = openValue(Buffer.from(encode({ key: before })), asked);
        fc.pre(opened.encodings[0]?.kind === kind);
        const closed = closeValue(Buffer.from(JSON.stringify({ key: after, more: [1.5] })), opened);

        expect(closed.kind).toBe('value');
        if (closed.kind === 'value') {
          expect(asJson(decode(closed.bytes))).toEqual(asJson({ key: after, more: [1.5] }));
        }
      }),
      runs,
    );
  });

  it('keeps every form of every item that was not edited', () => {
    fc.assert(
      fc.property(allForms[kind], fc.boolean(), (item, mark) => {
        const stored = Buffer.from(
          format.write({
            kind: 'map',
            entries: [
              [{ kind: 'text', value: 'id' }, item],
              [
                { kind: 'text', value: 'old' },
                { kind: 'constant', value: null },
              ],
            ],
          }),
        );
        const opened = openValue(stored);
        fc.pre(opened.encodings[0]?.kind === kind);
        const shown = Buffer.from(opened.shown).toString();
        const spaced = mark ? `\n${shown}\n` : shown;
        const changed = closeValue(
          Buffer.from(shown.replace(/"old": null\n\}$/, '"old": true }')),
          opened,
        );

        expect(opened.viewOnly).toBeUndefined();
        expect(closeValue(Buffer.from(spaced), opened)).toEqual({ kind: 'value', bytes: stored });
        expect(changed.kind === 'value' && Buffer.from(changed.bytes).subarray(0, -1)).toEqual(
          stored.subarray(0, -1),
        );
        expect(changed.kind === 'value' && changed.bytes.at(-1)).toBe(
          kind === 'cbor' ? 0xf5 : 0xc3,
        );
      }),
      runs,
    );
  });

  it('reads any bytes as an item or as none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const item = format.read(bytes);

        expect(item === undefined || diagnosticOf(item) !== '').toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('does not follow a nesting without end', () => {
    expect(format.read(Buffer.alloc(100_000, kind === 'cbor' ? 0x81 : 0x91))).toBeUndefined();
  });

  it('announces more than there is', () => {
    expect(
      format.read(hex(kind === 'cbor' ? '9b ffffffffffffffff 01' : 'dd ffffffff 01')),
    ).toBeUndefined();
    expect(
      format.read(hex(kind === 'cbor' ? '7b ffffffffffffffff 61' : 'db ffffffff 61')),
    ).toBeUndefined();
  });
});

describe('editing items', () => {
  it.each([
    [
      'a wide integer stays wide',
      '81a161d3 0000000000000001',
      '1',
      '2',
      '81a161d30000000000000002',
    ],
    [
      'a wide integer of CBOR stays wide',
      'a161611b0000000000000001',
      '1',
      '2',
      'a161611b0000000000000002',
    ],
    ['an integer that outgrows its width gets the next', '81a161cc05', '5', '300', '81a161cd012c'],
    ['a float stays a float', '81a161cb 3ff0000000000000', '1.0', '2', '81a161cb4000000000000000'],
    ['an integer may become a float', '81a16101', '1', '1.5', '81a161cb3ff8000000000000'],
    ['a narrow float stays narrow', '81a161ca 3dcccccd', '0.1', '0.3', '81a161ca3e99999a'],
    [
      'a narrow float widens for what it cannot hold',
      '81a161ca 3dcccccd',
      '0.1',
      '0.123456789012',
      '81a161cb3fbf9add37469512',
    ],
    ['a half float stays half where it can', 'a16161 f93c00', '1.0', '1.5', 'a16161f93e00'],
    [
      'a half float widens where it must',
      'a16161 f93c00',
      '1.0',
      '0.1',
      'a16161fb3fb999999999999a',
    ],
    [
      'negative zero is a float',
      '81a161cb 3ff0000000000000',
      '1.0',
      '-0',
      '81a161cb8000000000000000',
    ],
    ['a list without length stays so', 'a16161 9f 01 ff', '1', '2', 'a161619f02ff'],
    ['a new element is as short as can be', '81a161 91 cd0001', '1', '1, 2', '81a16192cd000102'],
    [
      'what is before and behind a removed element stays',
      '81a16193cd0001cd0002cd0003',
      /2,\s*/,
      '',
      '81a16192cd0001cd0003',
    ],
    ['two equal keys keep their order', '82a16101a161cd0002', '2', '3', '82a16101a161cd0003'],
    ['the mark of CBOR stays', 'd9d9f7 a1616101', '1', '2', 'd9d9f7a1616102'],
    ['the largest integer', '81a16101', '1', '18446744073709551615', '81a161cfffffffffffffffff'],
    [
      'the smallest integer of CBOR',
      'a1616101',
      '1',
      '-18446744073709551616',
      'a161613bffffffffffffffff',
    ],
    ['an integer beyond 64 bits', '81a16101', '1', '18446744073709551616', 'invalid'],
    ['an integer below 64 bits', '81a16101', '1', '-9223372036854775809', 'invalid'],
    ['a number beyond floats', '81a16101', '1', '1e999', 'invalid'],
    ['half of a surrogate pair', '81a16101', '1', '"\\ud800"', 'invalid'],
    ['a comment', '81a16101', '1', '1 // one', 'invalid'],
  ])('%s', (_, stored, from, to, expected) => {
    expect(edit(stored, from, to)).toBe(expected);
  });

  it('says in the edited text where a number does not fit, and stores nothing then', () => {
    const opened = openValue(hex('82a16101a16202'));
    const edited = Buffer.from('{\n  "a": 1,\n  "b": 99999999999999999999\n}\n');

    expect(closeValue(edited, opened)).toEqual({
      kind: 'invalid',
      problem: 'the integer does not fit into 64 bits',
      offset: 19,
      asIs: undefined,
    });
  });
});

describe('looking at items', () => {
  it.each([
    ['bytes', 'a16161 43010203', '{\n  "a": h\'010203\'\n}', 'bytes'],
    ['a tag', 'a16161 c1 1a514b67b0', '{\n  "a": 1(1363896240)\n}', 'a value marked 1'],
    ['NaN', 'a16161 f97e00', '{\n  "a": NaN\n}', 'the value NaN'],
    ['infinity', '81a161 cb7ff0000000000000', '{\n  "a": Infinity\n}', 'the value Infinity'],
    ['undefined', 'a16161 f7', '{\n  "a": undefined\n}', 'the value undefined'],
    ['a simple value', 'a16161 f0', '{\n  "a": simple(16)\n}', 'the value simple(16)'],
    ['a key that is a number', 'a20102 0304', '{\n  1: 2,\n  3: 4\n}', 'a key that is not a text'],
    [
      'a text in chunks',
      'a16161 7f616261 63ff',
      '{\n  "a": chunks([\n    "b",\n    "c"\n  ])\n}',
      'a value marked chunks',
    ],
    [
      'a time of MessagePack',
      '81a161 d6ff 00000001',
      '{\n  "a": ext -1(h\'00000001\')\n}',
      'a value marked ext -1',
    ],
    ['a text that is not UTF-8', '81a161 a2c328', '{\n  "a": h\'c328\'\n}', 'bytes'],
  ])('shows %s and takes no edit', (_, stored, shown, what) => {
    const opened = openValue(hex(stored), asked);
    const reason = `it holds ${what}, which JSON has no place for`;

    expect(Buffer.from(opened.shown).toString()).toBe(shown);
    expect(opened.viewOnly).toBe(reason);
    expect(closeValue(opened.shown, opened)).toEqual({ kind: 'value', bytes: hex(stored) });
    expect(closeValue(Buffer.from('{}'), opened)).toEqual({ kind: 'viewOnly', reason });
  });

  it.each([
    ['00', '0'],
    ['1bffffffffffffffff', '18446744073709551615'],
    ['3bffffffffffffffff', '-18446744073709551616'],
    ['f98000', '-0.0'],
    ['f90001', '5.960464477539063e-8'],
    ['f97bff', '65504.0'],
    ['fa47c35000', '100000.0'],
    ['fb7e37e43c8800759c', '1e+300'],
    ['f4', 'false'],
    ['60', '""'],
    ['64f0908591', '"𐅑"'],
    ['80', '[]'],
    ['9fff', '[]'],
    ['bf6346756ef563416d7421ff', '{\n  "Fun": true,\n  "Amt": -2\n}'],
  ])('shows the example %s of RFC 8949 as %s', (stored, shown) => {
    const item = cbor.read(hex(stored));

    expect(item && diagnosticOf(item)).toBe(shown);
    expect(item && cbor.write(item)).toEqual(new Uint8Array(hex(stored)));
  });

  it.each(['1c', 'fc', 'ff', '81', '9f01', 'bf01ff', '5f6161ff', 'f800', '62e2', '62c328'])(
    'finds no item in %s',
    (stored) => {
      expect(cbor.read(hex(stored))).toBeUndefined();
    },
  );

  it('shows a float of 4 bytes as short as it can be', () => {
    expect(shownIn(hex('81a161ca 3dcccccd'))).toContain('"a": 0.1\n');
    expect(shownIn(hex('81a161ca 4b800001'))).toContain('"a": 16777218.0\n');
  });
});

/** As JSON has it: no minus before a zero. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
