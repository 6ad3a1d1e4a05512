import { createContext, Script, type Context } from 'node:vm';

/** How often work is begun anew that had no processor, each time with twice as much time. */
const mostTries = 5;
/** What part of its time work must have computed to be slow itself. */
const leastShare = 0.8;

/** Processor time that this process has used, in milliseconds. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Runs work that may take for ever, such as a regular expression on a text that it backtracks on. */
export class GuardedRun {
  private readonly slot: { work: () => void };
  private readonly context: Context;
  private readonly script = new Script('work()');

  constructor(
    private readonly timeoutMs = 40,
    private readonly used: () => number = usedMs,
  ) {
    this.slot = { work: () => undefined };
    this.context = createContext(this.slot);
  }

  /**
   * Runs the work to its end and returns true, or false when it was cut off after the time: then it
   * was ended in the midst of something. Throws what the work throws. The time is that of the clock, on
   * a busy machine as well: work that was kept waiting for a processor is begun anew, so that it must
   * bear that.
   */
  run(work: () => void): boolean {
    this.slot.work = work;
    try {
      for (let tries = 0, timeoutMs = this.timeoutMs; tries < mostTries; tries++, timeoutMs *= 2) {
        const before = this.used();
        if (this.runOnce(timeoutMs)) {
          return true;
        }
        if (this.used() - before >= leastShare * this.timeoutMs) {
          return false;
        }
      }
      return false;
    } finally {
      this.slot.work = () => undefined;
    }
  }

  private runOnce(timeoutMs: number): boolean {
    try {
      this.script.runInContext(this.context, { timeout: timeoutMs });
      return true;
    } catch (error) {
      // It is an error of the context's own, so no `instanceof` knows it.
      if ((error as { code?: unknown } | undefined)?.code === timeoutCode) {
        return false;
      }
      throw error;
    }
  }
}

const timeoutCode = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
