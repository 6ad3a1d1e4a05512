import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLike } from '../../../../src/kv/values/valueForm';
import { codecOfText } from '../../../../src/kv/values/codecOfText';
import { type CodecOf, valueView } from '../../../../src/extension/documents/model/valueView';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (shown: Uint8Array): string => Buffer.from(shown).toString();
const settings = { format: true, keepFinalNewline: true };
const plain = valueView(undefined, () => settings);
const raw = valueView('raw', () => settings);
const hex = valueView('hex', () => settings);
const decoded = valueView('decoded', () => settings);

describe('valueView', () => {
  it('shows a value in each of its ways', () => {
    const stored = gzipSync('{"a":1}');

    expect(textOf(plain.open(stored).shown)).toBe('{\n  "a": 1\n}');
    expect(plain.open(stored).encodings.map(({ kind }) => kind)).toEqual(['gzip']);
    expect(raw.open(stored).form.kind).toBe('binary');
    expect(textOf(hex.open(stored).shown)).toMatch(/^00000000 {2}1f 8b/);
    expect(textOf(decoded.open(bytes('aGVsbG8=')).shown)).toBe('hello');
    expect(textOf(plain.open(bytes('aGVsbG8=')).shown)).toBe('aGVsbG8=');
  });

  it('shows and stores by the codec of the value, and says in a dump why there is none', () => {
    const codec = codecOfText({
      label: 'Reversed',
      decode: (stored) =>
        stored.length > 0 && stored[0] !== 0
          ? { kind: 'text', text: Buffer.from(stored).reverse().toString() }
          : { kind: 'undecodable', reason: 'it begins with nothing' },
      encode: (text) => ({ kind: 'bytes', bytes: Buffer.from(text).reverse() }),
    });
    const codecOf: CodecOf = (headers) => (headers.length > 0 ? codec : undefined);
    const view = valueView(undefined, () => settings, codecOf);
    const opened = view.open(bytes('}1:"a"{'), [['Content-Type', 'x']]);

    expect(textOf(opened.shown)).toBe('{\n  "a": 1\n}');
    expect(view.close(bytes('{\n  "a": 2\n}'), opened)).toEqual({
      kind: 'value',
      bytes: Buffer.from('}2:"a"{'),
    });
    expect(view.open(bytes('}1:"a"{')).encodings).toEqual([]);
    const dump = valueView(
      'hex',
      () => settings,
      () => codec,
    ).open(Uint8Array.of(0));
    expect(dump.undecodable).toBe('not decoded as Reversed: it begins with nothing');
  });

  it('shows one line as it is when formatting is off', () => {
    const off = valueView(undefined, () => ({ ...settings, format: false }));

    expect(textOf(off.open(bytes('{"a":1}')).shown)).toBe('{"a":1}');
  });

  it('never stores what is only looked at', () => {
    const opened = hex.open(bytes('abc'));

    expect(hex.close(bytes('other'), opened)).toMatchObject({ kind: 'viewOnly' });
    expect(hex.close(opened.shown, opened)).toMatchObject({ kind: 'value' });
  });

  it.each([
    ['42', '43\n', '43', '43\n'],
    ['', 'new\n', 'new', 'new\n'],
  ])('keeps the final newline of %j as it is, unless told otherwise', (stored, text, kept, as) => {
    const off = valueView(undefined, () => ({ ...settings, keepFinalNewline: false }));
    const opened = plain.open(bytes(stored));

    expect(plain.close(bytes(text), opened)).toEqual({ kind: 'value', bytes: Buffer.from(kept) });
    for (const closed of [off.close(bytes(text), opened), plain.close(bytes(text), opened, true)]) {
      expect(closed.kind === 'value' && textOf(closed.bytes)).toBe(as);
    }
  });

  it.each(['{"a":1}', '{\n  "a": 1\n}', '[1, 2]'])('tells that %j is no longer JSON', (stored) => {
    const opened = plain.open(bytes(stored));

    expect(plain.close(bytes('{"a":'), opened)).toMatchObject({
      kind: 'invalid',
      asIs: Buffer.from('{"a":'),
    });
    expect(raw.close(bytes('{"a":'), raw.open(bytes(stored)))).toMatchObject({ kind: 'invalid' });
  });

  it.each(['42', 'words', '{broken', '"text"'])('does not ask for %j to be JSON', (stored) => {
    expect(plain.close(bytes('{"a":'), plain.open(bytes(stored))).kind).toBe('value');
  });

  it('gives back any bytes that were not edited', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(plain, raw, hex, decoded), (stored, view) => {
        const opened = view.open(stored);
        const closed = view.close(opened.shown, opened);
        expect(closed.kind === 'value' && Buffer.from(closed.bytes).equals(stored)).toBe(true);
      }),
    );
  });
});

describe('openLike', () => {
  it.each([
    ['{"a":1,"b":2}', '{}'],
    ['{"a":1,"b":2}', '{"a":3}'],
    ['{"a": 1, "b": 2}', '{"a": 3, "c": {}}'],
  ])('shows what an edited %j has become in the same encodings', (before, after) => {
    for (const encode of [
      (text: string) => Buffer.from(Buffer.from(text).toString('base64')),
      (text: string) => gzipSync(text),
      (text: string) => Buffer.from(text),
    ]) {
      const opened = plain.open(encode(before));
      const closed = plain.close(bytes(after), opened);
      const again = openLike(closed.kind === 'value' ? closed.bytes : bytes(''), opened);

      expect(again?.encodings.map(({ kind }) => kind)).toEqual(
        opened.encodings.map(({ kind }) => kind),
      );
      expect(again?.form.kind).toBe('formattedJson');
      expect(JSON.parse(textOf(again?.shown ?? bytes('')))).toEqual(JSON.parse(after));
    }
  });

  it('shows a text as a text, JSON or not', () => {
    const opened = plain.open(bytes('words'));

    expect(openLike(bytes('{"a":1}'), opened)).toMatchObject({
      form: { kind: 'text' },
      shown: bytes('{"a":1}'),
    });
  });

  it('knows bytes that are not in the encodings', () => {
    expect(openLike(bytes('plain'), plain.open(gzipSync('x')))).toBeUndefined();
  });
});
