import { isIP, isIPv6 } from 'node:net';
import { t } from '../../base/l10n';
import type { Credentials } from '../../model/credentials';
import { KvError } from '../../model/errors';
import { isTorn, tornSecret } from '../../model/tornUrl';

/** One server to dial. */
export interface ServerAddress {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** For one that is spoken to over WebSocket. */
  readonly webSocket?: WebSocketPlace;
}

/** What of a WebSocket URL is not its host and port. */
interface WebSocketPlace {
  readonly secure: boolean;
  /** With its leading slash. */
  readonly path: string;
}

/** The address of a server that is spoken to over WebSocket. */
export type WebSocketAddress = ServerAddress & { readonly webSocket: WebSocketPlace };

export function isWebSocket(address: ServerAddress): address is WebSocketAddress {
  return address.webSocket !== undefined;
}

/**
 * Every server of a connection. One `tls://` or `wss://` makes TLS required for all of them, as in
 * nats.go: a `ws://` beside it is dialled with TLS too.
 */
export interface ServerList {
  readonly addresses: readonly ServerAddress[];
  readonly requireTls: boolean;
}

const defaultPorts: Readonly<Record<string, number>> = { nats: 4222, tls: 4222, ws: 80, wss: 443 };
const schemePattern = /^([a-z][a-z0-9+.-]*):\/\//i;
/** Up to the last `@`, since a password may hold others. */
const userinfoPattern = /^(\s*(?:[a-z][a-z0-9+.-]*:\/\/)?)(.*)@([^@]*)$/i;
const hostPattern = /^[^\s/?#@\\:%[\]]+$/;

/**
 * Reads server URLs. The client's own parser is not used: it ignores the scheme, takes a numeric
 * password for the port and drops all but the last of a comma list. Throws `invalidUrl`, without
 * repeating what may be a secret. `needsTls`: TLS is required whatever the URLs say.
 */
export function parseServers(servers: readonly string[], needsTls = false): ServerList {
  const urls = servers
    .flatMap((server) => server.split(','))
    .map((url) => url.trim())
    .filter((url) => url.length > 0);
  if (urls.length === 0) {
    throw invalid(t('no server is given; write one such as nats://localhost:4222'));
  }
  const parsed = urls.map(parseServerUrl);
  const requireTls = needsTls || parsed.some(({ scheme }) => scheme === 'tls' || scheme === 'wss');
  return { addresses: parsed.map(({ address }) => secured(address, requireTls)), requireTls };
}

function secured(address: ServerAddress, isTls: boolean): ServerAddress {
  const { webSocket } = address;
  return webSocket && isTls ? { ...address, webSocket: { ...webSocket, secure: true } } : address;
}

/** A URL, or a list, without what is secret in it. */
export interface SplitUrl {
  readonly url: string;
  /** A user and password, or a token; undefined where the URL holds none. */
  readonly credentials?: Credentials;
}

/**
 * Takes the user and password (`nats://user:password@host`) or the token (`nats://token@host`) out of
 * a URL or a comma-separated list, percent-decoded. Throws `invalidUrl` when they differ in a list,
 * and when a comma may be one of a password; what is left is not checked.
 */
export function splitCredentials(text: string): SplitUrl {
  const urls = text.split(',');
  if (isTorn(urls)) {
    throw invalid(tornSecret());
  }
  const parts = urls.map(splitOne);
  const found = parts.flatMap(({ credentials }) => credentials ?? []);
  const [credentials, ...others] = found;
  if (!credentials) {
    return { url: parts.map(({ url }) => url).join(',') };
  }
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify(credentials))) {
    throw invalid(t('the servers of a list must have the same user, password or token'));
  }
  return { url: parts.map(({ url }) => url).join(','), credentials };
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: ServerAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What TLS verifies and announces: `servername` must be a name (RFC 6066), an IP goes in `host`. */
export function tlsIdentity(host: string): { servername: string } | { host: string } {
  return isIP(host) ? { host } : { servername: host };
}

function splitOne(text: string): SplitUrl {
  const [, scheme = '', userinfo, host = ''] = userinfoPattern.exec(text) ?? [];
  if (userinfo === undefined) {
    return { url: text };
  }
  const url = `${scheme.trimStart()}${host}`;
  if (userinfo === '') {
    return { url };
  }
  const colon = userinfo.indexOf(':');
  if (colon < 0) {
    return { url, credentials: { kind: 'token', token: decode(userinfo) } };
  }
  const user = decode(userinfo.slice(0, colon));
  const password = decode(userinfo.slice(colon + 1));
  return { url, credentials: { kind: 'userPassword', user, password } };
}

/** What is not percent-encoded properly is taken as it stands: passwords are pasted unencoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseServerUrl(url: string): { scheme: string; address: ServerAddress } {
  const scheme = schemePattern.exec(url)?.[1]?.toLowerCase() ?? 'nats';
  const rest = url.replace(schemePattern, '');
  if (rest.includes('@')) {
    throw invalid(t('a URL must not contain a user, password or token; give them separately'));
  }
  const defaultPort = defaultPorts[scheme];
  if (defaultPort === undefined) {
    throw invalid(t('"{0}://" is not a NATS URL; use nats://, tls://, ws:// or wss://', scheme));
  }
  if (scheme !== 'ws' && scheme !== 'wss') {
    return { scheme, address: parseHostPort(rest.replace(/\/$/, ''), defaultPort) };
  }
  const [, host = '', path = ''] = /^([^/?#]*)(.*)$/.exec(rest) ?? [];
  if (!/^(\/[^\s?#]*)?$/.test(path)) {
    throw invalid(t('a WebSocket URL may have a path, but no blanks, no "?" and no "#"'));
  }
  const webSocket = { secure: scheme === 'wss', path: path || '/' };
  return { scheme, address: { ...parseHostPort(host, defaultPort), webSocket } };
}

function parseHostPort(text: string, defaultPort: number): ServerAddress {
  if (isIPv6(text)) {
    return { host: text, port: defaultPort };
  }
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed?.[1] !== undefined && isIPv6(bracketed[1])) {
    return { host: bracketed[1], port: parsePort(bracketed[2], defaultPort) };
  }
  const colon = text.lastIndexOf(':');
  const host = colon < 0 ? text : text.slice(0, colon);
  if (!hostPattern.test(host)) {
    throw invalid(t('a server must be written as host:port, such as nats://localhost:4222'));
  }
  const port = colon < 0 ? undefined : text.slice(colon + 1);
  return { host, port: parsePort(port, defaultPort) };
}

function parsePort(text: string | undefined, defaultPort: number): number {
  if (text === undefined) {
    return defaultPort;
  }
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) {
    throw invalid(t('the port must be a number between 1 and 65535'));
  }
  return port;
}

function invalid(reason: string): KvError {
  return new KvError('invalidUrl', reason);
}
