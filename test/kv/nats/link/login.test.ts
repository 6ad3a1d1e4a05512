import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../../src/kv/model/credentials';
import { isKvError } from '../../../../src/kv/model/errors';
import { loginWith } from '../../../../src/kv/nats/link/login';
import { credsFile, encodeJwt, makeKey, makeOperator } from '../../../support/natsJwts';

const signature = expect.any(String) as string;

/** What is sent to a server that gives the nonce. */
const sentFor = (...credentials: Credentials[]) => loginWith(credentials).authenticator?.('nonce');

const problemOf = (...credentials: Credentials[]): string => {
  try {
    loginWith(credentials);
  } catch (error) {
    if (isKvError(error, 'authFailed')) {
      return error.message;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
};

/** A JWT that says of itself what a test needs; nobody checks its signature here. */
function jwtOf(nats: object, subject = makeKey().publicKey): string {
  return encodeJwt({ subject, issuer: makeKey('account') }, nats);
}

describe('loginWith', () => {
  it('presents nothing without credentials', () => {
    expect(loginWith([])).toMatchObject({ authenticator: undefined, parts: [] });
  });

  it.each<[Credentials, object]>([
    [
      { kind: 'userPassword', user: 'me', password: 'word' },
      { user: 'me', pass: 'word' },
    ],
    [
      { kind: 'userPassword', user: 'me', password: '' },
      { user: 'me', pass: '' },
    ],
    [{ kind: 'token', token: 'secret' }, { auth_token: 'secret' }],
  ])('sends %j', (credentials, sent) => {
    expect(sentFor(credentials)).toEqual(sent);
  });

  it('signs with a seed, whatever is around it', () => {
    const { seed, publicKey } = makeKey();
    const file = `\uFEFF# my key\r\n-----BEGIN USER NKEY SEED-----\r\n${seed}\r\n------END------`;
    for (const text of [seed, `\n ${seed}\r\n`, file]) {
      expect(sentFor({ kind: 'nkey', seed: text })).toEqual({ nkey: publicKey, sig: signature });
    }
  });

  it('signs nothing for a server that gives nothing to sign', () => {
    const { seed, publicKey } = makeKey();
    const sent = loginWith([{ kind: 'nkey', seed }]).authenticator?.();
    expect(sent).toEqual({ nkey: publicKey });
  });

  it('signs with the seed that goes with a JWT', () => {
    const { jwt, seed } = makeOperator().issueUser();
    expect(sentFor({ kind: 'jwt', jwt, seed })).toMatchObject({ jwt, sig: signature });
  });

  it('takes a bearer JWT alone', () => {
    const { jwt } = makeOperator().issueUser({ bearer: true });
    expect(sentFor({ kind: 'jwt', jwt })).toEqual({ jwt });
    expect(sentFor({ kind: 'creds', contents: jwt })).toEqual({ jwt });
  });

  it.each([
    ['Unix', '\n'],
    ['Windows', '\r\n'],
    ['old Mac', '\r'],
  ])('reads a .creds file with the line ends of %s', (_, newline) => {
    const user = makeOperator().issueUser();
    const contents = user.creds(newline);
    expect(sentFor({ kind: 'creds', contents })).toMatchObject({ jwt: user.jwt, sig: signature });
  });

  it.each<[string, (text: string) => string]>([
    ['without its last line end', (text) => text.trimEnd()],
    ['with a byte order mark', (text) => `\uFEFF${text}`],
    ['with white space before every line', (text) => text.replace(/^/gm, '  ')],
    ['cut off after the seed', (text) => text.slice(0, text.indexOf('\n------END USER'))],
    [
      'whose JWT is wrapped',
      (text) => text.replace(/^eyJ.*$/m, (jwt) => jwt.replace(/.{64}/g, '$&\n')),
    ],
  ])('reads a .creds file %s', (_, change) => {
    const { jwt, creds } = makeOperator().issueUser();
    const contents = change(creds());
    expect(sentFor({ kind: 'creds', contents })).toMatchObject({ jwt, sig: signature });
  });

  it('tells how long the credentials are valid', () => {
    const [notBefore, expires] = [1_000_000_000_000, 2_000_000_000_000];
    const { creds } = makeOperator().issueUser({ notBefore, expires });
    const login = loginWith([{ kind: 'creds', contents: creds() }]);
    expect(login).toMatchObject({ notBefore, expires, parts: ['credentials file'] });
  });
});

describe('several credentials at once', () => {
  const user = makeOperator().issueUser();
  const bearer = makeOperator().issueUser({ bearer: true });
  const token: Credentials = { kind: 'token', token: 'secret' };
  const password: Credentials = { kind: 'userPassword', user: 'me', password: 'word' };
  const creds: Credentials = { kind: 'creds', contents: user.creds() };
  const key = makeKey();
  const nkey: Credentials = { kind: 'nkey', seed: key.seed };

  it('are all presented, in whatever order', () => {
    const sent = { jwt: user.jwt, sig: signature, auth_token: 'secret', user: 'me', pass: 'word' };
    expect(sentFor(creds, token, password)).toMatchObject(sent);
    expect(sentFor(password, token, creds)).toMatchObject(sent);
  });

  it('keep the key of an nkey beside a bearer JWT', () => {
    const jwt: Credentials = { kind: 'jwt', jwt: bearer.jwt };
    const sent = { jwt: bearer.jwt, nkey: key.publicKey, sig: signature };
    expect(sentFor(nkey, jwt)).toEqual(sent);
    expect(sentFor(jwt, nkey)).toEqual(sent);
  });

  it('sign with the key of the JWT, which no other can stand in for', () => {
    const expected = sentFor(creds);
    expect(sentFor(nkey, creds)).toEqual(expected);
    expect(sentFor(creds, nkey)).toEqual(expected);
  });

  it.each<[string, Credentials[]]>([
    ['user JWT', [creds, { kind: 'jwt', jwt: bearer.jwt }]],
    ['token', [token, { kind: 'token', token: 'other' }]],
    ['user and password', [password, password]],
    ['nkey', [nkey, nkey]],
  ])('are refused with a second %s', (what, credentials) => {
    expect(problemOf(...credentials)).toBe(
      `a server takes one ${what}, and more are given; keep one`,
    );
  });
});

describe('credentials that are of no use', () => {
  const { jwt, seed } = makeOperator().issueUser();
  const damaged = `${seed.slice(0, 20)}${seed.charAt(20) === 'A' ? 'B' : 'A'}${seed.slice(21)}`;
  const creds = (contents: string): Credentials => ({ kind: 'creds', contents });
  const nkey = (text: string): Credentials => ({ kind: 'nkey', seed: text });
  const noPayload = `${jwt.split('.')[0]}.bm90IEpTT04.c2ln`;

  it.each<[string, Credentials, RegExp]>([
    ['an empty file', creds(''), /there is no user JWT in them; give the whole/],
    ['a seed without its JWT', creds(seed), /there is no user JWT in them/],
    ['a JWT without its seed', creds(jwt), /no bearer token|no nkey seed/],
    ['a file without its seed', creds(credsFile(jwt, '')), /there is no nkey seed in them/],
    ['a file of another account', creds(credsFile(jwt, makeKey().seed)), /does not belong/],
    ['a damaged seed', creds(credsFile(jwt, damaged)), /seed is damaged/],
    ['a damaged JWT', creds(credsFile(noPayload, seed)), /user JWT is damaged/],
    ['an account JWT', creds(credsFile(makeOperator().accountJwt, seed)), /that of an account/],
    ['an empty seed', nkey(''), /there is no nkey seed in them; a seed starts with SU/],
    ['a damaged nkey seed', nkey(damaged), /seed is damaged/],
    ['a shortened nkey seed', nkey(seed.slice(0, -3)), /seed is damaged/],
    ['a public key', nkey(makeKey().publicKey), /public key of a user; give its seed/],
    ['the seed of an account', nkey(makeKey('account').seed), /that of an account; give that of/],
    ['the seed of an operator', nkey(makeKey('operator').seed), /that of an operator/],
    ['a JWT that is none', { kind: 'jwt', jwt: 'hello' }, /there is no user JWT in them/],
    ['a JWT that needs a seed', { kind: 'jwt', jwt }, /no bearer token; give the nkey seed/],
    ['the JWT of an operator', { kind: 'jwt', jwt: jwtOf({ type: 'operator' }) }, /of an operator/],
    ['a JWT and the seed of another', { kind: 'jwt', jwt, seed: makeKey().seed }, /not belong/],
  ])('are refused in words: %s', (_, credentials, words) => {
    const problem = problemOf(credentials);
    expect(problem).toMatch(/^the credentials cannot be read: /);
    expect(problem).toMatch(words);
  });

  it('are never repeated, whatever of them is broken', () => {
    const text = credsFile(jwt, seed);
    const edit = fc.record({
      at: fc.nat(text.length),
      drop: fc.nat(200),
      insert: fc.string({ maxLength: 4 }),
      whole: fc.boolean(),
    });
    fc.assert(
      fc.property(edit, ({ at, drop, insert, whole }) => {
        const broken = text.slice(0, at) + insert + text.slice(at + drop);
        try {
          loginWith([whole ? creds(broken) : nkey(broken.slice(broken.indexOf('SEED--')))]);
        } catch (error) {
          expect(isKvError(error, 'authFailed')).toBe(true);
          const said = (error as Error).message;
          const secrets = [...jwt.split('.'), seed];
          const leaks = secrets.some((secret) =>
            Array.from({ length: secret.length - 6 }, (_, from) =>
              secret.slice(from, from + 7),
            ).some((part) => said.includes(part)),
          );
          expect(leaks).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });
});
