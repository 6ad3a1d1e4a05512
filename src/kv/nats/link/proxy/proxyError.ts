import { t } from '../../../base/l10n';
import type { KvErrorKind } from '../../../model/errors';
import { codeOf, DialError, reachReason } from '../dialError';
import { formatAddress } from '../serverUrl';
import type { Proxy } from '../../../model/proxyUrl';

/** Why a proxy gave no way to a server. No message of it holds a secret. */
export class ProxyError extends DialError {
  constructor(kind: KvErrorKind, message: string, cause?: unknown) {
    super(kind, 'reach', message, { cause, about: 'proxy' });
  }
}

/** The proxy itself is not reached. */
export function unreachable(proxy: Proxy, error: unknown): ProxyError {
  const code = codeOf(error);
  const isRefused = code === 'ECONNREFUSED';
  const reason = isRefused
    ? t('refused the connection; is it running there?')
    : code === 'ECONNRESET'
      ? undefined
      : reachReason(code);
  return new ProxyError('disconnected', said(proxy, reason ?? hungUp()), error);
}

export function closed(proxy: Proxy): ProxyError {
  return new ProxyError('disconnected', said(proxy, hungUp()));
}

export function silent(proxy: Proxy, timeoutMs: number): ProxyError {
  return new ProxyError('timeout', said(proxy, t('gave no way within {0} ms', timeoutMs)));
}

/** What answers is no proxy of this kind. */
export function foreign(proxy: Proxy): ProxyError {
  const kind = proxy.scheme.startsWith('socks') ? 'SOCKS5' : 'HTTP CONNECT';
  return new ProxyError('disconnected', said(proxy, t('does not speak {0}', kind)));
}

/** The proxy does not take the login, or the lack of one. */
export function loginRefused(proxy: Proxy): ProxyError {
  const reason = proxy.login
    ? t('refused its login')
    : t('wants a login; give it by "auth" with the method "proxy"');
  return new ProxyError('authFailed', said(proxy, reason));
}

export function notAllowed(proxy: Proxy, server: string): ProxyError {
  return new ProxyError(
    'disconnected',
    said(proxy, t('does not allow connections to {0}', server)),
  );
}

/** The second hop failed; `why` is the name of an error, or a number of the protocol. */
export function serverUnreachable(proxy: Proxy, server: string, why: string): ProxyError {
  const reason = t('cannot reach {0} ({1})', server, why);
  return new ProxyError('disconnected', said(proxy, reason));
}

const hungUp = () => t('closed the connection without an answer');

function said(proxy: Proxy, reason: string): string {
  return t('the proxy {0} {1}', formatAddress(proxy), reason);
}
