import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** With which Windows refuses what somebody has open for a moment, or has just deleted: scanners, indexers, other windows. */
const heldCodes: readonly unknown[] = ['EPERM', 'EACCES', 'EBUSY'];

/** Between tries, in milliseconds: four seconds in all. */
const waitsMs = [10, 40, 100, 250, 600, 1_000, 2_000];

/** Doubles for tests. */
export interface RenameOptions {
  readonly platform?: NodeJS.Platform;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  readonly move?: (from: string, to: string) => Promise<void>;
}

/**
 * Renames a file or folder; a file replaces one that is there. On Windows it tries again for a while as long
 * as one of them is held, and then throws what the last try did.
 */
export async function renameFile(
  from: string,
  to: string,
  { platform, wait = sleep, move = rename }: RenameOptions = {},
): Promise<void> {
  for (const milliseconds of waitsMs) {
    try {
      await move(from, to);
      return;
    } catch (error) {
      if (!isHeld(error, platform)) {
        throw error;
      }
      await wait(milliseconds);
    }
  }
  await move(from, to);
}

/** Whether an error of the file system may be over in a moment: on Windows only. */
export function isHeld(error: unknown, platform = process.platform): boolean {
  return platform === 'win32' && heldCodes.includes((error as NodeJS.ErrnoException).code);
}
