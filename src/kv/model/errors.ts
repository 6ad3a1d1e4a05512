import { t } from '../base/l10n';

/** What went wrong, in the terms of this library. Every thrown failure of the core has one. */
export type KvErrorKind =
  | 'invalidKey'
  | 'invalidBucket'
  | 'invalidConfig'
  | 'invalidUrl'
  | 'alreadyExists'
  | 'notFound'
  | 'denied'
  | 'authFailed'
  /** A secret is needed that nobody has given. */
  | 'noSecret'
  | 'disconnected'
  | 'timeout'
  /** JetStream has no leader just now, as after a crash in a cluster (10008). */
  | 'unavailable'
  | 'jetStreamOff'
  | 'tooLarge'
  | 'limitReached'
  | 'cancelled'
  | 'unsupported'
  | 'readOnly'
  | 'server';

/**
 * A failure of the KV core. `message` is a full sentence without secrets or values and without a
 * final period, fit to stand after 'Failed to …: '. The original error is kept in `cause`.
 */
export class KvError extends Error {
  override readonly name = 'KvError';

  constructor(
    readonly kind: KvErrorKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** True for a `KvError`, of the given kind if one is named. */
export function isKvError(error: unknown, kind?: KvErrorKind): error is KvError {
  return error instanceof KvError && (kind === undefined || error.kind === kind);
}

/** True for what may go well when it is tried again after a moment. */
export function isPassing({ kind }: KvError): boolean {
  return kind === 'disconnected' || kind === 'timeout' || kind === 'unavailable';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `KvError` that was thrown, or one of kind `server` around whatever else it was. */
export function toKvError(error: unknown): KvError {
  return error instanceof KvError
    ? error
    : new KvError('server', messageOf(error), { cause: error });
}

/** Throws `cancelled` when the signal has been aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new KvError('cancelled', t('the operation was cancelled'), { cause: signal.reason });
  }
}
