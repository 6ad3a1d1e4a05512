/** Images that VS Code's own preview, or a browser, shows. */
export type ImageType =
  | 'image/png'
  | 'image/jpeg'
  | 'image/gif'
  | 'image/webp'
  | 'image/bmp'
  | 'image/x-icon'
  | 'image/avif'
  | 'image/svg+xml';

/** The type of an image by its first bytes, or undefined when it is none. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) {
    return 'image/png';
  }
  if (start.startsWith('\xff\xd8\xff')) {
    return 'image/jpeg';
  }
  if (/^GIF8[79]a/.test(start)) {
    return 'image/gif';
  }
  if (/^RIFF[^]{4}WEBP/.test(start)) {
    return 'image/webp';
  }
  if (isBmp(bytes, start)) {
    return 'image/bmp';
  }
  if (isIcon(bytes)) {
    return 'image/x-icon';
  }
  if (/^\0[^]{3}ftyp(avif|avis|mif1[^]{0,24}avif)/.test(start)) {
    return 'image/avif';
  }
  return isSvg(bytes) ? 'image/svg+xml' : undefined;
}

/** `BM` alone begins many a word: the size in the header must be that of the value. */
function isBmp(bytes: Uint8Array, start: string): boolean {
  return start.startsWith('BM') && bytes.byteLength >= 26 && uint32(bytes, 2) === bytes.byteLength;
}

/** An icon has a directory of images, each of which lies inside of the value. */
function isIcon(bytes: Uint8Array): boolean {
  const count = (bytes[4] ?? 0) + 256 * (bytes[5] ?? 0);
  const isDirectory = uint32(bytes, 0) === 0x00010000 && count > 0;
  if (!isDirectory || bytes.byteLength < 6 + 16 * count) {
    return false;
  }
  const size = uint32(bytes, 14);
  const offset = uint32(bytes, 18);
  return size > 0 && offset >= 6 + 16 * count && offset + size <= bytes.byteLength;
}

/** An SVG is a text whose first element is `svg`, behind a prologue and comments at most. */
function isSvg(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4096)).toString('utf8');
  const prologue = /^\ufeff?\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?/;
  return /^<svg[\s>]/.test(start.replace(prologue, ''));
}

function uint32(bytes: Uint8Array, at: number): number {
  return bytes.byteLength < at + 4
    ? 0
    : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}
