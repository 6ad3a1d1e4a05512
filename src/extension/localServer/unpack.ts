import { gunzipSync, inflateRawSync } from 'node:zlib';
import { t } from '../../kv/base/l10n';
import { KvError } from '../../kv/model/errors';

const tarBlock = 512;
const zipEnd = Buffer.from([0x50, 0x4b, 5, 6]);
const zipEntry = 0x02014b50;
const deflated = 8;

/**
 * The bytes of one file in an archive whose checksum is known to be right: only what the official
 * releases use is read (plain tar entries; ZIP without Zip64 and encryption). Throws `server` when the
 * file is not there.
 */
export function unpack(archive: Buffer, format: 'tar.gz' | 'zip', member: string): Buffer {
  const content = format === 'zip' ? fromZip(archive, member) : fromTar(archive, member);
  if (content === undefined) {
    throw new KvError('server', t('the archive has no {0}', member));
  }
  return content;
}

function fromTar(archive: Buffer, member: string): Buffer | undefined {
  const tar = gunzipSync(archive);
  let at = 0;
  while (at + tarBlock <= tar.length) {
    const name = textAt(tar, at, 100);
    const prefix = textAt(tar, at + 345, 155);
    const size = Number.parseInt(textAt(tar, at + 124, 12), 8) || 0;
    const start = at + tarBlock;
    if ((prefix ? `${prefix}/${name}` : name) === member) {
      return tar.subarray(start, start + size);
    }
    at = start + Math.ceil(size / tarBlock) * tarBlock;
  }
  return undefined;
}

function textAt(bytes: Buffer, start: number, length: number): string {
  const text = bytes.toString('utf8', start, start + length);
  return text.split('\0', 1)[0] ?? '';
}

function fromZip(archive: Buffer, member: string): Buffer | undefined {
  const end = archive.lastIndexOf(zipEnd);
  let at = end < 0 ? archive.length : archive.readUInt32LE(end + 16);
  while (at + 46 <= archive.length && archive.readUInt32LE(at) === zipEntry) {
    const nameLength = archive.readUInt16LE(at + 28);
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === member) {
      return contentOf(archive, at);
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return undefined;
}

/** Sizes stand in the central directory; the local header's may be left empty, but not its lengths. */
function contentOf(archive: Buffer, entry: number): Buffer {
  const header = archive.readUInt32LE(entry + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + archive.readUInt32LE(entry + 20));
  return archive.readUInt16LE(entry + 10) === deflated ? inflateRawSync(packed) : packed;
}
