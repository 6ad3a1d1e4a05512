import { ErrorCode } from 'nats';
import { t } from '../../base/l10n';
import type { KvErrorKind } from '../../model/errors';

/** Why a server let nobody in, to stand after `host:port`. */
export interface Refusal {
  readonly kind: KvErrorKind;
  readonly reason: string;
}

export function notForClients(): string {
  return t('is no port for clients but for other servers; use the client port, 4222 by default');
}

/** What servers say in `-ERR` when they close a new connection (nats-server `errors.go`). */
const refusals: readonly (readonly [RegExp, KvErrorKind, () => string])[] = [
  [
    /maximum account active connections exceeded/i,
    'disconnected',
    () =>
      t(
        'lets in no more connections of this account; close some, or raise the limit of the account',
      ),
  ],
  [
    /maximum (active )?connections exceeded/i,
    'disconnected',
    () => t('lets in no more connections; close some, or raise its max_connections'),
  ],
  [
    /throttling/i,
    'disconnected',
    () => t('takes no new connections at the moment; try again later'),
  ],
  [
    /authentication timeout/i,
    'timeout',
    () => t('gave up waiting for the login; try again, or raise the timeout of its authorization'),
  ],
  [/revoked/i, 'authFailed', () => t('rejected the credentials: they were revoked; get new ones')],
  [
    /attempted to connect to (route|leaf ?node|gateway|websocket|mqtt)/i,
    'disconnected',
    notForClients,
  ],
  [
    /secure connection - tls required/i,
    'disconnected',
    () => t('takes only TLS; use tls:// in place of nats://'),
  ],
  [/server shutdown|lame duck/i, 'disconnected', () => t('is shutting down; try again later')],
];

/** The refusal that a text from the server stands for, if it is one. */
export function refusalOf(text: string, code = ''): Refusal | undefined {
  const said = code === authTimeout ? waitedTooLong : text;
  const found = refusals.find(([pattern]) => pattern.test(said));
  return found && { kind: found[1], reason: found[2]() };
}

const waitedTooLong = 'authentication timeout';
const authTimeout: string = ErrorCode.AuthenticationTimeout;
