import { t } from '../../base/l10n';
import type { KvError } from '../../model/errors';
import type { Channel } from '../wire/channel';
import { missingRight } from '../wire/missingRight';

export interface StallWatchOptions {
  readonly channel: Pick<Channel, 'flush' | 'delivers'>;
  /** Whether the server tells that the consumer is there. */
  readonly isThere: () => Promise<boolean>;
  readonly inbox: string;
  readonly onStall: (error: KvError) => void;
}

const flushTimeoutMs = 2_000;

/**
 * Finds out that a consumer will never go on though the link is fine: what the server sends does not
 * arrive, or what is answered does not reach it. Both are rights or imports that are missing, and
 * nobody tells of them. Owns what was answered; changes only through its methods.
 */
export class StallWatch {
  private isSilent = false;
  private answered: string | undefined;
  /** Whether the server must have seen the answer, as it has seen what was sent after it. */
  private hasArrived = false;

  constructor(private readonly options: StallWatchOptions) {}

  /** Something came for the consumer: then what is delivered arrives on this connection. */
  hear(): void {
    this.options.channel.delivers = true;
  }

  answer(subject: string): void {
    this.answered = subject;
    this.hasArrived = false;
  }

  /** The server waits for an answer to this subject; true when it has been given. */
  waitsFor(subject: string): boolean {
    if (subject !== this.answered) {
      return false;
    }
    if (this.hasArrived) {
      const what = t('answers to flow control do not reach the server');
      this.options.onStall(missingRight('$JS.FC.>', what));
    } else {
      void this.confirm(subject);
    }
    return true;
  }

  /** A heartbeat is overdue. */
  async late(): Promise<void> {
    if (!this.options.channel.delivers) {
      // A server that does not answer tells nothing: the consumer counts as lost in its time.
      this.isSilent = await this.options.isThere().catch(() => false);
    }
  }

  /** Why nothing was heard at all; undefined where the link may be to blame. */
  get silence(): KvError | undefined {
    const { inbox, channel } = this.options;
    const everything = `${inbox.replace(/\.[^.]*$/, '')}.>`;
    return this.isSilent && !channel.delivers
      ? missingRight(everything, t('nothing that the server delivers arrives'))
      : undefined;
  }

  private async confirm(subject: string): Promise<void> {
    try {
      await this.options.channel.flush(flushTimeoutMs);
      this.hasArrived = subject === this.answered;
    } catch {
      // The link is to blame, and will be told.
    }
  }
}
