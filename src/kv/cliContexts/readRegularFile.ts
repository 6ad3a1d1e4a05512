import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { t } from '../base/l10n';

/** More than any context or selection; what is larger is something else. */
const maxBytes = 1024 * 1024;

/** A file system that is gone (a network that is down) answers never. */
const patienceMs = 5_000;

/** The text of a file, or why it has none, as the rest of a sentence that begins with its path. */
export type FileText =
  { readonly text: string } | { readonly problem: string } | { readonly missing: true };

/**
 * Reads a small text file. What is no regular file (a pipe, a device) is not read, since it might
 * never end, and one that does not answer is given up; neither holds up the reading of others.
 */
export async function readRegularFile(path: string): Promise<FileText> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<FileText>((resolve) => {
    timer = setTimeout(() => resolve({ problem: t('does not answer') }), patienceMs);
    timer.unref();
  });
  const read = readNow(path).catch((error: unknown): FileText => {
    const code = codeOf(error);
    return code === 'ENOENT'
      ? { missing: true }
      : { problem: t('cannot be read ({0}); check its permissions', code) };
  });
  return Promise.race([read, late]).finally(() => clearTimeout(timer));
}

async function readNow(path: string): Promise<FileText> {
  const found = await stat(path);
  if (found.isDirectory()) {
    return { problem: t('is a folder and no file') };
  }
  if (!found.isFile()) {
    return { problem: t('is no file that can be read') };
  }
  // It may have become a pipe since: opening one would wait for a writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { size } = await file.stat();
    return size > maxBytes
      ? { problem: t('is larger than 1 MiB') }
      : { text: await file.readFile('utf8') };
  } finally {
    await file.close();
  }
}

/** The code of an error of the file system. */
export function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
