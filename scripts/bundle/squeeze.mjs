import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zopfli from '@gfx/zopfli';
import { cachePath, fillOnce } from '../lib/cache.mjs';
import { readZip, writeZip } from './zip.mjs';

/**
 * Packs a zip file anew with the same files in fewer bytes, by a compressor that takes its time. What a file
 * came to is kept in the cache.
 */
export async function squeeze(path) {
  const files = [];
  for (const file of readZip(readFileSync(path))) {
    files.push({ ...file, deflated: await deflatedOf(file.content) });
  }
  writeFileSync(path, writeZip(files));
}

async function deflatedOf(content) {
  const hash = createHash('sha256').update(content).digest('hex');
  const folder = await fillOnce(cachePath('deflated', hash), async (draft) => {
    const bytes = content.length === 0 ? content : await zopfli.deflateAsync(content, options);
    writeFileSync(join(draft, 'bytes'), bytes);
  });
  return readFileSync(join(folder, 'bytes'));
}

/** More rounds take much longer for a few bytes. */
const options = { numiterations: 5 };
