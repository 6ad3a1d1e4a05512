import type { DialReason, KvConnection } from '../model/kvConnection';
import { ignore } from '../base/ignore';
import { apiPrefixOf } from './wire/apiPrefix';
import type { ConnectOptions } from './link/connectOptions';
import { defaultTimeoutMs, Dialer } from './link/dialer';
import { JetStreamApi } from './wire/jetStreamApi';
import { Link, type LinkOptions } from './link/link';
import { NatsConnection } from './natsConnection';

/**
 * Connects to a NATS system. The first dial is tried once: throws `invalidUrl`, `invalidConfig` for a
 * domain, a prefix or TLS files, `disconnected`, `timeout`, `authFailed` or `cancelled`. Afterwards
 * the link is kept up until `close`.
 */
export async function connect(
  options: ConnectOptions,
  signal?: AbortSignal,
  dialReason: DialReason = 'askedFor',
): Promise<KvConnection> {
  const dialer = new Dialer(options);
  const apiPrefix = apiPrefixOf(options);
  const { reconnectDelay, timeoutMs = defaultTimeoutMs } = options;
  const lock = options.writeLock ?? { check: ignore };
  const dial: LinkOptions['dial'] = (aborted, reason) => dialer.dial(aborted, reason);
  const link = await Link.open({ dial, reconnectDelay }, signal, dialReason);
  return new NatsConnection(link, new JetStreamApi(apiPrefix, timeoutMs), lock);
}
