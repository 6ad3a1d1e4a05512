import type { ChangeOrigin } from './liveChange';

/**
 * Owns which revisions were there before, or were missed; changes only through its methods. All that
 * comes after them is live.
 */
export class ChangeOrigins {
  private origin: ChangeOrigin = 'live';
  private until: number | undefined;
  private lookUps = 0;

  /** True while it is not known up to where revisions were missed. */
  get isOpen(): boolean {
    return this.origin !== 'live' && this.until === undefined;
  }

  /** Revisions up to this one have that origin. */
  set(origin: ChangeOrigin, until: number): void {
    this.lookUps++;
    this.origin = origin;
    this.until = until;
  }

  /** The link was lost: whatever comes was missed, until `close` tells how far. */
  miss(): void {
    this.lookUps++;
    this.origin = 'caughtUp';
    this.until = undefined;
  }

  /**
   * What is stored now is what was missed. Until the answer is there everything counts as missed,
   * which takes in what happens within this one round trip.
   */
  async close(lastRevision: Promise<number>): Promise<void> {
    const lookUp = ++this.lookUps;
    const until = await lastRevision.catch(() => 0);
    if (lookUp === this.lookUps) {
      this.until = until;
    }
  }

  of(revision: number): ChangeOrigin {
    return revision <= (this.until ?? Infinity) ? this.origin : 'live';
  }
}
