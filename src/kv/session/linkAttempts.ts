import { t } from '../base/l10n';
import { KvError, toKvError } from '../model/errors';
import type { DialReason, KvConnection } from '../model/kvConnection';

/** Makes a link, and is told how it went. */
export interface LinkMaker {
  open(signal: AbortSignal, reason: DialReason): Promise<KvConnection>;
  onStart(reason: DialReason): void;
  onMade(connection: KvConnection): void;
  onFailed(error: KvError): void;
}

interface Attempt {
  readonly reason: DialReason;
  readonly promise: Promise<KvConnection>;
  readonly abort: AbortController;
}

/**
 * Owns the attempt to make a link that is under way, one at a time: whoever wants the link joins in. One
 * that came by itself makes room for one that is asked for, which may ask the user something.
 */
export class LinkAttempts {
  private current: Attempt | undefined;

  constructor(private readonly maker: LinkMaker) {}

  /** The link that is being made, from now on where none is. Throws why it could not be made. */
  join(reason: DialReason): Promise<KvConnection> {
    if (this.current && (this.current.reason === reason || reason === 'byItself')) {
      return this.current.promise;
    }
    this.current?.abort.abort();
    const abort = new AbortController();
    this.current = { reason, promise: this.establish(abort, reason), abort };
    return this.current.promise;
  }

  /** Gives up what is under way; nothing is told of it any more. */
  giveUp(): void {
    this.current?.abort.abort();
    this.current = undefined;
  }

  private async establish(abort: AbortController, reason: DialReason): Promise<KvConnection> {
    this.maker.onStart(reason);
    try {
      const connection = await this.maker.open(abort.signal, reason);
      if (abort.signal.aborted) {
        await connection.close();
        throw new KvError('cancelled', t('the connection was given up'));
      }
      this.current = undefined;
      this.maker.onMade(connection);
      return connection;
    } catch (error) {
      const kvError = toKvError(error);
      if (!abort.signal.aborted) {
        this.current = undefined;
        this.maker.onFailed(kvError);
      } else if (this.current) {
        // Another attempt has taken the place of this one.
        return this.current.promise;
      }
      throw kvError;
    }
  }
}
