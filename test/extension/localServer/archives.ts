import { createHash } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';

/** Files of an archive by path. */
export type Files = Readonly<Record<string, string>>;

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A `.tar.gz` as Go's release tools write it: plain entries, a folder first. */
export function tarGz(files: Files): Buffer {
  const entries = Object.entries(files).map(([path, text]) => tarEntry(path, Buffer.from(text)));
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
}

function tarEntry(path: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write('0', 156);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding]);
}

/** A ZIP whose local headers leave the sizes to the central directory, as streaming writers do. */
export function zip(files: Files): Buffer {
  const [locals, central]: Buffer[][] = [[], []];
  let offset = 0;
  Object.entries(files).forEach(([path, text], index) => {
    const isPacked = index % 2 === 0;
    const content = isPacked ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(path.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(isPacked ? 8 : 0, 10);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt16LE(path.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals?.push(local, Buffer.from(path), content);
    central?.push(entry, Buffer.from(path));
    offset += local.length + path.length + content.length;
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...(locals ?? []), ...(central ?? []), end]);
}
