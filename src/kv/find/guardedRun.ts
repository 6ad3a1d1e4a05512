import { createContext, Script, type Context } from 'node:vm';

/** Runs work that may take for ever, such as a regular expression on a text that it backtracks on. */
export class GuardedRun {
  private readonly slot: { work: () => void };
  private readonly context: Context;
  private readonly script = new Script('work()');

  constructor(private readonly timeoutMs = 40) {
    this.slot = { work: () => undefined };
    this.context = createContext(this.slot);
  }

  /**
   * Runs the work to its end and returns true, or false when it was cut off after the time: then it
   * was ended in the midst of something. Throws what the work throws.
   */
  run(work: () => void): boolean {
    this.slot.work = work;
    try {
      this.script.runInContext(this.context, { timeout: this.timeoutMs });
      return true;
    } catch (error) {
      // It is an error of the context's own, so no `instanceof` knows it.
      if ((error as { code?: unknown } | undefined)?.code === timeoutCode) {
        return false;
      }
      throw error;
    } finally {
      this.slot.work = () => undefined;
    }
  }
}

const timeoutCode = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
