import type { PeerCertificate } from 'node:tls';
import { t } from '../../base/l10n';
import type { TlsOptions } from '../../model/connectionConfig';
import { isKvError, type KvError, type KvErrorKind } from '../../model/errors';
import {
  codeOf,
  DialError,
  type DialStep,
  fromDialError,
  type LoginOwner,
  saidOf,
} from './dialError';
import { upgradeReason } from './explainUpgrade';
import { inspect } from './inspect';
import type { Inspection, Introduction } from './inspectServer';
import type { Login } from './login';
import type { OpenSocket } from './openSocket';
import { ProxyError } from './proxy/proxyError';
import { notForClients, refusalOf } from './serverRefusal';
import { infoProblem } from '../wire/serverIntroduction';
import { formatAddress, isWebSocket, type ServerAddress } from './serverUrl';
import { TunnelError } from './tunnel';
import { asksForCertificate, certificateReason, tlsReason } from './tlsReason';

/** A dial that failed, and how it was made. */
export interface FailedDial {
  readonly error: unknown;
  readonly address: ServerAddress;
  /** The name that the server's certificate must carry. */
  readonly tlsHost: string;
  readonly tls: TlsOptions | undefined;
  readonly login: Login;
  readonly timeoutMs: number;
  /** As the dial was made. */
  readonly openSocket: OpenSocket;
  /** Headers were sent along. */
  readonly hasHeaders: boolean;
}

/** What the client makes of a connection that ends without an error (node_transport.js, 2.29). */
const endedInSilence = /undefined error/;
const notNats = /unexpected response|JSON/;
const endings = new Set(['ECONNRESET', 'EPIPE']);
/** The client prefers the broken pipe to the reason that the server gave before. */
const hungUp = () =>
  t(
    'closed the connection during the login: it or the account may have as many connections as it takes; see its log',
  );
const refusedCertificate = () => t('does not accept the client certificate; give another one');
/** How long a server that closes new connections may take to say why. */
const lingerMs = 200;

/**
 * Says why a dial failed, taking a look at the server where the error alone does not tell: which
 * certificate it shows, whether it speaks NATS at all. Throws `cancelled`.
 */
export async function explainDial(dial: FailedDial, signal?: AbortSignal): Promise<KvError> {
  const { error, address, timeoutMs, login, hasHeaders } = dial;
  if (error instanceof ProxyError || error instanceof TunnelError) {
    return error;
  }
  const upgrade = isWebSocket(address) ? upgradeReason(error, hasHeaders) : undefined;
  if (upgrade) {
    const { kind, step, reason } = upgrade;
    return failure(dial, kind, step, reason, kind === 'authFailed' ? 'header' : 'server');
  }
  const plain = fromDialError(error, formatAddress(address), timeoutMs, login);
  if (!(plain instanceof DialError) || plain.step === 'login') {
    return plain;
  }
  const shown = (error as { readonly cert?: PeerCertificate } | undefined)?.cert;
  if (plain.step === 'tls' && (shown || !isAboutCertificate(error))) {
    return tlsError(dial, shown) ?? plain;
  }
  return needsLook(dial, plain) ? ((await look(dial, plain, signal)) ?? plain) : plain;
}

/**
 * What an inspected server is instead of a NATS server that waits for its client, to stand after
 * `host:port`; undefined when it is one.
 */
export function strangeness({ greeting }: Inspection, port: number): string | undefined {
  switch (greeting.kind) {
    case 'info':
      return isForServers(greeting.info) ? notForClients() : undefined;
    case 'silent':
      return t(
        'accepts connections but does not introduce itself as a NATS server does; is it the client port?{0}',
        portHint(port),
      );
    case 'closed':
      return t(
        'closed the connection without a word; is it the client port of a NATS server?{0}',
        portHint(port),
      );
    case 'endless':
      return endless();
    case 'refused':
      return greeting.refused.reason;
    case 'other': {
      const protocol = /^(HTTP|SSH|RFB|AMQP)\b/.exec(greeting.line)?.[1] ?? t('another protocol');
      return t('is not a NATS server: it speaks {0}', protocol);
    }
  }
}

/**
 * Whether it is a NATS server that begins with TLS: it introduces itself then, or hangs up on a client
 * without a certificate. Other servers that speak TLS wait to be spoken to.
 */
export function expectsTlsFirst({ handshakeFirst, greeting }: Inspection): boolean {
  return handshakeFirst && (greeting.kind === 'info' || greeting.kind === 'closed');
}

function isForServers({ proto = 1, info_on_connect = false }: Introduction): boolean {
  return proto > 1 || info_on_connect;
}

function portHint(port: number): string {
  return port === 8222 ? t(' 8222 is usually for monitoring; clients use 4222') : '';
}

function isAboutCertificate(error: unknown): boolean {
  return certificateReason({ code: codeOf(error) }) !== undefined;
}

function needsLook({ error }: FailedDial, plain: KvError): boolean {
  const message = error instanceof Error ? error.message : '';
  const chained = (error as { readonly chainedError?: Error } | undefined)?.chainedError?.message;
  return (
    isAboutCertificate(error) ||
    plain.kind === 'timeout' ||
    endings.has(codeOf(error)) ||
    endedInSilence.test(chained ?? '') ||
    notNats.test(message)
  );
}

async function look(
  dial: FailedDial,
  plain: KvError,
  signal?: AbortSignal,
): Promise<KvError | undefined> {
  const { address, tls, tlsHost, timeoutMs, openSocket } = dial;
  const { handshakeFirst } = tls ?? {};
  try {
    const options = { timeoutMs, handshakeFirst, tlsHost, lingerMs, signal, openSocket };
    return fromInspection(dial, plain, await inspect(address, options));
  } catch (error) {
    if (isKvError(error, 'cancelled')) {
      throw error;
    }
    // It cannot be looked at either: what the dial said must do.
    return undefined;
  }
}

function fromInspection(
  dial: FailedDial,
  plain: KvError,
  inspection: Inspection,
): KvError | undefined {
  const { error, address, tls } = dial;
  const { greeting, certificate } = inspection;
  const refusal = refusalOf((greeting.kind === 'other' ? greeting.line : inspection.refusal) ?? '');
  if (refusal) {
    return failure(dial, refusal.kind, 'login', refusal.reason);
  }
  if (isAboutCertificate(error)) {
    return tlsError(dial, certificate);
  }
  if (expectsTlsFirst(inspection) && !tls?.handshakeFirst) {
    return failure(
      dial,
      'disconnected',
      'tls',
      t('expects TLS first; turn it on (handshakeFirst)'),
    );
  }
  if (greeting.kind === 'info' && greeting.info.tls_verify && !tls?.certFile) {
    return failure(dial, 'disconnected', 'tls', asksForCertificate());
  }
  if (greeting.kind === 'info' && greeting.info.tls_verify && endings.has(codeOf(error))) {
    // TLS 1.3 lets the client write before the server has judged its certificate.
    return failure(dial, 'disconnected', 'tls', refusedCertificate());
  }
  const strange = strangeness(inspection, address.port);
  if (strange === undefined) {
    const problem = greeting.kind === 'info' ? infoProblem(greeting.info) : undefined;
    if (problem !== undefined) {
      return failure(dial, 'disconnected', 'reach', unusable(problem));
    }
    return plain.kind === 'timeout' ? undefined : failure(dial, 'disconnected', 'login', hungUp());
  }
  return plain.kind === 'timeout'
    ? new DialError('timeout', 'reach', t('{0}; it {1}', plain.message, strange), { cause: error })
    : failure(dial, 'disconnected', 'reach', strange);
}

/** Of one that introduces itself in a line that does not end, to stand after `host:port`. */
const endless = () => unusable(t('it does not come to an end'));

/** What stands in the way of using an inspected server that introduces itself; undefined for nothing. */
export function introductionProblem({ greeting }: Inspection): string | undefined {
  const problem = greeting.kind === 'info' ? infoProblem(greeting.info) : undefined;
  return greeting.kind === 'endless' ? endless() : problem && unusable(problem);
}

/** Of a server whose `INFO` the client cannot take, to stand after `host:port`. */
export function unusable(problem: string): string {
  return t('introduces itself in a way that cannot be used: {0}', problem);
}

function failure(
  { error, address }: FailedDial,
  kind: KvErrorKind,
  step: DialStep,
  reason: string,
  about: LoginOwner = 'server',
): DialError {
  return new DialError(kind, step, `${formatAddress(address)} ${reason}`, { cause: error, about });
}

function tlsError(dial: FailedDial, certificate: PeerCertificate | undefined): KvError | undefined {
  const { error, tls, tlsHost } = dial;
  const reason = tlsReason({
    code: codeOf(error),
    said: saidOf(error),
    host: tlsHost,
    certificate,
    hasCa: tls?.caFile !== undefined,
    hasClientCertificate: tls?.certFile !== undefined,
    handshakeFirst: tls?.handshakeFirst,
  });
  return reason === undefined ? undefined : failure(dial, 'disconnected', 'tls', reason);
}
