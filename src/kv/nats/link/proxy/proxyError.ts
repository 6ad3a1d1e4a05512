import { t } from '../../../base/l10n';
import type { KvErrorKind } from '../../../model/errors';
import { codeOf, DialError, reachReason, saidOf } from '../dialError';
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
  return new ProxyError('disconnected', said(proxy, whyUnreachable(code, error)), error);
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
    : proxy.from
      ? t('wants a login; write it in the URL there, or give the connection a "proxy" of its own')
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

function whyUnreachable(code: string, error: unknown): string {
  switch (code) {
    case 'ECONNREFUSED':
      return t('refused the connection; is it running there?');
    case 'ECONNRESET':
    case 'EPIPE':
      return hungUp();
    default:
      return reachReason(code) ?? t('failed: {0}', saidOf(error));
  }
}

const hungUp = () => t('closed the connection without an answer');

function said(proxy: Proxy, reason: string): string {
  const where = formatAddress(proxy);
  return t('the proxy {0} {1}', proxy.from ? `${where} (${proxy.from})` : where, reason);
}
