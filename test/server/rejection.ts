import { isKvError, type KvError, type KvErrorKind } from '../../src/kv/model/errors';

/** The failure of a promise. Throws when it has none, or one of another kind. */
export async function rejection(kind: KvErrorKind, promise: Promise<unknown>): Promise<KvError> {
  const error = await promise.then(
    (value) => new Error(`nothing was thrown: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!isKvError(error, kind)) {
    throw new Error(`expected ${kind}, got ${String(error)}`, { cause: error });
  }
  return error;
}
