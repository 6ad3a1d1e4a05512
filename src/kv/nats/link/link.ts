import { KvError, throwIfCancelled, isKvError } from '../../model/errors';
import { DisposableStore, type Observable, ObservableValue } from '../../base/event';
import type { LinkState } from '../../model/kvConnection';
import { backoff } from './backoff';
import type { Channel } from '../wire/channel';
import { delay } from '../async/delay';
import { expiryOf } from './dialError';
import { onAbort } from '../async/onAbort';

export interface LinkOptions {
  dial(signal?: AbortSignal): Promise<Channel>;
  /** Milliseconds before the nth attempt to reconnect. */
  readonly reconnectDelay?: (attempt: number) => number;
}

/** A connection that broke sooner counts as another failed attempt, so that flapping backs off. */
const stableAfterMs = 2000;

/**
 * Owns the link to the server over all of its connections and its state; changes only through the
 * loss of a connection, `reconnectNow` and `close`. Dialling goes on until it succeeds, `close` is
 * called, or the credentials have been rejected twice in a row, which counts a connection that was
 * ended because they expired.
 */
export class Link {
  private readonly status: ObservableValue<LinkState>;
  private readonly closing = new AbortController();
  private wake = new AbortController();
  private connectedAt = Date.now();
  private attempt = 0;

  private constructor(
    private channel: Channel,
    private readonly options: LinkOptions,
  ) {
    this.status = new ObservableValue<LinkState>(connectedState(channel));
    void this.keepUp();
  }

  /** Dials for the first time. Throws what the dial threw, without another attempt. */
  static async open(options: LinkOptions, signal?: AbortSignal): Promise<Link> {
    return new Link(await options.dial(signal), options);
  }

  get state(): Observable<LinkState> {
    return this.status;
  }

  /** The connection, when there is one. */
  get live(): Channel | undefined {
    const isLive = this.status.current.kind === 'connected' && !this.channel.isLost;
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

  reconnectNow(): void {
    this.wake.abort();
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.wake.abort();
    if (this.status.current.kind !== 'closed') {
      this.status.set({ kind: 'closed' });
    }
    await this.channel.close();
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
    for (;;) {
      const loss = await this.channel.lost;
      const channel = await this.redial(expiryOf(loss.cause));
      if (!channel || this.closing.signal.aborted) {
        await channel?.close();
        return;
      }
      this.channel = channel;
      this.connectedAt = Date.now();
      this.status.set(connectedState(channel));
    }
  }

  /** Dials until there is a connection; undefined when the link was closed instead. */
  private async redial(expiry: KvError | undefined): Promise<Channel | undefined> {
    const since = Date.now();
    if (since - this.connectedAt >= stableAfterMs) {
      this.attempt = 0;
    }
    let lastError = expiry;
    while (!this.closing.signal.aborted) {
      const wake = new AbortController();
      this.wake = wake;
      this.status.set({ kind: 'reconnecting', attempt: ++this.attempt, since });
      await delay((this.options.reconnectDelay ?? backoff)(this.attempt), wake.signal);
      const outcome = await this.attemptDial();
      if (!(outcome instanceof KvError)) {
        return outcome;
      }
      if (outcome.kind === 'authFailed' && lastError?.kind === 'authFailed') {
        // A server rejects what has expired without saying why.
        const error = expiry && !/expired/.test(outcome.message) ? expiry : outcome;
        this.status.set({ kind: 'closed', error });
        this.closing.abort();
      }
      lastError = outcome;
    }
    return undefined;
  }

  private async attemptDial(): Promise<Channel | undefined | KvError> {
    if (this.closing.signal.aborted) {
      return undefined;
    }
    try {
      return await this.options.dial(this.closing.signal);
    } catch (error) {
      return isKvError(error) ? error : new KvError('disconnected', String(error));
    }
  }
}

function connectedState(channel: Channel): LinkState {
  const server = channel.server;
  return server
    ? { kind: 'connected', server }
    : { kind: 'reconnecting', attempt: 0, since: Date.now() };
}

function disconnected(state: LinkState): KvError {
  const message =
    state.kind === 'closed'
      ? 'the connection is closed'
      : 'there is no connection to the server; reconnecting';
  return new KvError('disconnected', message);
}
