import { ErrorCode, NatsError } from 'nats';
import { describe, expect, it } from 'vitest';
import { KvError } from '../../../../src/kv/model/errors';
import { fromDialError } from '../../../../src/kv/nats/link/dialError';
import {
  conflictOf,
  fromApiError,
  fromClientError,
  isNoMessage,
} from '../../../../src/kv/nats/wire/errorMapping';

describe('fromApiError', () => {
  it.each([
    [10039, 'jetStreamOff'],
    [10076, 'jetStreamOff'],
    [10059, 'notFound'],
    [10058, 'alreadyExists'],
    [10054, 'tooLarge'],
    [10008, 'unavailable'],
    [10002, 'limitReached'],
    [10023, 'limitReached'],
    [10027, 'limitReached'],
    [10028, 'limitReached'],
    [10047, 'limitReached'],
    [10052, 'server'],
    [undefined, 'server'],
  ])('takes code %s for %s', (err_code, kind) => {
    const body = { code: 400, description: 'words', ...(err_code && { err_code }) };
    const error = fromApiError(body, { bucket: 'b' });
    expect(error).toMatchObject({ kind, cause: body });
  });

  it('takes a refusal for one of the configuration when one was sent', () => {
    const body = { code: 400, err_code: 10052, description: 'storage is unknown' };
    expect(fromApiError(body, { configuring: true })).toMatchObject({
      kind: 'invalidConfig',
      message: 'the server refused: storage is unknown',
    });
  });

  it('names the bucket', () => {
    const notFound = fromApiError({ code: 404, err_code: 10059 }, { bucket: 'b' });
    expect(notFound.message).toBe('there is no bucket named "b"');
  });
});

describe('conflictOf', () => {
  it.each([
    [{ code: 400, err_code: 10071, description: 'wrong last sequence: 7' }, 7],
    [{ code: 400, err_code: 10071, description: 'wrong last sequence: 0' }, 0],
    [{ code: 400, err_code: 10164, description: 'wrong last sequence' }, undefined],
  ])('reads the revision of %j', (body, revision) => {
    const outcome = conflictOf(body);
    expect(outcome).toEqual({ kind: 'conflict', ...(revision !== undefined && { revision }) });
  });

  it('is not there for another error', () => {
    expect(conflictOf({ code: 400, err_code: 10054 })).toBeUndefined();
    expect(conflictOf({ code: 400, description: 'wrong last sequence: 7' })).toBeUndefined();
  });
});

describe('isNoMessage', () => {
  it('knows a key without a message from a bucket that does not exist', () => {
    expect(isNoMessage({ code: 404, err_code: 10037 })).toBe(true);
    expect(isNoMessage({ code: 404 })).toBe(true);
    expect(isNoMessage({ code: 404, err_code: 10059 })).toBe(false);
  });
});

describe('fromClientError', () => {
  it('leaves a KvError as it is', () => {
    const error = new KvError('timeout', 'too late');
    expect(fromClientError(error)).toBe(error);
  });

  it.each(['publish', 'subscription'])('names the subject of a denied %s', (operation) => {
    const error = new NatsError('no', ErrorCode.PermissionsViolation);
    error.permissionContext = { operation, subject: 'a.b' };
    expect(fromClientError(error)).toMatchObject({ kind: 'denied', cause: error });
    expect(fromClientError(error).message).toMatch(/may not (publish|subscribe) to "a\.b"$/);
  });

  it.each([
    [ErrorCode.ConnectionClosed, 'disconnected'],
    [ErrorCode.Disconnect, 'disconnected'],
    [ErrorCode.ConnectionDraining, 'disconnected'],
    [ErrorCode.BadSubject, 'server'],
  ])('takes %s for %s', (code, kind) => {
    expect(fromClientError(new NatsError('words', code))).toMatchObject({ kind });
  });
});

describe('fromDialError', () => {
  const nodeError = (code: string) => Object.assign(new Error(`words of ${code}`), { code });
  const dialled = (error: unknown) => fromDialError(error, 'host:4222', 5000);

  it.each([
    [NatsError.errorForCode(ErrorCode.ConnectionRefused), 'disconnected', /refused/],
    [NatsError.errorForCode(ErrorCode.Timeout), 'timeout', /within 5000 ms/],
    [nodeError('ETIMEDOUT'), 'timeout', /within 5000 ms/],
    [nodeError('ENOTFOUND'), 'disconnected', /no host of that name/],
    [nodeError('EAI_AGAIN'), 'disconnected', /name service/],
    [nodeError('EHOSTUNREACH'), 'disconnected', /no route/],
    [nodeError('ECONNRESET'), 'disconnected', /NATS protocol/],
    [nodeError('DEPTH_ZERO_SELF_SIGNED_CERT'), 'disconnected', /cannot be trusted over TLS/],
    [nodeError('ERR_TLS_CERT_ALTNAME_INVALID'), 'disconnected', /cannot be trusted over TLS/],
    [NatsError.errorForCode(ErrorCode.AuthorizationViolation), 'authFailed', /rejected/],
    [NatsError.errorForCode(ErrorCode.AuthenticationExpired), 'authFailed', /expired/],
    [NatsError.errorForCode(ErrorCode.BadCreds), 'authFailed', /cannot be read/],
    [new Error('something new'), 'disconnected', /failed: something new/],
    [undefined, 'disconnected', /failed/],
  ])('takes %s for %s', (error, kind, message) => {
    expect(dialled(error).kind).toBe(kind);
    expect(dialled(error).message).toMatch(message);
    expect(dialled(error).message).toMatch(/host:4222/);
  });

  it('reads the cause of a TLS failure that the client wraps', () => {
    const wrapped = new NatsError('tls', ErrorCode.Tls, nodeError('CERT_HAS_EXPIRED'));
    expect(dialled(wrapped).message).toMatch(/cannot be trusted over TLS/);
  });
});
