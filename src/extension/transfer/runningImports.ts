import { mkdir, open, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Between two signs of life of a run, in milliseconds. */
const signMs = 5_000;
/** Who gave none for that long has died, or its computer sleeps. */
const deadMs = 30_000;

/** Tells that a run is under way, to other windows too, until it is released. */
export interface RunningMark {
  release(): Promise<void>;
}

/**
 * Marks imports that are under way by files with the time of their last sign of life, which all windows see; a
 * window that died leaves one that grows old.
 */
export class RunningImports {
  /** `now`: the clock, in milliseconds since the epoch. */
  constructor(
    private readonly folder: string,
    private readonly now: () => number = Date.now,
  ) {}

  async isRunning(id: string): Promise<boolean> {
    try {
      const { mtimeMs } = await stat(this.fileOf(id));
      return Math.abs(this.now() - mtimeMs) < deadMs;
    } catch (error) {
      if (isCode(error, 'ENOENT')) {
        return false;
      }
      throw error;
    }
  }

  /** Undefined when it is under way already, in this window or another one. */
  async begin(id: string): Promise<RunningMark | undefined> {
    await mkdir(this.folder, { recursive: true });
    const file = this.fileOf(id);
    if (!(await this.make(file))) {
      if (await this.isRunning(id)) {
        return undefined;
      }
      await rm(file, { force: true });
      if (!(await this.make(file))) {
        return undefined;
      }
    }
    await this.sign(file);
    const timer = setInterval(() => {
      // Without it the run would be taken for a dead one; whoever goes on with it then writes by compare-and-swap too.
      this.sign(file).catch(() => undefined);
    }, signMs);
    return {
      release: async () => {
        clearInterval(timer);
        await rm(file, { force: true });
      },
    };
  }

  private async make(file: string): Promise<boolean> {
    try {
      await (await open(file, 'wx')).close();
      return true;
    } catch (error) {
      if (isCode(error, 'EEXIST')) {
        return false;
      }
      throw error;
    }
  }

  private async sign(file: string): Promise<void> {
    const seconds = this.now() / 1_000;
    await utimes(file, seconds, seconds);
  }

  private fileOf(id: string): string {
    return join(this.folder, `${id}.running`);
  }
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
