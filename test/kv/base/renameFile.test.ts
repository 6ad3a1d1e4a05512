import { expect, it } from 'vitest';
import { renameFile } from '../../../src/kv/base/renameFile';

const held = Object.assign(new Error('EPERM: held'), { code: 'EPERM' });

/** A file system that refuses a few times. */
function refusing(times: number, error: Error = held) {
  const waits: number[] = [];
  let moves = 0;
  return {
    waits,
    moved: () => moves,
    move: () => (++moves <= times ? Promise.reject(error) : Promise.resolve()),
    wait: (milliseconds: number) => Promise.resolve(waits.push(milliseconds)),
  };
}

it('waits on Windows for whoever holds the file', async () => {
  const files = refusing(3);
  await renameFile('a', 'b', { platform: 'win32', ...files });
  expect(files.moved()).toBe(4);
  expect(files.waits).toEqual([10, 40, 100]);
});

it('gives up after some seconds with what the last try said', async () => {
  const files = refusing(100);
  await expect(renameFile('a', 'b', { platform: 'win32', ...files })).rejects.toBe(held);
  expect(files.waits.reduce((sum, each) => sum + each, 0)).toBe(4_000);
});

it('waits for nothing else, and nowhere else', async () => {
  const full = Object.assign(new Error('ENOSPC: full'), { code: 'ENOSPC' });
  const windows = refusing(1, full);
  await expect(renameFile('a', 'b', { platform: 'win32', ...windows })).rejects.toBe(full);
  const mac = refusing(1);
  await expect(renameFile('a', 'b', { platform: 'darwin', ...mac })).rejects.toBe(held);
  expect([windows.waits, mac.waits]).toEqual([[], []]);
});
