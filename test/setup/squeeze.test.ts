import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { squeeze } from '../../scripts/bundle/squeeze.mjs';
import { unpack } from '../../src/extension/localServer/unpack';
import { readZip, writeZip } from '../../scripts/bundle/zip.mjs';

const words = Array.from({ length: 2_000 }, (_, at) => `word${(at * 7919) % 613} `).join('');
const contents: Record<string, Buffer> = {
  'extension/long.txt': Buffer.from(words),
  'extension/ä/日本.json': Buffer.from('{}'),
  'extension/empty': Buffer.alloc(0),
};

/** The files as a zip has them that was made in a hurry. */
function quickZip(): Buffer {
  return writeZip(
    Object.entries(contents).map(([name, content]) => ({
      ...{ name, content, time: 0x6000, date: 0x5b7b, attributes: 0o100644 * 0x1_0000 },
      deflated: deflateRawSync(content, { level: 1 }),
    })),
  );
}

afterEach(() => void vi.unstubAllEnvs());

describe('a zip that is packed anew', () => {
  it('has the same files, dates and rights in fewer bytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'squeeze-'));
    vi.stubEnv('NATS_KV_CACHE', join(folder, 'cache'));
    const path = join(folder, 'x.zip');
    const quick = quickZip();
    writeFileSync(path, quick);
    await squeeze(path);
    const squeezed = readFileSync(path);
    expect(readZip(squeezed)).toEqual(readZip(quick));
    const names = Object.fromEntries(readZip(squeezed).map(({ name, content }) => [name, content]));
    expect(names).toEqual(contents);
    // By another reader.
    const [name] = Object.keys(contents);
    expect(unpack(squeezed, 'zip', String(name)).toString()).toBe(words);
    const best = deflateRawSync(Buffer.from(words), { level: 9 }).length;
    expect(squeezed.length).toBeLessThan(quick.length);
    expect(squeezed.length - 400).toBeLessThan(best);
    // Twice is the same: what it came to is taken from the cache.
    await squeeze(path);
    expect(readFileSync(path)).toEqual(squeezed);
  });

  it('is refused where it is damaged, or no zip', () => {
    const zip = quickZip();
    const at = zip.indexOf(Buffer.from('{}'));
    zip[at] = 0x5b;
    expect(() => readZip(zip)).toThrow('extension/ä/日本.json');
    expect(() => readZip(Buffer.from('no zip'))).toThrow('no zip file');
  });
});
