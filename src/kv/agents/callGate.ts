import { onAbort } from '../base/onAbort';
import { AgentRefusal } from './agentRefusal';
import { limits } from './limits';

const minuteMs = 60_000;

/** Owns how many calls run, wait and were made in the last minute; changes only through `run`. */
export class CallGate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private calls: number[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Runs when it is its turn. Throws an `AgentRefusal` where there are too many calls, or on abort. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    this.count();
    await this.turn(signal);
    try {
      if (signal.aborted) {
        throw new AgentRefusal('the call was cancelled');
      }
      return await work();
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private count(): void {
    const since = this.now() - minuteMs;
    this.calls = this.calls.filter((at) => at > since);
    if (this.calls.length >= limits.perMinute) {
      throw new AgentRefusal(`more than ${limits.perMinute} calls in a minute: wait a while`);
    }
    if (this.running >= limits.running && this.waiting.length >= limits.waiting) {
      throw new AgentRefusal('too many calls at once: wait for the answers first');
    }
    this.calls.push(this.now());
  }

  private async turn(signal: AbortSignal): Promise<void> {
    if (this.running < limits.running) {
      this.running++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const start = (): void => {
        aborted.dispose();
        this.running++;
        resolve();
      };
      this.waiting.push(start);
      const aborted = onAbort(signal, () => {
        const at = this.waiting.indexOf(start);
        if (at >= 0) {
          this.waiting.splice(at, 1);
          reject(new AgentRefusal('the call was cancelled'));
        }
      });
    });
  }
}

/** What the promise gives, or the refusal as soon as the signal aborts; nobody waits for it any more then. */
export function unlessAborted<T>(
  signal: AbortSignal,
  why: () => string,
  work: Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const aborted = onAbort(signal, () => reject(new AgentRefusal(why())));
    work.then(resolve, reject).finally(() => aborted.dispose());
  });
}
