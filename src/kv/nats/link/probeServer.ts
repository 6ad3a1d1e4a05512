import type { TlsOptions } from '../../model/connectionConfig';
import { isKvError, type KvError } from '../../model/errors';
import { DialError, fromDialError, mostTelling } from './dialError';
import { defaultTimeoutMs } from './dialer';
import { expectsTlsFirst, strangeness } from './explainDial';
import { inspect } from './inspect';
import type { Inspection } from './inspectServer';
import type { ProxyLogin } from '../../model/proxyUrl';
import { type ProxyOptions, routeTo } from './proxy/route';
import { formatAddress, parseServers } from './serverUrl';

/**
 * What a server demands of its clients, before anything was sent to it. All but `handshakeFirst` and
 * `tlsRequired` is undefined for a server that tells it only to clients with a certificate.
 */
export interface ServerDemands {
  readonly authRequired: boolean | undefined;
  readonly tlsRequired: boolean;
  readonly tlsAvailable: boolean;
  /** It wants a client certificate. */
  readonly tlsVerify: boolean | undefined;
  /** It wants TLS before the first byte of the NATS protocol. */
  readonly handshakeFirst: boolean;
  /** It can take nkeys and JWTs. */
  readonly nonce: boolean | undefined;
  readonly version: string | undefined;
  readonly name: string | undefined;
}

/**
 * Asks the first server of a URL or list that answers what it demands, without sending it anything
 * but a TLS greeting where it waits for one. `through` tells of proxies and tunnels. Throws `invalidUrl`, `disconnected`, `timeout`, `cancelled`.
 */
export async function probeServer(
  url: string,
  tls?: TlsOptions,
  signal?: AbortSignal,
  timeoutMs = defaultTimeoutMs,
  through: ProxyOptions & { readonly login?: ProxyLogin } = {},
): Promise<ServerDemands> {
  const failures: KvError[] = [];
  for (const address of parseServers([url], tls !== undefined).addresses) {
    const where = formatAddress(address);
    try {
      await through.tunnel?.ready(address, signal);
      const { handshakeFirst } = tls ?? {};
      const { open: openSocket } = routeTo(address, through, through.login);
      const options = { handshakeFirst, timeoutMs, signal, openSocket };
      const inspection = await inspect(address, options);
      const strange = strangeness(inspection, address.port);
      if (expectsTlsFirst(inspection) || strange === undefined) {
        return demandsOf(inspection, address.webSocket?.secure ?? false);
      }
      failures.push(new DialError('disconnected', 'reach', `${where} ${strange}`));
    } catch (error) {
      if (isKvError(error, 'cancelled')) {
        throw error;
      }
      const failure = fromDialError(error, where, timeoutMs);
      failures.push(through.tunnel?.failed(address, failure) ?? failure);
    }
  }
  throw mostTelling(failures);
}

function demandsOf({ greeting, handshakeFirst }: Inspection, isOverTls: boolean): ServerDemands {
  const info = greeting.kind === 'info' ? greeting.info : undefined;
  return {
    authRequired: info && (info.auth_required ?? false),
    tlsRequired: isOverTls || handshakeFirst || (info?.tls_required ?? false),
    tlsAvailable:
      isOverTls || handshakeFirst || info?.tls_required || (info?.tls_available ?? false),
    tlsVerify: info && (info.tls_verify ?? false),
    handshakeFirst,
    nonce: info && info.nonce !== undefined,
    version: info?.version,
    name: info?.server_name,
  };
}
