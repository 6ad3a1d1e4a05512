import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cacheFolder, fillOnce } from '../../scripts/lib/cache.mjs';

describe('the folder of the cache', () => {
  it.each([
    [{ NATS_KV_CACHE: '/fast' }, 'linux', '/fast'],
    [{}, 'linux', '/home/ann/.cache/nats-kv-explorer'],
    [{ XDG_CACHE_HOME: '/xdg' }, 'linux', '/xdg/nats-kv-explorer'],
    [{}, 'darwin', '/home/ann/Library/Caches/nats-kv-explorer'],
    [{ LOCALAPPDATA: '/local' }, 'win32', '/local/nats-kv-explorer'],
  ] as const)('with %j on %s is %s', (env, platform, folder) => {
    expect(cacheFolder(env, platform, '/home/ann')).toBe(folder);
  });
});

describe('filling a folder of the cache', () => {
  function setup() {
    const home = mkdtempSync(join(tmpdir(), 'cache-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    return { target: join(home, 'deep', 'thing') };
  }

  it('shows the folder only when it is complete', async () => {
    const { target } = setup();
    await fillOnce(target, (draft: string) => {
      writeFileSync(join(draft, 'file'), 'x');
      expect(existsSync(target)).toBe(false);
    });
    expect(readdirSync(target)).toEqual(['file']);
  });

  it('leaves nothing in its place when filling fails', async () => {
    const { target } = setup();
    await expect(fillOnce(target, () => Promise.reject(new Error('no net')))).rejects.toThrow(
      'no net',
    );
    expect(existsSync(target)).toBe(false);
  });

  it('does nothing when the folder is there', async () => {
    const { target } = setup();
    mkdirSync(target, { recursive: true });
    await expect(fillOnce(target, () => Promise.reject(new Error('called')))).resolves.toBe(target);
  });

  it('takes what another program has put there meanwhile', async () => {
    const { target } = setup();
    const filled: unknown = await fillOnce(target, (draft: string) => {
      writeFileSync(join(draft, 'file'), 'ours');
      mkdirSync(target);
      writeFileSync(join(target, 'file'), 'theirs');
    });
    expect(filled).toBe(target);
    expect(readFileSync(join(target, 'file'), 'utf8')).toBe('theirs');
  });

  it('is done once for all who ask at a time', async () => {
    const { target } = setup();
    let fills = 0;
    const fill = () => Promise.resolve(void fills++);
    expect(await Promise.all([fillOnce(target, fill), fillOnce(target, fill)])).toEqual([
      target,
      target,
    ]);
    expect(fills).toBe(1);
  });
});
