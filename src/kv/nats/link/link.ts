import { t } from '../../base/l10n';
import { KvError, throwIfCancelled, isKvError } from '../../model/errors';
import { DisposableStore, type Observable, ObservableValue } from '../../base/event';
import type { DialReason, LinkState } from '../../model/kvConnection';
import { backoff, longestDelayRefused } from './backoff';
import { DialError } from './dialError';
import type { Channel } from '../wire/channel';
import { delay } from '../../base/delay';
import { expiryOf } from './dialError';
import { onAbort } from '../../base/onAbort';

export interface LinkOptions {
  dial(signal: AbortSignal | undefined, reason: DialReason): Promise<Channel>;
  /** Milliseconds before the nth attempt to reconnect. */
  readonly reconnectDelay?: (attempt: number) => number;
}

/** A connection that broke sooner counts as another failed attempt, so that flapping backs off. */
const stableAfterMs = 2000;

/**
 * Owns the link to the server over all of its connections and its state; changes only through the
 * loss of a connection, `reconnectNow` and `close`. Dialling goes on until it succeeds or `close` is
 * called, also while the login is refused: users are taken away and given back, and files with
 * credentials are renewed. Why the last attempt failed is told with the state.
 */
export class Link {
  private readonly status: ObservableValue<LinkState>;
  private readonly closing = new AbortController();
  private wake = new AbortController();
  private isAskedFor = false;
  private connectedAt = Date.now();
  private attempt = 0;

  /** The connection; one that was lost is let go of before the next is dialled. */
  private channel: Channel | undefined;
  /** When that one is lost, and what of the login had expired. */
  private lost: Promise<KvError | undefined>;

  private constructor(
    channel: Channel,
    private readonly options: LinkOptions,
  ) {
    this.status = new ObservableValue<LinkState>(connectedState(channel));
    this.lost = this.take(channel);
    void this.keepUp();
  }

  /** Dials for the first time. Throws what the dial threw, without another attempt. */
  static async open(
    options: LinkOptions,
    signal?: AbortSignal,
    reason: DialReason = 'askedFor',
  ): Promise<Link> {
    return new Link(await options.dial(signal, reason), options);
  }

  get state(): Observable<LinkState> {
    return this.status;
  }

  /** The connection, when there is one. */
  get live(): Channel | undefined {
    const isLive = this.status.current.kind === 'connected' && !this.channel?.isLost;
    return isLive ? this.channel : undefined;
  }

  /** The connection. Throws `disconnected` at once when there is none. */
  get current(): Channel {
    const channel = this.live;
    if (!channel) {
      throw disconnected(this.status.current);
    }
    return channel;
  }

  /** Waits for a live connection. Throws `disconnected` once the link is closed, or `cancelled`. */
  async whenConnected(signal?: AbortSignal): Promise<Channel> {
    while (!this.live && this.status.current.kind !== 'closed') {
      throwIfCancelled(signal);
      await this.nextState(signal);
    }
    throwIfCancelled(signal);
    return this.current;
  }

  /** Dials anew whatever is known: breaks off the connection, ends a wait and a dial that is under way. */
  reconnectNow(): void {
    this.isAskedFor = true;
    this.wake.abort();
    this.live?.breakOff(new KvError('disconnected', t('the connection is made anew')));
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.wake.abort();
    if (this.status.current.kind !== 'closed') {
      this.status.set({ kind: 'closed' });
    }
    await this.channel?.close();
  }

  private nextState(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        disposables.dispose();
        resolve();
      };
      const disposables = new DisposableStore();
      disposables.add(this.status.onDidChange(finish));
      disposables.add(onAbort(signal, finish));
    });
  }

  private async keepUp(): Promise<void> {
    while (await this.replaceLost()) {
      // A function of its own for each connection: while one waits it holds on to the last one it had.
    }
  }

  /** Waits until the connection is lost, lets go of it, and dials anew; false once the link is closed. */
  private async replaceLost(): Promise<boolean> {
    const expiry = await this.lost;
    this.channel = undefined;
    const channel = await this.redial(expiry);
    if (!channel || this.closing.signal.aborted) {
      await channel?.close();
      return false;
    }
    this.lost = this.take(channel);
    this.connectedAt = Date.now();
    this.status.set(connectedState(channel));
    return true;
  }

  /** Passes on what the server tells of itself, and whether it answers, until the connection is lost. */
  private take(channel: Channel): Promise<KvError | undefined> {
    this.channel = channel;
    channel.onDidChange(() => {
      const state = connectedState(channel);
      if (this.live === channel && JSON.stringify(state) !== JSON.stringify(this.status.current)) {
        this.status.set(state);
      }
    });
    // An error whose stack nobody has read holds on to all that was on it.
    return channel.lost.then(({ cause }) => expiryOf(cause));
  }

  /** Dials until there is a connection; undefined when the link was closed instead. */
  private async redial(expiry: KvError | undefined): Promise<Channel | undefined> {
    const since = Date.now();
    if (since - this.connectedAt >= stableAfterMs) {
      this.attempt = 0;
    }
    let error = expiry;
    while (!this.closing.signal.aborted) {
      if (this.isAskedFor) {
        this.attempt = 0;
      }
      const reason = await this.nextDial(since, error);
      const outcome = await this.attemptDial(reason);
      if (!(outcome instanceof KvError)) {
        return outcome;
      }
      if (outcome.kind !== 'cancelled') {
        // A server rejects what has expired without saying why.
        const isExpiry = outcome.kind === 'authFailed' && !/expired/.test(outcome.message);
        error = isExpiry ? (expiry ?? outcome) : outcome;
      }
    }
    return undefined;
  }

  /** Tells the next attempt and waits for its time, or until it is asked for. */
  private async nextDial(since: number, error: KvError | undefined): Promise<DialReason> {
    this.wake = new AbortController();
    const attempt = ++this.attempt;
    this.status.set({ kind: 'reconnecting', attempt, since, ...(error ? { error } : {}) });
    if (!this.isAskedFor) {
      const isCostly = error instanceof DialError && error.isCostly;
      const isRefused = error?.kind === 'authFailed' || isCostly;
      const longest = isRefused ? longestDelayRefused : undefined;
      const wait = this.options.reconnectDelay ?? ((nth) => backoff(nth, Math.random, longest));
      await delay(wait(attempt), this.wake.signal);
    }
    const reason = this.isAskedFor ? 'askedFor' : 'byItself';
    this.isAskedFor = false;
    return reason;
  }

  private async attemptDial(reason: DialReason): Promise<Channel | undefined | KvError> {
    if (this.closing.signal.aborted) {
      return undefined;
    }
    this.wake = new AbortController();
    try {
      return await this.options.dial(this.wake.signal, reason);
    } catch (error) {
      return isKvError(error) ? error : new KvError('disconnected', String(error));
    }
  }
}

function connectedState(channel: Channel): LinkState {
  const server = channel.server;
  const { silentSince } = channel;
  return server
    ? { kind: 'connected', server, ...(silentSince === undefined ? {} : { silentSince }) }
    : { kind: 'reconnecting', attempt: 0, since: Date.now() };
}

function disconnected(state: LinkState): KvError {
  const message =
    state.kind === 'closed'
      ? t('the connection is closed')
      : t('there is no connection to the server; reconnecting');
  return new KvError('disconnected', message);
}
