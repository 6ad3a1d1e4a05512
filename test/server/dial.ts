import { connect as connectOnce } from '../../src/kv/nats/connect';
import { probeServer as probeOnce } from '../../src/kv/nats/link/probeServer';
import { testConnection as testOnce } from '../../src/kv/nats/testConnection';

/*
 * What dials a server, with a patience that no busy machine exhausts: the product's own is meant for users
 * who wait. A test that is about a time gives its own.
 */

/** In milliseconds: more than any answer takes that comes at all, on a machine that is busy too. */
export const unhurried = 30_000;

export const connect: typeof connectOnce = (options, ...more) =>
  connectOnce({ timeoutMs: unhurried, ...options }, ...more);

export const testConnection: typeof testOnce = (options, ...more) =>
  testOnce({ timeoutMs: unhurried, ...options }, ...more);

export const probeServer: typeof probeOnce = (url, tls, signal, timeoutMs = unhurried, ...more) =>
  probeOnce(url, tls, signal, timeoutMs, ...more);
