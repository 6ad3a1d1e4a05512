import { setImmediate } from 'node:timers/promises';

/** How long a turn of the event loop may be busy with one piece of long work, in milliseconds. */
const sliceMs = 8;

/** Owns the time of the present turn; changes only through `rest`. Cuts long work into short turns. */
export class Pace {
  private end: number;

  constructor(private readonly slice = sliceMs) {
    this.end = performance.now() + slice;
  }

  /** Whether this turn has been busy long enough. Looking costs more than a few steps of work. */
  get isOver(): boolean {
    return performance.now() >= this.end;
  }

  /** Lets everything else that waits have a turn. */
  async rest(): Promise<void> {
    await setImmediate();
    this.end = performance.now() + this.slice;
  }
}
