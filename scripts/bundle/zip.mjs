import { crc32, inflateRawSync } from 'node:zlib';

/*
 * Zip files as vsce makes them: one disk, no encryption, each file stored as it is or deflated, all of it
 * below 4 GB. See APPNOTE.TXT of PKWARE, 4.3.
 */

const stored = 0;
const deflated = 8;
const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
/** The names are UTF-8. */
const isUtf8 = 0x0800;

/**
 * The files of a zip in their order: `name`, `content` (not compressed), `time` and `date` as MS-DOS has them,
 * and the `attributes` of the system. Throws where the file is no such zip, or damaged.
 *
 * @param {Buffer} zip
 * @returns {{ name: string, content: Buffer, time: number, date: number, attributes: number }[]}
 */
export function readZip(zip) {
  const end = zip.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (end < 0) {
    throw new Error('This is no zip file: it has no end of a directory.');
  }
  const files = [];
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    files.push({
      name,
      content: contentOf(zip, at, name),
      time: zip.readUInt16LE(at + 12),
      date: zip.readUInt16LE(at + 14),
      attributes: zip.readUInt32LE(at + 38),
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

function contentOf(zip, central, name) {
  const local = zip.readUInt32LE(central + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + zip.readUInt32LE(central + 20));
  const content =
    zip.readUInt16LE(central + 10) === deflated ? inflateRawSync(packed) : Buffer.from(packed);
  if (crc32(content) !== zip.readUInt32LE(central + 16)) {
    throw new Error(`The zip file is damaged: ${name} is not what was put into it.`);
  }
  return content;
}

/** A zip of files as `readZip` gives them, each with `deflated`: its content as raw deflate has it. */
export function writeZip(files) {
  const locals = [];
  const centrals = [];
  let offset = 0;
  for (const file of files) {
    const local = localOf(file);
    locals.push(local);
    centrals.push(centralOf(file, offset));
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(signatures.end, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function localOf(file) {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(signatures.local, 0);
  writeFacts(head, 4, file);
  return Buffer.concat([head, Buffer.from(file.name), packedOf(file).bytes]);
}

function centralOf(file, offset) {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(signatures.central, 0);
  // Made by version 2.0 for Unix, whose rights `attributes` has.
  head.writeUInt16LE(0x0314, 4);
  writeFacts(head, 6, file);
  head.writeUInt32LE(file.attributes, 38);
  head.writeUInt32LE(offset, 42);
  return Buffer.concat([head, Buffer.from(file.name)]);
}

/** What both headers of a file have, from `at` on. */
function writeFacts(head, at, file) {
  const { method, bytes } = packedOf(file);
  head.writeUInt16LE(20, at);
  head.writeUInt16LE(isUtf8, at + 2);
  head.writeUInt16LE(method, at + 4);
  head.writeUInt16LE(file.time, at + 6);
  head.writeUInt16LE(file.date, at + 8);
  head.writeUInt32LE(crc32(file.content), at + 10);
  head.writeUInt32LE(bytes.length, at + 14);
  head.writeUInt32LE(file.content.length, at + 18);
  head.writeUInt16LE(Buffer.byteLength(file.name), at + 22);
}

function packedOf({ content, deflated: bytes }) {
  return bytes.length < content.length
    ? { method: deflated, bytes }
    : { method: stored, bytes: content };
}
