import { ErrorCode, type NatsError } from 'nats';
import { t } from '../../base/l10n';
import { KvError, type KvErrorKind, messageOf } from '../../model/errors';
import { isAuthError } from '../wire/errorMapping';
import type { Login } from './login';
import { refusalOf } from './serverRefusal';
import { tlsReason } from './tlsReason';

/** How far a dial came: to the server, to encryption, to who we are. */
export type DialStep = 'reach' | 'tls' | 'login';

/** Who takes a login: the server, what stands before its WebSocket, or the proxy on the way there. */
export type LoginOwner = 'server' | 'header' | 'proxy';

/** Whose login an error is about. */
export function ownerIn(error: unknown): LoginOwner {
  return error instanceof DialError ? error.about : 'server';
}

/** Why one server, or each of several, could not be connected to. */
export class DialError extends KvError {
  /** Whose login it is about where the kind is `authFailed`. */
  readonly about: LoginOwner;
  /** Whether a login elsewhere, a program or a question went into it: it is not to be tried every few seconds. */
  readonly isCostly: boolean;

  constructor(
    kind: KvErrorKind,
    readonly step: DialStep,
    message: string,
    options?: { cause?: unknown; about?: LoginOwner; isCostly?: boolean },
  ) {
    super(kind, message, options);
    this.about = options?.about ?? 'server';
    this.isCostly = options?.isCostly ?? false;
  }
}

/** Translates why `host:port` could not be connected to. No message of it holds a secret. */
export function fromDialError(
  error: unknown,
  address: string,
  timeoutMs: number,
  login?: Login,
): KvError {
  if (error instanceof KvError) {
    return error;
  }
  const cause = { cause: error };
  const code = codeOf(error);
  if (timeoutCodes.has(code)) {
    const message = t('{0} did not answer within {1} ms', address, timeoutMs);
    return new DialError('timeout', 'reach', message, cause);
  }
  const refusal = refusalOf(messageOf(error), code);
  if (refusal) {
    return new DialError(refusal.kind, 'login', `${address} ${refusal.reason}`, cause);
  }
  if (isAuthError(error)) {
    return new DialError('authFailed', 'login', authMessage(code, address, login), cause);
  }
  const known = reachReason(code);
  const tls = known ? undefined : tlsReason({ code, said: saidOf(error) });
  const reason = known ?? tls ?? t('failed: {0}', messageOf(error));
  const isTls = tls !== undefined || code === noTls;
  return new DialError('disconnected', isTls ? 'tls' : 'reach', `${address} ${reason}`, cause);
}

/** One failure to show for all: the one that came furthest tells most. */
export function mostTelling(failures: readonly KvError[]): KvError {
  const [telling] = failures.toSorted((a, b) => rank(b) - rank(a));
  if (!telling) {
    return new KvError('disconnected', t('there is no server to connect to'));
  }
  if (failures.length === 1) {
    return telling;
  }
  // Several servers behind one proxy fail with the same words.
  const messages = failures.map(({ message }) => message);
  const told = messages.filter(
    (message, at) => ownerIn(failures[at]) !== 'proxy' || messages.indexOf(message) === at,
  );
  const message = told.join('; ');
  const step = telling instanceof DialError ? telling.step : 'reach';
  return new DialError(telling.kind, step, message, {
    ...{ cause: telling, about: ownerIn(telling) },
    isCostly: failures.some((error) => error instanceof DialError && error.isCostly),
  });
}

const steps: readonly DialStep[] = ['reach', 'tls', 'login'];

function rank(error: KvError): number {
  const step = error instanceof DialError ? steps.indexOf(error.step) : 0;
  return error.kind === 'authFailed' ? steps.length : step;
}

/** The `code` of a Node or NATS error, that of its cause for the client's own TLS wrapper. */
export function codeOf(error: unknown): string {
  const { code, chainedError } = (error ?? {}) as Partial<NatsError>;
  const inner = (chainedError as Partial<NatsError> | undefined)?.code;
  return code === tlsCode ? String(inner ?? code) : String(code);
}

/** Whether a dial took too long. */
export function isTimeout(error: unknown): boolean {
  return timeoutCodes.has(codeOf(error));
}

/** Why a server ended a connection, where the user or the account has expired meanwhile. */
export function expiryOf(error: unknown): KvError | undefined {
  const code = codeOf(error);
  if (code !== expiredCode && code !== accountExpired) {
    return undefined;
  }
  const reason =
    code === expiredCode
      ? t('the credentials have expired; get new ones')
      : t('the account has expired; its operator must renew it');
  return new DialError('authFailed', 'login', reason, { cause: error });
}

/** OpenSSL's own words without its numbers and places. */
export function saidOf(error: unknown): string {
  return (error as { readonly reason?: string } | undefined)?.reason ?? messageOf(error);
}

const noTls: string = ErrorCode.ServerOptionNotAvailable;
const connectionRefused: string = ErrorCode.ConnectionRefused;

/** Why a server cannot be reached, to stand after `host:port`; undefined for another error. */
export function reachReason(code: string): string | undefined {
  switch (code) {
    case connectionRefused:
    case 'ECONNREFUSED':
      return t('refused the connection; is a NATS server running there?');
    case noTls:
      return t(
        'does not offer TLS, which this connection requires; use nats:// and no TLS files, or turn TLS on there',
      );
    case 'ENOTFOUND':
      return t('cannot be found: there is no host of that name; check its spelling and your VPN');
    case 'EAI_AGAIN':
      return t(
        'cannot be looked up: the name service does not answer; check your network and your VPN',
      );
    case 'EHOSTUNREACH':
      return t('cannot be reached: there is no route to it; check your network and your VPN');
    case 'ENETUNREACH':
      return t('cannot be reached: there is no network route to it; check your network');
    case 'ECONNRESET':
    case 'EPIPE':
      return t('closed the connection; does it speak the NATS protocol?');
    default:
      return undefined;
  }
}

function authMessage(code: string, address: string, login: Login | undefined): string {
  const now = Date.now();
  if (code === accountExpired) {
    return t(
      '{0} does not let this account in: it has expired; its operator must renew it',
      address,
    );
  }
  if (expiredCode === code || (login?.expires ?? Infinity) <= now) {
    return login?.expires === undefined
      ? t('the credentials for {0} have expired; get new ones', address)
      : t('the credentials for {0} have expired on {1}; get new ones', address, at(login.expires));
  }
  if (code !== rejectedCode) {
    return t('the credentials for {0} cannot be read', address);
  }
  const notBefore = login?.notBefore ?? 0;
  if (notBefore > now) {
    return t('the credentials for {0} are not valid before {1}', address, at(notBefore));
  }
  if (login?.parts.length === 0) {
    return t(
      '{0} rejected the credentials: it wants some and none are given; give a user and password, a token, an nkey or a credentials file',
      address,
    );
  }
  const what = login ? ` (${login.parts.join(', ')})` : '';
  return login?.hasEmptyPassword
    ? t('{0} rejected the credentials{1}: the password is empty', address, what)
    : t('{0} rejected the credentials{1}', address, what);
}

function at(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const tlsCode: string = ErrorCode.Tls;
const timeoutCodes = new Set<string>([ErrorCode.Timeout, 'ETIMEDOUT']);
const expiredCode: string = ErrorCode.AuthenticationExpired;
const accountExpired: string = ErrorCode.AccountExpired;
const rejectedCode: string = ErrorCode.AuthorizationViolation;
