import { ErrorCode, type NatsError } from 'nats';
import { KvError, type KvErrorKind, messageOf } from '../../model/errors';
import { isAuthError } from '../wire/errorMapping';
import type { Login } from './login';
import { refusalOf } from './serverRefusal';
import { tlsReason } from './tlsReason';

/** How far a dial came: to the server, to encryption, to who we are. */
export type DialStep = 'reach' | 'tls' | 'login';

/** Why one server, or each of several, could not be connected to. */
export class DialError extends KvError {
  constructor(
    kind: KvErrorKind,
    readonly step: DialStep,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(kind, message, options);
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
    const message = `${address} did not answer within ${timeoutMs} ms`;
    return new DialError('timeout', 'reach', message, cause);
  }
  const refusal = refusalOf(messageOf(error), code);
  if (refusal) {
    return new DialError(refusal.kind, 'login', `${address} ${refusal.reason}`, cause);
  }
  if (isAuthError(error)) {
    return new DialError('authFailed', 'login', authMessage(code, address, login), cause);
  }
  const known = reasons[code];
  const tls = known ? undefined : tlsReason({ code, said: saidOf(error) });
  const reason = known ?? tls ?? `failed: ${messageOf(error)}`;
  const isTls = tls !== undefined || code === noTls;
  return new DialError('disconnected', isTls ? 'tls' : 'reach', `${address} ${reason}`, cause);
}

/** One failure to show for all: the one that came furthest tells most. */
export function mostTelling(failures: readonly KvError[]): KvError {
  const [telling] = failures.toSorted((a, b) => rank(b) - rank(a));
  if (!telling) {
    return new KvError('disconnected', 'there is no server to connect to');
  }
  if (failures.length === 1) {
    return telling;
  }
  const message = failures.map((failure) => failure.message).join('; ');
  const step = telling instanceof DialError ? telling.step : 'reach';
  return new DialError(telling.kind, step, message, { cause: telling });
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

/** Why a server ended a connection, where the user or the account has expired meanwhile. */
export function expiryOf(error: unknown): KvError | undefined {
  const code = codeOf(error);
  if (code !== expiredCode && code !== accountExpired) {
    return undefined;
  }
  const reason =
    code === expiredCode
      ? 'the credentials have expired; get new ones'
      : 'the account has expired; its operator must renew it';
  return new DialError('authFailed', 'login', reason, { cause: error });
}

/** OpenSSL's own words without its numbers and places. */
export function saidOf(error: unknown): string {
  return (error as { readonly reason?: string } | undefined)?.reason ?? messageOf(error);
}

const noTls: string = ErrorCode.ServerOptionNotAvailable;

const refused = 'refused the connection; is a NATS server running there?';

const reasons: Readonly<Record<string, string>> = {
  [ErrorCode.ConnectionRefused]: refused,
  ECONNREFUSED: refused,
  [ErrorCode.ServerOptionNotAvailable]:
    'does not offer TLS, which this connection requires; use nats:// and no TLS files, or turn TLS on there',
  ENOTFOUND: 'cannot be found: there is no host of that name; check its spelling and your VPN',
  EAI_AGAIN:
    'cannot be looked up: the name service does not answer; check your network and your VPN',
  EHOSTUNREACH: 'cannot be reached: there is no route to it; check your network and your VPN',
  ENETUNREACH: 'cannot be reached: there is no network route to it; check your network',
  ECONNRESET: 'closed the connection; does it speak the NATS protocol?',
  EPIPE: 'closed the connection; does it speak the NATS protocol?',
};

function authMessage(code: string, address: string, login: Login | undefined): string {
  const now = Date.now();
  if (code === accountExpired) {
    return `${address} does not let this account in: it has expired; its operator must renew it`;
  }
  if (expiredCode === code || (login?.expires ?? Infinity) <= now) {
    return `the credentials for ${address} have expired${at(login?.expires)}; get new ones`;
  }
  if (code !== rejectedCode) {
    return `the credentials for ${address} cannot be read`;
  }
  if ((login?.notBefore ?? 0) > now) {
    return `the credentials for ${address} are not valid before${at(login?.notBefore, '')}`;
  }
  if (login?.parts.length === 0) {
    return `${address} rejected the credentials: it wants some and none are given; give a user and password, a token, an nkey or a credentials file`;
  }
  const what = login ? ` (${login.parts.join(', ')})` : '';
  return login?.hasEmptyPassword
    ? `${address} rejected the credentials${what}: the password is empty`
    : `${address} rejected the credentials${what}`;
}

function at(time: number | undefined, on = ' on'): string {
  const text = new Date(time ?? 0).toISOString().slice(0, 16).replace('T', ' ');
  return time === undefined ? '' : `${on} ${text} UTC`;
}

const tlsCode: string = ErrorCode.Tls;
const timeoutCodes = new Set<string>([ErrorCode.Timeout, 'ETIMEDOUT']);
const expiredCode: string = ErrorCode.AuthenticationExpired;
const accountExpired: string = ErrorCode.AccountExpired;
const rejectedCode: string = ErrorCode.AuthorizationViolation;
