import type { Socket } from 'node:net';
import { type OpenSocket, openTcp, openTls } from '../openSocket';
import { tlsIdentity } from '../serverUrl';
import { askConnect } from './httpConnect';
import { unreachable } from './proxyError';
import type { Proxy } from '../../../model/proxyUrl';
import { askSocks } from './socks5';

/** Opens sockets through a proxy. Rejects with `ProxyError`, or what the signal says. */
export function openThrough(proxy: Proxy): OpenSocket {
  const ask = proxy.scheme.startsWith('socks') ? askSocks : askConnect;
  return async (server, signal) => {
    const socket = await reach(proxy, signal);
    try {
      await ask(socket, proxy, server, signal);
      return socket;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };
}

async function reach(proxy: Proxy, signal?: AbortSignal): Promise<Socket> {
  try {
    const socket = await openTcp(proxy, signal);
    return proxy.scheme === 'https'
      ? await openTls(socket, tlsIdentity(proxy.host), signal)
      : socket;
  } catch (error) {
    throw unreachable(proxy, error);
  }
}
