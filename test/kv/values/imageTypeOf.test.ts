import { describe, expect, it } from 'vitest';
import { imageTypeOf } from '../../../src/kv/values/imageTypeOf';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A bitmap header with the length of the file in it. */
function bmp(length: number, said = length): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.write('BM');
  bytes.writeUInt32LE(said, 2);
  return bytes;
}

/** An icon of one image at an offset. */
function icon(offset: number): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(0x00010000, 0);
  bytes.writeUInt16LE(1, 4);
  bytes.writeUInt32LE(8, 14);
  bytes.writeUInt32LE(offset, 18);
  return bytes;
}

describe('imageTypeOf', () => {
  it.each([
    ['image/png', latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
    ['image/jpeg', latin('\xff\xd8\xff\xe0\0\x10JFIF')],
    ['image/gif', latin('GIF89a\x01\0')],
    ['image/webp', latin('RIFF\x24\0\0\0WEBPVP8 ')],
    ['image/bmp', bmp(60)],
    ['image/x-icon', icon(22)],
    ['image/avif', latin('\0\0\0\x1cftypavif\0\0\0\0')],
    ['image/avif', latin('\0\0\0\x1cftypmif1\0\0\0\0avif')],
    ['image/svg+xml', latin('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['image/svg+xml', latin('<?xml version="1.0"?>\n<!-- a -->\n<svg\nwidth="1"></svg>')],
  ])('finds %s', (type, bytes) => {
    expect(imageTypeOf(bytes)).toBe(type);
  });

  it.each([
    ['a word', latin('BMW')],
    ['a bitmap of another length', bmp(60, 61)],
    ['an icon that points outside', icon(23)],
    ['a sound', latin('RIFF\x24\0\0\0WAVEfmt ')],
    ['a film', latin('\0\0\0\x1cftypisom\0\0\0\0')],
    ['a page with a picture in it', latin('<html><svg></svg></html>')],
    ['an element with a longer name', latin('<svgs/>')],
    ['nothing', latin('')],
    ['zeros', Buffer.alloc(64)],
    ['half of a header', latin('\x89PNG')],
  ])('finds none in %s', (_, bytes) => {
    expect(imageTypeOf(bytes)).toBeUndefined();
  });
});
