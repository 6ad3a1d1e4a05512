import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

interface ZipEntry {
  readonly name: string;
  /** Where its local header begins. */
  readonly start: number;
  /** In bytes, compressed. */
  readonly size: number;
  readonly isDeflated: boolean;
}

/** The names of the files in a ZIP archive. */
export async function listZip(path: string): Promise<string[]> {
  return entriesOf(await readFile(path), path).map(({ name }) => name);
}

/** The text of a file in a ZIP archive. */
export async function readZip(path: string, name: string): Promise<string> {
  const bytes = await readFile(path);
  const entry = entriesOf(bytes, path).find((each) => each.name === name);
  if (!entry) {
    throw new Error(`${path} has no ${name}.`);
  }
  const { start, size, isDeflated } = entry;
  const from = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
  const stored = bytes.subarray(from, from + size);
  return (isDeflated ? inflateRawSync(stored) : stored).toString('utf8');
}

/** From the central directory. Zip64 is not needed here. */
function entriesOf(bytes: Buffer, path: string): ZipEntry[] {
  const end = bytes.lastIndexOf(littleEndian(endSignature));
  if (end < 0) {
    throw new Error(`${path} is not a ZIP archive.`);
  }
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  while (bytes.readUInt32LE(at) === entrySignature) {
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      start: bytes.readUInt32LE(at + 42),
      size: bytes.readUInt32LE(at + 20),
      isDeflated: bytes.readUInt16LE(at + 10) === 8,
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
