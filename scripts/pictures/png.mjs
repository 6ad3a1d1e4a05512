import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * Reads what a browser makes of a page: 8 bits a channel, RGB or RGBA, not interlaced. Returns the pixels row
 * by row, each as one number 0xrrggbb. Throws on any other PNG.
 */
export function readPng(bytes) {
  const chunks = [...chunksOf(bytes)];
  const header = chunks.find(({ type }) => type === 'IHDR').data;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = { 2: 3, 6: 4 }[header[9]];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0) {
    throw new Error('Only PNG files of 8 bits in RGB or RGBA can be read.');
  }
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const raw = unfiltered(inflateSync(Buffer.concat(packed)), { width, height, channels });
  const pixels = new Uint32Array(width * height);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = raw.readUIntBE(at * channels, 3);
  }
  return { width, height, pixels };
}

/** A PNG of at most 256 colors, `colors` as 0xrrggbb and `indexes` row by row. */
export function writePng({ width, height, colors, indexes }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const depth = colors.length <= 16 ? 4 : 8;
  header.set([depth, 3], 8);
  const table = Buffer.alloc(colors.length * 3);
  colors.forEach((color, at) => table.writeUIntBE(color, at * 3, 3));
  // Filters are of no use to a palette: equal pixels are what compresses.
  const rows = Array.from({ length: height }, (_, row) =>
    Buffer.from([0, ...packedRow(indexes.subarray(row * width, (row + 1) * width), depth)]),
  );
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function packedRow(row, depth) {
  return depth === 8
    ? row
    : Array.from({ length: Math.ceil(row.length / 2) }, (_, at) => {
        return (row[at * 2] << 4) | (row[at * 2 + 1] ?? 0);
      });
}

function* chunksOf(bytes) {
  for (let at = signature.length; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const data = bytes.subarray(at + 8, at + 8 + length);
    yield { type: bytes.toString('latin1', at + 4, at + 8), data };
    at += length + 12;
  }
}

/** The five filters of the PNG specification (section 9), undone in place; the filter bytes are left out. */
function unfiltered(bytes, { width, height, channels }) {
  const stride = width * channels;
  const out = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row += 1) {
    const filter = bytes[row * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const at = row * stride + x;
      const left = x >= channels ? out[at - channels] : 0;
      const up = row > 0 ? out[at - stride] : 0;
      const corner = x >= channels && row > 0 ? out[at - stride - channels] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      out[at] = bytes[row * (stride + 1) + 1 + x] + guess;
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const far = [left, up, corner].map((each) => Math.abs(guess - each));
  return far[0] <= far[1] && far[0] <= far[2] ? left : far[1] <= far[2] ? up : corner;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
