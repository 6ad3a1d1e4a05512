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
    if (this.current !== undefined) {
      this.stop();
      this.set(undefined);
    }
  }

  /**
   * Something is overdue that was expected since then. What comes but the answer to the ping may have been
   * under way when the server stopped: it puts the judgement off, and is no proof.
   */
  suspect(since: number): void {
    if (this.timer === undefined) {
      this.options.ping().then(() => this.answered(), ignore);
      this.judgeIn(answerToPingMs, since, Date.now());
    }
  }

  override dispose(): void {
    this.stop();
    super.dispose();
  }

  private judgeIn(ms: number, since: number, suspectedAt: number): void {
    this.timer = setTimeout(() => {
      const left = this.heardAt + answerToPingMs - Date.now();
      if (this.heardAt >= suspectedAt && left > 0) {
        this.judgeIn(left, since, suspectedAt);
      } else {
        this.beSilent(Math.max(since, this.heardAt));
      }
    }, ms);
  }

  private beSilent(since: number): void {
    this.timer = setTimeout(() => this.options.giveUp(), patienceMs);
    this.set(since);
  }

  private answered(): void {
    this.heard();
    this.stop();
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
