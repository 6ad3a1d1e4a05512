import { readFile } from 'node:fs/promises';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/** The names of the files in a ZIP archive, from its central directory. Zip64 is not needed here. */
export async function listZip(path: string): Promise<string[]> {
  const bytes = await readFile(path);
  const end = bytes.lastIndexOf(littleEndian(endSignature));
  if (end < 0) {
    throw new Error(`${path} is not a ZIP archive.`);
  }
  const names: string[] = [];
  let at = bytes.readUInt32LE(end + 16);
  while (bytes.readUInt32LE(at) === entrySignature) {
    const nameLength = bytes.readUInt16LE(at + 28);
    names.push(bytes.toString('utf8', at + 46, at + 46 + nameLength));
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return names;
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
