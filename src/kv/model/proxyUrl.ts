import { isIPv6 } from 'node:net';
import { t } from '../base/l10n';
import { KvError } from './errors';

type ProxyScheme = 'socks5' | 'socks5h' | 'http' | 'https';

/** A user of a proxy, who is another one than that of the server. */
export interface ProxyLogin {
  readonly user: string;
  readonly password: string;
}

/** A proxy to connect through. */
export interface Proxy {
  /** `socks5`: names are looked up here; with all others the proxy does. `https`: TLS to the proxy too. */
  readonly scheme: ProxyScheme;
  readonly host: string;
  readonly port: number;
  readonly login?: ProxyLogin;
  /** What a proxy that is there for many is set by, such as `http.proxy`. */
  readonly from?: string;
}

const defaultPorts: Readonly<Record<ProxyScheme, number>> = {
  socks5: 1080,
  socks5h: 1080,
  http: 80,
  https: 443,
};

/**
 * Reads the URL of a proxy, `http` where it has no scheme, `socks` for `socks5h`. Throws `invalidUrl`,
 * without repeating what may be a secret.
 */
export function parseProxy(text: string): Proxy {
  const [, given = 'http', userinfo, v6, name = v6 ?? '', port] =
    /^(?:([a-z][a-z\d+.-]*):\/\/)?(?:(.*)@)?(?:\[([\da-f:.]+)\]|([^\s@/?#\\:%[\]]+))(?::(\d{1,5}))?\/?$/i.exec(
      text.trim(),
    ) ?? [];
  const scheme = given.toLowerCase() === 'socks' ? 'socks5h' : given.toLowerCase();
  const isPlace = name !== '' && (v6 === undefined || isIPv6(v6));
  if (!isScheme(scheme) || !isPlace || !isPort(port)) {
    throw new KvError(
      'invalidUrl',
      t('a proxy must be written as socks5://, socks5h://, http:// or https:// with host:port'),
    );
  }
  return {
    scheme,
    host: name,
    port: Number(port ?? defaultPorts[scheme]),
    ...(userinfo !== undefined && { login: loginOf(userinfo) }),
  };
}

/** The URL of a proxy without its login. */
export function withoutLogin(text: string): string {
  return text.trim().replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/i, '$1');
}

/** The URL of a proxy as the settings take it: with its scheme, in small letters, and without its login. */
export function plainProxyUrl(text: string): string {
  const { scheme } = parseProxy(text);
  return `${scheme}://${withoutLogin(text).replace(/^[a-z][a-z\d+.-]*:\/\//i, '')}`;
}

function isPort(text: string | undefined): boolean {
  return text === undefined || (Number(text) > 0 && Number(text) < 65_536);
}

function isScheme(text: string): text is ProxyScheme {
  return Object.hasOwn(defaultPorts, text);
}

function loginOf(userinfo: string): ProxyLogin {
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(userinfo) ?? [];
  return { user: decoded(user), password: decoded(password) };
}

/** Passwords are pasted unencoded too. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
