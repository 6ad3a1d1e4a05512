import { writeFile } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { localSystem } from '../../../src/extension/localServer/localSystem';
import { withFolderLock } from '../../../src/extension/localServer/storeRecord';
import { tempFolder } from './tempFolder';

vi.mock('node:fs/promises', async (load) => {
  const files = await load<{ readonly writeFile: typeof writeFile }>();
  return { ...files, writeFile: vi.fn(files.writeFile) };
});

const held = Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' });

it('waits on Windows while another window has the lock that was just removed open', async () => {
  vi.spyOn(process, 'platform', 'get').mockReturnValue('win32');
  vi.mocked(writeFile).mockRejectedValueOnce(held).mockRejectedValueOnce(held);
  let waits = 0;
  const system = { ...localSystem, wait: () => Promise.resolve(void waits++) };
  await expect(withFolderLock(tempFolder(), system, () => Promise.resolve('done'))).resolves.toBe(
    'done',
  );
  expect(waits).toBe(2);
});

it('tells elsewhere at once that the folder cannot be written', async () => {
  vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
  vi.mocked(writeFile).mockRejectedValueOnce(held);
  const locked = withFolderLock(tempFolder(), localSystem, () => Promise.resolve());
  await expect(locked).rejects.toBe(held);
});
