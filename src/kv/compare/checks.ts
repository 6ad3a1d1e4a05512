/**
 * Owns one check that many wait for; changes only through `next`. Whoever waits gets the outcome of a check
 * that began after it was asked for: one request serves all who asked while the last was under way.
 */
export class Checks {
  private running: Promise<void> | undefined;
  private waiting: Promise<void> | undefined;

  constructor(private readonly check: () => Promise<void>) {}

  next(): Promise<void> {
    if (!this.running) {
      return this.start();
    }
    this.waiting ??= this.running.then(
      () => this.start(),
      () => this.start(),
    );
    return this.waiting;
  }

  private start(): Promise<void> {
    this.waiting = undefined;
    const running = this.check().finally(() => {
      if (this.running === running) {
        this.running = undefined;
      }
    });
    return (this.running = running);
  }
}
