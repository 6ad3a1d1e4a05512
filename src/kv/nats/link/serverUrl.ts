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
}

/** Every server of a connection. One `tls://` makes TLS required for all of them, as in nats.go. */
export interface ServerList {
  readonly addresses: readonly ServerAddress[];
  readonly requireTls: boolean;
}

const defaultPort = 4222;
const schemePattern = /^([a-z][a-z0-9+.-]*):\/\//i;
/** Up to the last `@`, since a password may hold others. */
const userinfoPattern = /^(\s*(?:[a-z][a-z0-9+.-]*:\/\/)?)(.*)@([^@]*)$/i;
const hostPattern = /^[^\s/?#@\\:%[\]]+$/;

/**
 * Reads server URLs. The client's own parser is not used: it ignores the scheme, takes a numeric
 * password for the port and drops all but the last of a comma list. Throws `invalidUrl`, without
 * repeating what may be a secret.
 */
export function parseServers(servers: readonly string[]): ServerList {
  const urls = servers
    .flatMap((server) => server.split(','))
    .map((url) => url.trim())
    .filter((url) => url.length > 0);
  if (urls.length === 0) {
    throw invalid(t('no server is given; write one such as nats://localhost:4222'));
  }
  const parsed = urls.map(parseServerUrl);
  return {
    addresses: parsed.map(({ address }) => address),
    requireTls: parsed.some(({ scheme }) => scheme === 'tls'),
  };
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
  const rest = url.replace(schemePattern, '').replace(/\/$/, '');
  if (rest.includes('@')) {
    throw invalid(t('a URL must not contain a user, password or token; give them separately'));
  }
  checkScheme(scheme);
  return { scheme, address: parseHostPort(rest) };
}

function checkScheme(scheme: string): void {
  if (scheme === 'ws' || scheme === 'wss') {
    throw invalid(
      t(
        "WebSocket URLs ({0}://) are not supported; use the server's NATS port, such as nats://localhost:4222",
        scheme,
      ),
    );
  }
  if (scheme !== 'nats' && scheme !== 'tls') {
    throw invalid(t('"{0}://" is not a NATS URL; use nats:// or tls://', scheme));
  }
}

function parseHostPort(text: string): ServerAddress {
  if (isIPv6(text)) {
    return { host: text, port: defaultPort };
  }
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed?.[1] !== undefined && isIPv6(bracketed[1])) {
    return { host: bracketed[1], port: parsePort(bracketed[2]) };
  }
  const colon = text.lastIndexOf(':');
  const host = colon < 0 ? text : text.slice(0, colon);
  if (!hostPattern.test(host)) {
    throw invalid(t('a server must be written as host:port, such as nats://localhost:4222'));
  }
  return { host, port: parsePort(colon < 0 ? undefined : text.slice(colon + 1)) };
}

function parsePort(text: string | undefined): number {
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
