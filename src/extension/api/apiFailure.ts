import { KvError, messageOf, type KvErrorKind } from '../../kv/model/errors';
import type { NatsKvFailure } from './natsKvApi';

/** A failure as another extension gets it: without its cause, which may hold anything. */
export class ApiFailure extends Error implements NatsKvFailure {
  override readonly name = 'NatsKvFailure';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Codes that stand for several kinds of errors: the difference is in the message. */
const codes: Partial<Record<KvErrorKind, string>> = {
  invalidKey: 'invalid',
  invalidBucket: 'invalid',
  invalidConfig: 'invalid',
  invalidUrl: 'invalid',
};

/** Whatever was thrown as a failure for another extension. */
export function apiFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) {
    return error;
  }
  const code = error instanceof KvError ? (codes[error.kind] ?? error.kind) : 'failed';
  return new ApiFailure(code, messageOf(error));
}
