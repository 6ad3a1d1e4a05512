import { ErrorCode, NatsError } from 'nats';
import { t } from '../../base/l10n';
import type { WriteOutcome } from '../../model/entry';
import { KvError, messageOf } from '../../model/errors';
import { defaultApiPrefix, domainOf } from './apiPrefix';
import { unquoted } from './unquoted';

/** The `error` of a JetStream API response. */
export interface ApiErrorBody {
  readonly code: number;
  readonly err_code?: number;
  readonly description?: string;
}

/** What a request was about, for the message of its failure. */
export interface ErrorContext {
  readonly bucket?: string;
  /** True when a configuration was sent, so that a refusal is about that. */
  readonly configuring?: boolean;
}

/** Translates a JetStream API error. */
export function fromApiError(error: ApiErrorBody, context: ErrorContext = {}): KvError {
  const said = error.description ?? t('error {0}', error.err_code ?? error.code);
  switch (error.err_code ?? 0) {
    case 10039: // JetStream not enabled for account
    case 10076: // JetStream not enabled
      return jetStreamOff(error);
    case 10059: // stream not found
      return bucketNotFound(context.bucket, error);
    case 10058: // stream name already in use with a different configuration
    case 10130: // stream name already in use, cannot restore
      return new KvError(
        'alreadyExists',
        t('a bucket named "{0}" already exists', String(context.bucket)),
        {
          cause: error,
        },
      );
    case 10054: // message size exceeds maximum allowed
      return new KvError('tooLarge', t('the server refused the value: {0}', said), {
        cause: error,
      });
    case 10002: // resource limits exceeded for account
    case 10023: // insufficient resources
    case 10026: // maximum consumers limit reached
    case 10027: // maximum number of streams reached
    case 10028: // insufficient memory resources available
    case 10047: // insufficient storage resources available
      return new KvError(
        'limitReached',
        t('a limit of the account or of the server is reached: {0}', said),
        {
          cause: error,
        },
      );
    case 10010: // JetStream clustering support required
      return new KvError('unsupported', t('this server is not part of a cluster'), {
        cause: error,
      });
    case 10008: // JetStream system temporarily unavailable
      return new KvError('unavailable', said, { cause: error });
  }
  return new KvError(
    context.configuring ? 'invalidConfig' : 'server',
    t('the server refused: {0}', said),
    { cause: error },
  );
}

/**
 * The outcome of a compare-and-swap that was refused, or undefined for another error. 10164 comes
 * from server 2.11 when another write of the key is in flight; it names no revision.
 */
export function conflictOf(error: ApiErrorBody): WriteOutcome | undefined {
  if (error.err_code !== 10071 && error.err_code !== 10164) {
    return undefined;
  }
  const revision = /wrong last sequence: (\d+)/.exec(error.description ?? '')?.[1];
  return Number.isSafeInteger(Number(revision))
    ? { kind: 'conflict', revision: Number(revision) }
    : { kind: 'conflict' };
}

/** True for 'no message found' (10037), the answer to a read of a key that does not exist. */
export function isNoMessage(error: ApiErrorBody): boolean {
  return error.err_code === 10037 || (error.err_code === undefined && error.code === 404);
}

export function bucketNotFound(bucket: string | undefined, cause?: unknown): KvError {
  return new KvError('notFound', t('there is no bucket named "{0}"', String(bucket)), { cause });
}

/** JetStream is off, or nobody answers where the API of a domain or of another account should be. */
export function jetStreamOff(cause?: unknown, prefix = defaultApiPrefix): KvError {
  return new KvError('jetStreamOff', whereOff(prefix), { cause });
}

function whereOff(prefix: string): string {
  if (prefix === defaultApiPrefix) {
    return t('JetStream is not enabled for this account');
  }
  const domain = domainOf(prefix);
  return domain === undefined
    ? t(
        'no JetStream answers at the API prefix "{0}"; check it, and the import that it needs',
        prefix,
      )
    : t(
        'no JetStream answers in the domain "{0}"; check its name, and whether it can be reached from this server',
        domain,
      );
}

/** A permission that the server denied, `publish` or `subscription`, naming the subject. */
export function denied(operation: string, subject: string, cause?: unknown): KvError {
  const message =
    operation === 'subscription'
      ? t('this user may not subscribe to "{0}"', subject)
      : t('this user may not publish to "{0}"', subject);
  return new KvError('denied', message, { cause });
}

/** Translates what the client threw or passed to a callback while connected. */
export function fromClientError(error: unknown): KvError {
  if (error instanceof KvError) {
    return error;
  }
  if (!(error instanceof NatsError)) {
    return new KvError('server', messageOf(error), { cause: error });
  }
  if (error.permissionContext) {
    const { operation, subject } = error.permissionContext;
    return denied(operation, unquoted(subject), error);
  }
  if (lossCodes.has(error.code)) {
    return new KvError('disconnected', t('the connection to the server was lost'), {
      cause: error,
    });
  }
  return new KvError('server', error.message, { cause: error });
}

/** True when the server or the client itself rejected who we are. */
export function isAuthError(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  // NKeysError is not exported by the client; it comes from seeds that cannot be decoded.
  return error.name === 'NKeysError' || authCodes.has(String((error as NatsError).code));
}

const lossCodes = new Set<string>([
  ErrorCode.ConnectionClosed,
  ErrorCode.ConnectionDraining,
  ErrorCode.Disconnect,
]);

const authCodes = new Set<string>([
  ErrorCode.AuthorizationViolation,
  ErrorCode.AuthenticationExpired,
  ErrorCode.AuthenticationTimeout,
  ErrorCode.AccountExpired,
  ErrorCode.BadAuthentication,
  ErrorCode.BadCreds,
]);
