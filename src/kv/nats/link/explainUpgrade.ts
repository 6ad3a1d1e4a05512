import { t } from '../../base/l10n';
import type { KvErrorKind } from '../../model/errors';
import { codeOf } from './dialError';
import { UpgradeRefusal } from './nodeWebSocket';

/** Why a WebSocket was not opened, to stand after `host:port`. */
export interface UpgradeReason {
  readonly kind: KvErrorKind;
  readonly step: 'reach' | 'tls' | 'login';
  readonly reason: string;
}

/**
 * What an HTTP server means that made no WebSocket of the request, and what is no HTTP server;
 * undefined for other errors.
 */
export function upgradeReason(error: unknown, hasHeaders = false): UpgradeReason | undefined {
  if (error instanceof UpgradeRefusal) {
    return refusalReason(error, hasHeaders);
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/.test(codeOf(error))) {
    const reason = t('does not speak TLS; use ws:// in place of wss:// where none is wanted');
    return { kind: 'disconnected', step: 'tls', reason };
  }
  const { code, rawPacket } = (error ?? {}) as { code?: unknown; rawPacket?: Buffer };
  if (typeof code === 'string' && code.startsWith('HPE_')) {
    const isNats = rawPacket?.toString('latin1', 0, 6).toUpperCase().startsWith('INFO ') ?? false;
    return unreachable(
      isNats
        ? t('is a NATS port and no WebSocket port; use nats:// in place of ws://')
        : t('does not speak WebSocket; is it the WebSocket port of a NATS server?'),
    );
  }
  if (/^Invalid Sec-WebSocket-Accept|^Invalid Upgrade header/.test((error as Error).message)) {
    return unreachable(t('does not speak WebSocket; is it the WebSocket port of a NATS server?'));
  }
  return undefined;
}

function refusalReason({ status, body }: UpgradeRefusal, hasHeaders: boolean): UpgradeReason {
  if (status === 400 && /HTTPS server|HTTPS port/i.test(body)) {
    const reason = t('takes only TLS; use wss:// in place of ws://');
    return { kind: 'disconnected', step: 'tls', reason };
  }
  if (status === 401 || status === 407) {
    const reason = hasHeaders
      ? t('refused the WebSocket (HTTP status {0}): the header that was sent is not taken', status)
      : t(
          'refused the WebSocket (HTTP status {0}): what stands before the server wants a header with a token; give it by "auth" with the method "header"',
          status,
        );
    return { kind: 'authFailed', step: 'login', reason };
  }
  if (status === 403) {
    const reason = t(
      'refused the WebSocket (HTTP status 403): a header is missing or not right, or the server does not allow this origin (same_origin, allowed_origins)',
    );
    return { kind: 'authFailed', step: 'login', reason };
  }
  if (status === 404) {
    return unreachable(t('has nothing at this path (HTTP status 404); check the path of the URL'));
  }
  if (status >= 300 && status < 400) {
    return unreachable(
      t(
        'leads elsewhere (HTTP status {0}); give the URL that it leads to, which may be wss://',
        status,
      ),
    );
  }
  if (status >= 500) {
    return unreachable(
      t(
        'cannot serve at the moment (HTTP status {0}): is the NATS server behind it running?',
        status,
      ),
    );
  }
  return unreachable(
    t(
      'made no WebSocket of it (HTTP status {0}); is it the WebSocket port of a NATS server?',
      status,
    ),
  );
}

function unreachable(reason: string): UpgradeReason {
  return { kind: 'disconnected', step: 'reach', reason };
}
