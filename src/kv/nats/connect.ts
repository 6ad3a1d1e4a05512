import type { KvConnection } from '../kvConnection';
import { apiPrefixOf } from './apiPrefix';
import type { ConnectOptions } from './connectOptions';
import { defaultTimeoutMs, Dialer } from './dialer';
import { JetStreamApi } from './jetStreamApi';
import { Link } from './link';
import { NatsConnection } from './natsConnection';

/**
 * Connects to a NATS system. The first dial is tried once: throws `invalidUrl`, `invalidConfig` for a
 * domain or prefix, `disconnected`, `timeout`, `authFailed` or `cancelled`. Afterwards the link is
 * kept up until `close`.
 */
export async function connect(
  options: ConnectOptions,
  signal?: AbortSignal,
): Promise<KvConnection> {
  const dialer = new Dialer(options);
  const apiPrefix = apiPrefixOf(options);
  const { reconnectDelay, timeoutMs = defaultTimeoutMs } = options;
  const link = await Link.open({ dial: (aborted) => dialer.dial(aborted), reconnectDelay }, signal);
  return new NatsConnection(link, new JetStreamApi(apiPrefix, timeoutMs));
}
