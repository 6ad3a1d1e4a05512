import { ErrorCode, NatsError } from 'nats';
import { describe, expect, it } from 'vitest';
import { KvError } from '../../../../src/kv/model/errors';
import {
  DialError,
  expiryOf,
  fromDialError,
  mostTelling,
} from '../../../../src/kv/nats/link/dialError';
import { loginWith } from '../../../../src/kv/nats/link/login';
import { makeOperator } from '../../../support/natsJwts';

const nodeError = (code: string) => Object.assign(new Error(`words of ${code}`), { code });
/** What the client makes of `-ERR '…'`. */
const said = (words: string) => new NatsError(`'${words}'`, ErrorCode.ProtocolError);
const natsError = (code: ErrorCode) => NatsError.errorForCode(code);

describe('fromDialError', () => {
  it.each([
    [nodeError('ENOTFOUND'), 'disconnected', 'reach', /cannot be found.*check its spelling/],
    [nodeError('EAI_AGAIN'), 'disconnected', 'reach', /name service does not answer; check/],
    [nodeError('ECONNREFUSED'), 'disconnected', 'reach', /refused the connection; is a NATS/],
    [natsError(ErrorCode.ConnectionRefused), 'disconnected', 'reach', /refused the connection/],
    [nodeError('EHOSTUNREACH'), 'disconnected', 'reach', /no route to it; check your network/],
    [nodeError('ENETUNREACH'), 'disconnected', 'reach', /no network route to it; check/],
    [nodeError('ETIMEDOUT'), 'timeout', 'reach', /did not answer within 5000 ms/],
    [natsError(ErrorCode.Timeout), 'timeout', 'reach', /did not answer within 5000 ms/],
    [natsError(ErrorCode.ServerOptionNotAvailable), 'disconnected', 'tls', /turn TLS on there/],
    [nodeError('CERT_HAS_EXPIRED'), 'disconnected', 'tls', /certificate expired; the server needs/],
    [nodeError('CERT_NOT_YET_VALID'), 'disconnected', 'tls', /not valid before.*clock/],
    [nodeError('SELF_SIGNED_CERT_IN_CHAIN'), 'disconnected', 'tls', /give its CA file/],
    [nodeError('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), 'disconnected', 'tls', /give its CA file/],
    [nodeError('INVALID_PURPOSE'), 'disconnected', 'tls', /is refused \(INVALID_PURPOSE\)/],
    [nodeError('ERR_SSL_NO_PROTOCOLS_AVAILABLE'), 'disconnected', 'tls', /agree on TLS: words/],
    [said('maximum connections exceeded'), 'disconnected', 'login', /raise its max_connections/],
    [
      said('maximum account active connections exceeded'),
      'disconnected',
      'login',
      /connections of this account/,
    ],
    [said('Connection throttling is active'), 'disconnected', 'login', /try again later/],
    [said('Attempted To Connect To Route Port'), 'disconnected', 'login', /use the client port/],
    [said('Secure Connection - TLS Required'), 'disconnected', 'login', /use tls:\/\/ in place/],
    [said('User Authentication Revoked'), 'authFailed', 'login', /were revoked; get new ones/],
    [natsError(ErrorCode.AuthenticationTimeout), 'timeout', 'login', /gave up waiting for the/],
    [natsError(ErrorCode.AccountExpired), 'authFailed', 'login', /its operator must renew it/],
    [natsError(ErrorCode.AuthenticationExpired), 'authFailed', 'login', /expired; get new ones/],
    [natsError(ErrorCode.AuthorizationViolation), 'authFailed', 'login', /rejected the cred/],
  ])('says what to do about %s', (error, kind, step, words) => {
    const failure = fromDialError(error, 'host:4222', 5000);
    expect(failure).toMatchObject({ name: 'KvError', kind, step, cause: error });
    expect(failure.message).toMatch(words);
    expect(failure.message).toContain('host:4222');
  });

  it('tells a rejection from credentials that are out of date', () => {
    const rejection = natsError(ErrorCode.AuthorizationViolation);
    const messageFor = (options: { expires?: number; notBefore?: number }) => {
      const contents = makeOperator().issueUser(options).creds();
      const login = loginWith([{ kind: 'creds', contents }]);
      return fromDialError(rejection, 'host:4222', 5000, login).message;
    };
    expect(messageFor({ expires: Date.UTC(2020, 1, 3, 4, 5) })).toBe(
      'the credentials for host:4222 have expired on 2020-02-03 04:05 UTC; get new ones',
    );
    expect(messageFor({ notBefore: Date.UTC(2999, 0, 1) })).toBe(
      'the credentials for host:4222 are not valid before 2999-01-01 00:00 UTC',
    );
    expect(messageFor({ expires: Date.UTC(2999, 0, 1), notBefore: 1000 })).toBe(
      'host:4222 rejected the credentials (credentials file)',
    );
  });
});

describe('mostTelling', () => {
  const refused = new DialError('disconnected', 'reach', 'a refused');
  const untrusted = new DialError('disconnected', 'tls', 'b is not trusted');
  const full = new DialError('disconnected', 'login', 'c is full');
  const rejected = new DialError('authFailed', 'login', 'd rejected');

  it('is the one failure that there is', () => {
    expect(mostTelling([refused])).toBe(refused);
    expect(mostTelling([])).toMatchObject({ kind: 'disconnected' });
  });

  it('is that of the dial that came furthest, in the words of all', () => {
    expect(mostTelling([refused, untrusted, refused])).toMatchObject({
      step: 'tls',
      message: 'a refused; b is not trusted; a refused',
      cause: untrusted,
    });
    expect(mostTelling([full, rejected, untrusted])).toMatchObject({
      kind: 'authFailed',
      step: 'login',
      cause: rejected,
    });
  });

  it('takes other failures for those that came least far', () => {
    const other = new KvError('server', 'other');
    expect(mostTelling([other, untrusted])).toMatchObject({ step: 'tls' });
  });
});

describe('expiryOf', () => {
  it('is the end of a connection that was the fault of the credentials', () => {
    expect(expiryOf(natsError(ErrorCode.AuthenticationExpired))?.message).toMatch(/^the cred/);
    expect(expiryOf(natsError(ErrorCode.AccountExpired))?.message).toMatch(/^the account/);
    expect(expiryOf(natsError(ErrorCode.AuthorizationViolation))).toBeUndefined();
    expect(expiryOf(undefined)).toBeUndefined();
  });
});
