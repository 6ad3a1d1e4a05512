import { isIPv6 } from 'node:net';
import { t } from '../base/l10n';
import { isTorn, tornSecret } from '../model/tornUrl';

/** What a URL says of the user. Without a password it is a token. */
interface Login {
  readonly user: string;
  readonly password?: string;
}

/** What a `url` field leads to, apart from the credentials in it. */
export interface SplitUrls {
  /** The servers with commas between, without credentials and queries, and without paths but in WebSocket URLs. */
  readonly url: string;
  /** The first one's; one connection presents the same to all its servers. */
  readonly login?: Login;
  /** A sentence each, without secrets. */
  readonly problems: readonly string[];
}

/** A host or an IPv6 address in brackets, with a port or without. */
const hostPattern = /^(\[[\da-f:.]+\]|[^\s:@[\]%\\]+)(:\d{1,5})?$/i;

/**
 * Takes the credentials out of a comma-separated list of URLs. What is not a server is left out and
 * told without repeating it; of a list in which a comma may be one of a password nothing is used,
 * since half of the password would be shown and looked up as a server.
 */
export function splitUrls(list: string): SplitUrls {
  const texts = list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (isTorn(texts)) {
    return { url: '', problems: [t('"url" is not used: {0}.', tornSecret())] };
  }
  const parts = texts.map(splitUrl);
  const servers = parts.flatMap(({ server }) => (server === undefined ? [] : [server]));
  const logins = parts.flatMap(({ login }) => (login === undefined ? [] : [login]));
  const [login] = logins;
  return { url: servers.join(','), ...(login && { login }), problems: problemsOf(parts, logins) };
}

interface SplitUrl {
  readonly scheme: string;
  readonly server?: string;
  readonly login?: Login;
}

function splitUrl(url: string): SplitUrl {
  const [prefix = '', scheme = 'nats'] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url) ?? [];
  const rest = url.slice(prefix.length);
  const at = rest.lastIndexOf('@');
  const [address = ''] = rest.slice(at + 1).split(/[/?#]/, 1);
  const isServer = hostPattern.test(address) || isIPv6(address);
  const [path = ''] = /^wss?$/i.test(scheme)
    ? rest.slice(at + 1 + address.length).split(/[?#]/, 1)
    : [];
  return {
    scheme: scheme.toLowerCase(),
    ...(isServer && { server: prefix + address + path }),
    ...(at > 0 && { login: loginOf(rest.slice(0, at)) }),
  };
}

function loginOf(text: string): Login {
  const colon = text.indexOf(':');
  return colon < 0
    ? { user: decoded(text) }
    : { user: decoded(text.slice(0, colon)), password: decoded(text.slice(colon + 1)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare % that starts no escape stands for itself.
    return text;
  }
}

function problemsOf(parts: readonly SplitUrl[], logins: readonly Login[]): string[] {
  const problems: string[] = [];
  if (parts.some(({ server }) => server === undefined)) {
    problems.push(t('"url" has a part that is no server; write each as nats://host:port.'));
  }
  const foreign = new Set(parts.map(({ scheme }) => scheme));
  foreign.delete('nats');
  foreign.delete('tls');
  foreign.delete('ws');
  foreign.delete('wss');
  foreign.forEach((scheme) =>
    problems.push(
      t(
        '"url" has a "{0}://" address, which is not supported; use nats://, tls://, ws:// or wss://.',
        scheme,
      ),
    ),
  );
  if (new Set(logins.map((login) => JSON.stringify(login))).size > 1) {
    problems.push(t('"url" has several users; the first one is used for all its servers.'));
  }
  return problems;
}
