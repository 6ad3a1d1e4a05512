import { ErrorCode, type NatsError } from 'nats';
import { KvError, messageOf } from '../../errors';
import { isAuthError } from '../wire/errorMapping';

/** Translates why `host:port` could not be connected to. No message of it holds a secret. */
export function fromDialError(error: unknown, address: string, timeoutMs: number): KvError {
  if (error instanceof KvError) {
    return error;
  }
  const options = { cause: error };
  if (isAuthError(error)) {
    return new KvError('authFailed', authMessage(error, address), options);
  }
  const code = codeOf(error);
  if (timeoutCodes.has(code)) {
    return new KvError('timeout', `${address} did not answer within ${timeoutMs} ms`, options);
  }
  const reason = reasons[code] ?? tlsReason(code, error) ?? `failed: ${messageOf(error)}`;
  return new KvError('disconnected', `${address} ${reason}`, options);
}

const reasons: Readonly<Record<string, string>> = {
  [ErrorCode.ConnectionRefused]: 'refused the connection; is a NATS server running there?',
  [ErrorCode.ServerOptionNotAvailable]: 'does not offer TLS, which this connection requires',
  ENOTFOUND: 'cannot be found: there is no host of that name',
  EAI_AGAIN: 'cannot be looked up: the name service does not answer',
  EHOSTUNREACH: 'cannot be reached: there is no route to it',
  ENETUNREACH: 'cannot be reached: there is no network route to it',
  ECONNRESET: 'closed the connection; does it speak the NATS protocol?',
  EPIPE: 'closed the connection; does it speak the NATS protocol?',
};

function tlsReason(code: string, error: unknown): string | undefined {
  const isTls = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code);
  return isTls ? `cannot be trusted over TLS: ${messageOf(error)}` : undefined;
}

function authMessage(error: unknown, address: string): string {
  const code = codeOf(error);
  if (rejectedCodes.has(code)) {
    return `${address} rejected the credentials`;
  }
  return expiredCodes.has(code)
    ? `the credentials for ${address} have expired`
    : `the credentials for ${address} cannot be read`;
}

const tlsCode: string = ErrorCode.Tls;
const timeoutCodes = new Set<string>([ErrorCode.Timeout, 'ETIMEDOUT']);
const expiredCodes = new Set<string>([ErrorCode.AuthenticationExpired, ErrorCode.AccountExpired]);
const rejectedCodes = new Set<string>([
  ErrorCode.AuthorizationViolation,
  ErrorCode.AuthenticationTimeout,
]);

/** The `code` of a Node or NATS error, that of its cause for the client's own TLS wrapper. */
function codeOf(error: unknown): string {
  const { code, chainedError } = (error ?? {}) as Partial<NatsError>;
  const inner = (chainedError as Partial<NatsError> | undefined)?.code;
  return code === tlsCode ? String(inner ?? code) : String(code);
}
