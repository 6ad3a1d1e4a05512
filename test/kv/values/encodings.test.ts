import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAll, encodeAll } from '../../../src/kv/values/encodings';
import { closeValue, openValue } from '../../../src/kv/values/valueForm';
import { jsonWords } from './arbitraryJson';

const runs = { numRuns: 1_000 };
const json = Buffer.from('{"id":42,"tags":["a","b"]}');

const kindsOf = (bytes: Uint8Array, asked = false): string[] =>
  decodeAll(bytes, { asked }).encodings.map(({ kind }) => kind);

/** A gzip file with every optional part of the header, as a program could write it. */
function fullGzip(content: Uint8Array, flags: number): Buffer {
  const plain = gzipSync(content, { level: 9 });
  const header = Buffer.from([0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 2, 3]);
  const extra = flags & 4 ? Buffer.from([3, 0, 9, 9, 9]) : Buffer.alloc(0);
  const name = Buffer.from(flags & 8 ? 'order.json\0' : '');
  const comment = Buffer.from(flags & 16 ? 'of today\0' : '');
  const check = flags & 2 ? Buffer.from([7, 7]) : Buffer.alloc(0);
  return Buffer.concat([header, extra, name, comment, check, plain.subarray(10)]);
}

describe('decodeAll', () => {
  it.each([
    ['gzip', gzipSync(json), ['gzip']],
    ['gzip of any bytes', gzipSync(Buffer.from([0, 255])), ['gzip']],
    ['zlib', deflateSync(json), ['zlib']],
    ['base64 of JSON', Buffer.from(json.toString('base64')), ['base64']],
    ['base64 with a newline', Buffer.from(`${json.toString('base64')}\n`), ['base64']],
    [
      'URL-safe base64 of gzip',
      Buffer.from(gzipSync(json).toString('base64url')),
      ['base64', 'gzip'],
    ],
    [
      'base64 of an image',
      Buffer.from(Buffer.from('\x89PNG\r\n\x1a\n12345', 'latin1').toString('base64')),
      ['base64'],
    ],
    ['gzip of base64 of JSON', gzipSync(Buffer.from(json.toString('base64'))), ['gzip', 'base64']],
    ['gzip of gzip', gzipSync(gzipSync(json)), ['gzip', 'gzip']],
    ['MessagePack', Buffer.from('81a2696401', 'hex'), ['messagePack']],
    ['CBOR', Buffer.from('a16269640a', 'hex'), ['cbor']],
    ['CBOR that says so', Buffer.from('d9d9f783010203', 'hex'), ['cbor']],
    ['a list of MessagePack maps', Buffer.from('9181a2696401', 'hex'), ['messagePack']],
  ])('takes off %s', (_, bytes, kinds) => {
    const decoded = decodeAll(bytes);

    expect(decoded.encodings.map(({ kind }) => kind)).toEqual(kinds);
    expect(encodeAll(decoded.inner, decoded.encodings)).toEqual({ kind: 'value', bytes });
  });

  it.each([
    'test',
    'admin',
    'true',
    '1234',
    'eyJhIjox',
    'deadbeef',
    'e30=',
    'WzFd',
    'password1234',
    'aGVsbG8gd29ybGQ=',
    'SGVsbG8sIFdvcmxkIQ==',
    '550e8400e29b41d4a716446655440000',
    'x^2',
    '',
    'x',
    'eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln',
    '{"a":1}',
    'H4sI',
  ])('leaves the text %j alone', (text) => {
    expect(kindsOf(Buffer.from(text))).toEqual([]);
  });

  it.each([
    ['a list of small numbers', '93010203'],
    ['one byte', '80'],
    ['an empty map of MessagePack, or list of CBOR', '80'],
    ['keys that are no texts', 'a10102'],
    ['a cut map', '81a26964'],
    ['a map with something behind it', '81a269640100'],
    ['random bytes', 'fffe0102a3'],
    ['a gzip file that is cut', gzipSync(json).subarray(0, -3).toString('hex')],
    ['a gzip file with something behind it', gzipSync(json).toString('hex') + '00'],
    ['two gzip files', gzipSync(json).toString('hex').repeat(2)],
    [
      'a gzip file of a wrong checksum',
      gzipSync(json)
        .toString('hex')
        .replace(/.{8}(.{8})$/, '00000000$1'),
    ],
    ['a zlib stream that is cut', deflateSync(json).subarray(0, -2).toString('hex')],
    ['a zlib stream with something behind it', deflateSync(json).toString('hex') + '00'],
  ])('leaves %s alone', (_, hex) => {
    expect(kindsOf(Buffer.from(hex, 'hex'))).toEqual([]);
  });

  it.each(['00', '80', 'a0'])('leaves %s alone, which is CBOR as well as MessagePack', (hex) => {
    expect(kindsOf(Buffer.from(hex, 'hex'), true)).toEqual([]);
  });

  it('decodes what it leaves alone when asked to', () => {
    expect(kindsOf(Buffer.from('aGVsbG8gd29ybGQ='), true)).toEqual(['base64']);
    expect(kindsOf(Buffer.from('a10102', 'hex'), true)).toEqual(['cbor']);
    expect(kindsOf(Buffer.from('not base64'), true)).toEqual([]);
  });

  it.each(['ab=c', 'YWI', 'YWJj\nZGVm', 'YR==', 'a+b-', '====', 'YQ=', 'YWI=='])(
    'decodes %j only if the same text comes back',
    (text) => {
      const { encodings, inner } = decodeAll(Buffer.from(text), { asked: true });

      expect(encodings.length).toBe(text === 'YWI' ? 1 : 0);
      expect(encodeAll(inner, encodings)).toEqual({ kind: 'value', bytes: Buffer.from(text) });
    },
  );

  it('makes no more bytes than the limit', () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000));
    const start = process.memoryUsage.rss();

    expect(decodeAll(bomb, { limit: 1_000_000 })).toEqual({
      encodings: [],
      inner: bomb,
      tooLarge: true,
    });
    expect(decodeAll(deflateSync(Buffer.alloc(2_000)), { limit: 1_000 }).tooLarge).toBe(true);
    expect(openValue(bomb, { limit: 1_000_000 })).toMatchObject({
      form: { kind: 'binary' },
      tooLarge: true,
    });
    expect(process.memoryUsage.rss() - start).toBeLessThan(200_000_000);
  });

  it('counts all encodings together', () => {
    const inner = gzipSync(Buffer.alloc(600, 'a'), { level: 0 });

    expect(decodeAll(gzipSync(inner), { limit: 1_000 })).toMatchObject({
      encodings: [{ kind: 'gzip' }],
      tooLarge: true,
    });
  });

  it('gives back any bytes in any encodings', () => {
    const wrap = fc.constantFrom(
      (bytes: Uint8Array) => gzipSync(bytes),
      (bytes: Uint8Array) => deflateSync(bytes),
      (bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).toString('base64')),
      (bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).toString('base64url')),
      (bytes: Uint8Array) => bytes,
    );
    fc.assert(
      fc.property(
        fc.uint8Array(),
        jsonWords,
        wrap,
        wrap,
        fc.boolean(),
        (noise, words, one, two, asked) => {
          for (const content of [noise, Buffer.from(words.join(''))]) {
            const bytes = one(two(content));
            const opened = openValue(bytes, { asked });

            expect(closeValue(Buffer.from(opened.shown), opened)).toEqual({ kind: 'value', bytes });
          }
        },
      ),
      runs,
    );
  });
});

describe('encodeAll', () => {
  it('stores edited JSON in the encodings that it came in', () => {
    const stored = Buffer.from(`${gzipSync(json).toString('base64url')}\n`);
    const opened = openValue(stored);
    const edited = Buffer.from(opened.shown).toString().replace('42', '43');
    const closed = closeValue(Buffer.from(edited), opened);
    const text = closed.kind === 'value' ? Buffer.from(closed.bytes).toString() : '';

    expect(text).toMatch(/^[\w-]+\n$/);
    expect(gunzipSync(Buffer.from(text, 'base64url')).toString()).toBe(
      '{"id":43,"tags":["a","b"]}',
    );
  });

  it.each([0, 2, 4, 8, 16, 2 | 4 | 8 | 16])('keeps a gzip header with the flags %s', (flags) => {
    const stored = fullGzip(json, flags);
    const { encodings, inner } = decodeAll(stored);
    const encoded = encodeAll(Buffer.from('{"id":1}'), encodings);
    const bytes = encoded.kind === 'value' ? Buffer.from(encoded.bytes) : Buffer.alloc(0);
    const headerLength = stored.length - gzipSync(json, { level: 9 }).length + 10;

    expect(Buffer.from(inner)).toEqual(json);
    expect(bytes.subarray(0, headerLength)).toEqual(stored.subarray(0, headerLength));
    expect(decodeAll(bytes).inner).toEqual(Buffer.from('{"id":1}'));
    if (!(flags & 2)) {
      expect(gunzipSync(bytes).toString()).toBe('{"id":1}');
    }
  });

  it('keeps the level of a gzip file', () => {
    const content = Buffer.from(Array.from({ length: 5_000 }, (_, i) => `${i * i} `).join(''));
    const [best, fastest] = [2, 4].map((extraFlags) => {
      const stored = gzipSync(json);
      stored[8] = extraFlags;
      const encoded = encodeAll(content, decodeAll(stored).encodings);
      return encoded.kind === 'value' ? encoded.bytes.byteLength : 0;
    });

    expect(best).toBe(gzipSync(content, { level: 9 }).byteLength);
    expect(fastest).toBe(gzipSync(content, { level: 1 }).byteLength);
  });

  it.each([1, 5, 6, 9])('keeps the level %s of a zlib stream', (level) => {
    const stored = deflateSync(json, { level });
    const encoded = encodeAll(Buffer.from('{"id":1}'), decodeAll(stored).encodings);
    const bytes = encoded.kind === 'value' ? encoded.bytes : stored;

    expect(inflateSync(bytes).toString()).toBe('{"id":1}');
    expect([...bytes.subarray(0, 2)]).toEqual([...stored.subarray(0, 2)]);
  });

  it('keeps the final newline state of a compressed text', () => {
    const opened = openValue(gzipSync('42'));

    expect(closeValue(Buffer.from('42\n'), opened)).toEqual({
      kind: 'value',
      bytes: opened.stored,
    });
  });
});
