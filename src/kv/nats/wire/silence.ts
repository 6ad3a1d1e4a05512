import { type Disposable, ObservableValue } from '../../base/event';
import { ignore } from '../../base/ignore';

export interface SilenceOptions {
  /** Resolves when the server has answered a ping; how it fails does not matter. */
  ping(): Promise<unknown>;
  /** The server has answered nothing for so long that the connection is of no use any more. */
  giveUp(): void;
}

/** A server that is well answers a ping in a round trip, whatever else it has to do. */
const answerToPingMs = 1000;
/** From then on: a server that was stopped for a moment is given the time to go on. */
const patienceMs = 10_000;

/**
 * Owns since when the server on a connection does not answer (milliseconds since the epoch; undefined
 * while it does); changes only through `suspect` and `heard`. Something overdue is no proof: a server
 * leaves some requests unanswered. It counts as silent when it does not answer a ping after that either.
 */
export class Silence extends ObservableValue<number | undefined> implements Disposable {
  private heardAt = Date.now();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: SilenceOptions) {
    super(undefined);
  }

  /** Bytes have come from the server. */
  heard(): void {
    this.heardAt = Date.now();
    if (this.timer !== undefined) {
      this.stop();
      this.set(undefined);
    }
  }

  /**
   * Something is overdue that was expected since then. What came after that, but not just now, may have
   * been under way when the server stopped.
   */
  suspect(since: number): void {
    const isHeardNow = this.heardAt > since && Date.now() - this.heardAt < answerToPingMs;
    if (this.timer === undefined && !isHeardNow) {
      const from = Math.max(since, this.heardAt);
      this.options.ping().then(() => this.heard(), ignore);
      this.timer = setTimeout(() => this.beSilent(from), answerToPingMs);
    }
  }

  override dispose(): void {
    this.stop();
    super.dispose();
  }

  private beSilent(since: number): void {
    this.timer = setTimeout(() => this.options.giveUp(), patienceMs);
    this.set(since);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
