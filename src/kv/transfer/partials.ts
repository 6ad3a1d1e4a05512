import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { FileStore } from './files';

/**
 * Where something is written before it is whole: beside its own name, so that renaming it moves no bytes, and
 * hidden where names with a dot are. It tells which process of which computer writes it.
 */
export function partialPath(path: string): string {
  const [folder, name] = split(path);
  const random = randomBytes(4).toString('hex');
  return `${folder}.${name}.${computer()}-${process.pid}-${random}.partial`;
}

/**
 * Removes what processes of this computer that have died left of a path; what others write, and what may be of
 * another computer, stays.
 */
export async function removeDeadPartials(files: FileStore, path: string): Promise<void> {
  const [folder, name] = split(path);
  const start = `.${name}.${computer()}-`;
  for (const found of await files.names(folder)) {
    const rest = found.startsWith(start) ? found.slice(start.length) : '';
    const pid = /^(\d+)-[\da-f]{8}\.partial$/.exec(rest)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await files.remove(`${folder}${found}`);
    }
  }
}

/** The folder with its slash, or nothing, and the name in it. */
function split(path: string): [folder: string, name: string] {
  const at = path.lastIndexOf('/') + 1;
  return [path.slice(0, at), path.slice(at)];
}

/** Tells computers apart that share a folder. */
function computer(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Anything else: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
