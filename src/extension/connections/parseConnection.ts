import { t } from '../../kv/base/l10n';
import type {
  AuthMethod,
  ConnectionConfig,
  TlsOptions,
  TunnelConfig,
} from '../../kv/model/connectionConfig';
import { messageOf } from '../../kv/model/errors';
import { leadsToOne, parseTunnel } from './parseTunnel';
import { parseServers } from '../../kv/nats/link/serverUrl';

/** An authentication method as it stands in the settings. */
export interface AuthEntry {
  method: AuthMethod['kind'];
  user?: string;
  file?: string;
  bearer?: boolean;
  /** Of a header. */
  name?: string;
}

/** An entry of `natsKv.connections` as it stands in the settings. Nothing in it is secret. */
export interface ConnectionEntry {
  id?: string;
  name: string;
  url: string;
  folder?: string;
  environment?: string;
  readOnly?: boolean;
  auth?: AuthEntry | AuthEntry[];
  tls?: { ca?: string; cert?: string; key?: string; first?: boolean };
  proxy?: string;
  tunnel?: object;
  domain?: string;
  apiPrefix?: string;
  inboxPrefix?: string;
}

const idPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const texts = ['folder', 'environment', 'proxy', 'domain', 'apiPrefix', 'inboxPrefix'] as const;

/** Thrown inside this file; its message is why an entry cannot be used. */
class EntryProblem extends Error {}

/**
 * The connection that an entry describes, or why it cannot be used, as text that goes on after
 * 'it is not used: '. `resolvePath` makes a path of the settings one of this computer.
 */
export function parseConnection(
  entry: unknown,
  source: 'user' | 'workspace',
  resolvePath: (path: string) => string,
): ConnectionConfig | string {
  try {
    const fields = objectOf(entry, 'it');
    const name = required(fields, 'name');
    const id = fields['id'] === undefined ? idOf(name) : fields['id'];
    if (typeof id !== 'string' || !idPattern.test(id)) {
      throw new EntryProblem(
        t('its "id" may contain only lower-case letters, digits and single hyphens'),
      );
    }
    const url = required(fields, 'url');
    if (url.includes('@')) {
      throw new EntryProblem(t('its "url" must not contain a user, password or token; use "auth"'));
    }
    checkUrl(url);
    const auth = authOf(fields['auth'], resolvePath);
    if (auth?.some(({ kind }) => kind === 'header') && !isWebSocketUrl(url)) {
      throw new EntryProblem(t('a header in its "auth" is only for ws:// and wss:// URLs'));
    }
    const proxy = checkProxy(fields['proxy']);
    if (auth?.some(({ kind }) => kind === 'proxy') && !/^(?!direct)./.test(proxy)) {
      throw new EntryProblem(t('a login for a proxy in its "auth" needs a "proxy"'));
    }
    const tunnel = tunnelOf(fields['tunnel'], url, proxy);
    return withoutUndefined({
      id,
      name,
      url,
      source,
      ...Object.fromEntries(texts.map((field) => [field, optionalText(fields, field, 'its')])),
      readOnly: optionalFlag(fields, 'readOnly', 'its'),
      auth,
      tls: tlsOf(fields['tls'], resolvePath),
      tunnel,
    });
  } catch (error) {
    if (error instanceof EntryProblem) {
      return error.message;
    }
    throw error;
  }
}

/** The id that a name gives: fit for the authority of a URI, which knows no upper case. */
export function idOf(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return id || 'connection';
}

function authOf(
  value: unknown,
  resolvePath: (path: string) => string,
): readonly AuthMethod[] | undefined {
  if (value === undefined) {
    return undefined;
  }
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return entries.map((entry) => authMethodOf(objectOf(entry, t('its "auth"')), resolvePath));
}

function authMethodOf(
  fields: Record<string, unknown>,
  resolvePath: (path: string) => string,
): AuthMethod {
  const kind = fields['method'];
  const path = optionalText(fields, 'file', t('its "auth":'));
  const file = path === undefined ? undefined : resolvePath(path);
  switch (kind) {
    case 'userPassword':
    case 'proxy':
      return { kind, user: required(fields, 'user', t('its "auth"')) };
    case 'token':
      return { kind };
    case 'creds':
    case 'nkey':
      return file === undefined ? { kind } : { kind, file };
    case 'jwt':
      return optionalFlag(fields, 'bearer', t('its "auth":')) ? { kind, bearer: true } : { kind };
    case 'header':
      return { kind, name: headerName(fields) };
    default:
      throw new EntryProblem(
        t(
          'the "method" of its "auth" must be one of userPassword, token, creds, nkey, jwt, header, proxy',
        ),
      );
  }
}

function headerName(fields: Record<string, unknown>): string {
  const name = required(fields, 'name', t('its "auth"'));
  if (!isHeaderName(name)) {
    throw new EntryProblem(
      t('the "name" in its "auth" must be that of a header which can be given, as Authorization'),
    );
  }
  return name;
}

/** Whether a header of that name can be given to a WebSocket. */
export function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !ownHeaders.test(name);
}

/** Whether one of a list of URLs is of a WebSocket. */
export function isWebSocketUrl(url: string): boolean {
  return /^wss?:|,\s*wss?:/i.test(url);
}

/** Headers that make the request what it is. */
const ownHeaders =
  /^(host|connection|upgrade|sec-websocket-.*|content-length|transfer-encoding|te|trailer)$/i;

function tlsOf(value: unknown, resolvePath: (path: string) => string): TlsOptions | undefined {
  if (value === undefined) {
    return undefined;
  }
  const fields = objectOf(value, t('its "tls"'));
  const path = (field: string): string | undefined => {
    const text = optionalText(fields, field, t('its "tls":'));
    return text === undefined ? undefined : resolvePath(text);
  };
  const [caFile, certFile, keyFile] = [path('ca'), path('cert'), path('key')];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new EntryProblem(t('its "tls" must have both a "cert" and its "key", or neither'));
  }
  const handshakeFirst = optionalFlag(fields, 'first', t('its "tls":'));
  return withoutUndefined({ caFile, certFile, keyFile, handshakeFirst });
}

/** What of a URL can never be dialled; the reason repeats nothing of it. */
function checkUrl(url: string): void {
  try {
    parseServers([url]);
  } catch (error) {
    throw new EntryProblem(t('of its "url": {0}', messageOf(error)));
  }
}

/** The proxy of an entry, empty for none; a login in it would be a secret in the settings. */
function checkProxy(value: unknown): string {
  const proxy = typeof value === 'string' ? value.trim() : '';
  if (proxy.includes('@')) {
    throw new EntryProblem(t('its "proxy" must not contain a user or password; use "auth"'));
  }
  if (proxy && !/^(direct|(socks5h?|https?):\/\/[^\s/?#]+\/?)$/.test(proxy)) {
    throw new EntryProblem(t('its "proxy" must be a URL such as socks5://host:port, or "direct"'));
  }
  return proxy;
}

function tunnelOf(value: unknown, url: string, proxy: string): TunnelConfig | undefined {
  if (value === undefined) {
    return undefined;
  }
  const tunnel = parseTunnel(value);
  if (typeof tunnel === 'string') {
    throw new EntryProblem(tunnel);
  }
  if (proxy !== '') {
    throw new EntryProblem(t('it has both a "tunnel" and a "proxy"; it can go by one of them'));
  }
  if (leadsToOne(tunnel) && url.includes(',')) {
    throw new EntryProblem(t('its "tunnel" leads to one server, so that its "url" must name one'));
  }
  return tunnel;
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EntryProblem(t('{0} is not an object', what));
  }
  return { ...value };
}

function required(fields: Record<string, unknown>, field: string, what = 'it'): string {
  const value = fields[field];
  if (typeof value !== 'string' || value.trim() === '') {
    throw new EntryProblem(t('{0} has no "{1}"', what, field));
  }
  return value.trim();
}

function optionalText(
  fields: Record<string, unknown>,
  field: string,
  whose: string,
): string | undefined {
  const value = fields[field];
  if (value !== undefined && typeof value !== 'string') {
    throw new EntryProblem(t('{0} "{1}" must be a text', whose, field));
  }
  return value?.trim() || undefined;
}

function optionalFlag(
  fields: Record<string, unknown>,
  field: string,
  whose: string,
): boolean | undefined {
  const value = fields[field];
  if (value !== undefined && typeof value !== 'boolean') {
    throw new EntryProblem(t('{0} "{1}" must be true or false', whose, field));
  }
  return value;
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
