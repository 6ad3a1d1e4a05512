import type { TlsOptions } from '../../model/connectionConfig';
import type { Credentials } from '../../model/credentials';
import type { DialReason } from '../../model/kvConnection';
import type { LoginOwner } from './dialError';
import type { ProxyOptions } from './proxy/route';
import type { WriteGuard } from '../../session/writeLock';

export interface ConnectOptions extends ProxyOptions {
  /** `nats://` or `tls://` URLs, or `host:port`; an element may be a comma-separated list. */
  readonly servers: readonly string[];
  /** Shown in the server's list of connections. */
  readonly name?: string;
  /** Limit in milliseconds of one dial and of one request; 5000 when omitted. */
  readonly timeoutMs?: number;
  /** Prefix of reply subjects, for accounts that may not subscribe to `_INBOX.>`. */
  readonly inboxPrefix?: string;
  /** The JetStream domain to use (ADR-19); it comes before `apiPrefix`, as in the `nats` CLI. */
  readonly domain?: string;
  /** Prefix of the JetStream API, such as another account exports; `$JS.API` when omitted. */
  readonly apiPrefix?: string;
  /**
   * Asked anew before every dial, so that rotated credentials are used and none are kept. All of
   * them are presented at once. What it throws fails the dial.
   */
  readonly credentials?: (
    signal: AbortSignal | undefined,
    dial: DialReason,
  ) => Promise<readonly Credentials[]>;
  /** A server has let us in. */
  readonly onAccepted?: () => void;
  /** The credentials were refused, or cannot be read; true when others can be had at once, to dial with those. */
  readonly onRefused?: (dial: DialReason, owner: LoginOwner) => boolean;
  readonly tls?: TlsOptions;
  /** Asked before every request that would change something; always writable when omitted. */
  readonly writeLock?: WriteGuard;
  /** Milliseconds to wait before the nth attempt (from 1) to reconnect. */
  readonly reconnectDelay?: (attempt: number) => number;
}
