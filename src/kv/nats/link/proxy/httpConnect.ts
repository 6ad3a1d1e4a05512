import type { Socket } from 'node:net';
import type { Endpoint } from '../openSocket';
import { formatAddress } from '../serverUrl';
import { closed, foreign, loginRefused, notAllowed, serverUnreachable } from './proxyError';
import type { Proxy } from '../../../model/proxyUrl';
import { readAnswer } from './readAnswer';

const longestAnswer = 64 * 1024;

/**
 * Asks an HTTP proxy for a way to a server, by CONNECT (RFC 9110, 9.3.6). Not by Node's client: VS Code puts
 * its own proxies in that. Throws `ProxyError`.
 */
export async function askConnect(
  socket: Socket,
  proxy: Proxy,
  server: Endpoint,
  signal?: AbortSignal,
): Promise<void> {
  const where = formatAddress(server);
  socket.write(`CONNECT ${where} HTTP/1.1\r\nHost: ${where}\r\n${loginLine(proxy)}\r\n`);
  const answer = await readAnswer(socket, headLength, signal);
  if (!answer) {
    throw closed(proxy);
  }
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(answer.toString('latin1', 0, 12))?.[1]);
  if (status >= 200 && status < 300) {
    return;
  }
  switch (status) {
    case 401:
    case 407:
      throw loginRefused(proxy);
    case 403:
      throw notAllowed(proxy, where);
    default:
      throw status >= 500 ? serverUnreachable(proxy, where, `HTTP ${status}`) : foreign(proxy);
  }
}

function loginLine({ login }: Proxy): string {
  if (!login) {
    return '';
  }
  const token = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  return `Proxy-Authorization: Basic ${token}\r\n`;
}

function headLength(bytes: Buffer): number | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end >= 0) {
    return end + 4;
  }
  const isHttp = 'HTTP/'.startsWith(bytes.toString('latin1', 0, 5));
  return !isHttp || bytes.length > longestAnswer ? bytes.length : undefined;
}
