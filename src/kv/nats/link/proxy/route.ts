import { type OpenSocket, openTcp } from '../openSocket';
import type { ServerAddress } from '../serverUrl';
import { isExempt } from './noProxy';
import { silent } from './proxyError';
import { isTimeout } from '../dialError';
import type { Tunnel } from '../tunnel';
import { isKvError, KvError } from '../../../model/errors';
import { parseProxy, type Proxy, type ProxyLogin } from '../../../model/proxyUrl';

/** A proxy that is there for many, such as that of the environment. */
export interface SharedProxy {
  /** May hold a login. */
  readonly url: string;
  /** What it is set by, such as `http.proxy`. */
  readonly from: string;
  /** Servers that are reached without it, see `isExempt`. */
  readonly except: readonly string[];
  readonly webSocketOnly?: boolean;
}

/** Which proxies there are, or which tunnel. */
export interface ProxyOptions {
  /** It comes before all proxies. */
  readonly tunnel?: Tunnel;
  /** Of the connection itself: a URL without its login, or `direct` for none of all. */
  readonly proxy?: string;
  /** Where the connection has none; the first that is for a server is used. */
  readonly sharedProxies?: readonly SharedProxy[];
}

/** How a server is reached. */
export interface Route {
  readonly open: OpenSocket;
  /** By TCP to where the server is, as the client does it itself. */
  readonly isDirect: boolean;
  /** The error of a dial that took too long: of the proxy, where that has given no way yet. */
  late(error: unknown, timeoutMs: number): unknown;
}

/** The way to a server, with the login of the connection's own proxy. Throws `invalidUrl`. */
export function routeTo(server: ServerAddress, options: ProxyOptions, login?: ProxyLogin): Route {
  const { tunnel } = options;
  if (tunnel) {
    return { open: tunnel.open, isDirect: false, late: (error) => error };
  }
  const proxy = proxyFor(server, options, login);
  if (!proxy) {
    return { open: openTcp, isDirect: true, late: (error) => error };
  }
  let waiting = 0;
  return {
    isDirect: false,
    open: async (endpoint, signal) => {
      waiting++;
      try {
        // Few connections need it.
        const { openThrough } = await import('./openThrough');
        const socket = await openThrough(proxy)(endpoint, signal);
        waiting--;
        return socket;
      } catch (error) {
        // One that is given up for its time was still waiting for the proxy: `late` is asked after that.
        waiting -= signal?.aborted ? 0 : 1;
        throw error;
      }
    },
    late: (error, timeoutMs) =>
      waiting > 0 && isTimeout(error) ? silent(proxy, timeoutMs) : error,
  };
}

function proxyFor(
  server: ServerAddress,
  { proxy, sharedProxies = [] }: ProxyOptions,
  login: ProxyLogin | undefined,
): Proxy | undefined {
  if (proxy !== undefined) {
    return proxy === 'direct' ? undefined : { ...parseProxy(proxy), ...(login && { login }) };
  }
  const shared = sharedProxies.find(
    ({ except, webSocketOnly }) =>
      !(webSocketOnly && !server.webSocket) && !isExempt(server, except),
  );
  return shared && parseShared(shared);
}

function parseShared({ url, from }: SharedProxy): Proxy {
  try {
    return { ...parseProxy(url), from };
  } catch (error) {
    throw isKvError(error) ? new KvError(error.kind, `${from}: ${error.message}`) : error;
  }
}
