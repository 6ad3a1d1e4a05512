import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import type { Endpoint } from '../openSocket';
import { formatAddress } from '../serverUrl';
import { closed, foreign, loginRefused, notAllowed, serverUnreachable } from './proxyError';
import type { Proxy, ProxyLogin } from '../../../model/proxyUrl';
import { readAnswer } from './readAnswer';

/*
 * SOCKS 5 (RFC 1928) with a user and password (RFC 1929), as far as a client needs it. The package `socks`
 * with what it takes along has 17 KB compressed, more than the package of the extension has room for.
 */

const version = 5;
const noLogin = 0;
const userLogin = 2;

/** Asks a proxy for a way to a server. Throws `ProxyError`. */
export async function askSocks(
  socket: Socket,
  proxy: Proxy,
  server: Endpoint,
  signal?: AbortSignal,
): Promise<void> {
  const target = await targetOf(proxy, server);
  const ask = async (
    request: Buffer,
    lengthOf: (bytes: Buffer) => number | undefined,
  ): Promise<Buffer> => {
    socket.write(request);
    const answer = await readAnswer(socket, lengthOf, signal);
    if (!answer) {
      throw closed(proxy);
    }
    return answer;
  };
  const methods = proxy.login ? [noLogin, userLogin] : [noLogin];
  const chosen = await ask(Buffer.from([version, methods.length, ...methods]), () => 2);
  if (chosen[0] !== version) {
    throw foreign(proxy);
  }
  if (chosen[1] === userLogin && proxy.login) {
    const [, status] = await ask(loginRequest(proxy.login), () => 2);
    if (status !== 0) {
      throw loginRefused(proxy);
    }
  } else if (chosen[1] !== noLogin) {
    throw loginRefused(proxy);
  }
  const [, reply = 1] = await ask(connectRequest(target), replyLength);
  if (reply !== 0) {
    const where = formatAddress(server);
    throw reply === 2 ? notAllowed(proxy, where) : serverUnreachable(proxy, where, whyOf(reply));
  }
}

/** With `socks5` names are looked up here; one that is not known here may be to the proxy, as with the CLI. */
async function targetOf({ scheme }: Proxy, server: Endpoint): Promise<Endpoint> {
  if (scheme !== 'socks5' || isIP(server.host)) {
    return server;
  }
  const found = await lookup(server.host).catch(() => undefined);
  return { host: found?.address ?? server.host, port: server.port };
}

function loginRequest({ user, password }: ProxyLogin): Buffer {
  return Buffer.concat([Buffer.from([1]), counted(user), counted(password)]);
}

function connectRequest({ host, port }: Endpoint): Buffer {
  const head = Buffer.from([version, 1, 0]);
  return Buffer.concat([head, addressBytes(host), Buffer.from([port >> 8, port & 255])]);
}

function addressBytes(host: string): Buffer {
  switch (isIP(host)) {
    case 4:
      return Buffer.from([1, ...host.split('.').map(Number)]);
    case 6:
      return Buffer.concat([Buffer.from([4]), ipv6Bytes(host)]);
    default:
      return Buffer.concat([Buffer.from([3]), counted(host)]);
  }
}

function ipv6Bytes(host: string): Buffer {
  const [plain = ''] = host.split('%');
  // The URL parser of the platform writes an address out in one way, with at most one gap.
  const text = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const [left = '', right] = text.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const after = groups(right ?? '');
  const gap = 8 - groups(left).length - after.length;
  const all = [...groups(left), ...Array.from({ length: gap }, () => '0'), ...after];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** At most 255 bytes, after their number. */
function counted(text: string): Buffer {
  const bytes = Buffer.from(text).subarray(0, 255);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function replyLength(bytes: Buffer): number | undefined {
  const [, , , kind, first = 0] = bytes;
  switch (kind) {
    case 1:
      return 10;
    case 4:
      return 22;
    case 3:
      return bytes.length > 4 ? 7 + first : undefined;
    default:
      // Some that refuse end here.
      return bytes.length >= 4 ? 4 : undefined;
  }
}

/** A failure by the name that systems have for it. */
function whyOf(reply: number): string {
  const names: Readonly<Record<number, string>> = {
    3: 'ENETUNREACH',
    4: 'EHOSTUNREACH',
    5: 'ECONNREFUSED',
    6: 'ETIMEDOUT',
  };
  return names[reply] ?? `SOCKS ${reply}`;
}
