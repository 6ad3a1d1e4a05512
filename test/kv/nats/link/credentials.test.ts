import { nkeys } from 'nats';
import { describe, expect, it } from 'vitest';
import { authenticatorFor } from '../../../../src/kv/nats/link/credentials';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** What is used of `nkeys`, which the client exports without a type. */
interface UserKeys {
  createUser(): { getPublicKey(): string; getSeed(): Uint8Array };
}

/** A user made on the spot: no key is kept in the repository. */
function makeUser() {
  const user = (nkeys as UserKeys).createUser();
  return { publicKey: user.getPublicKey(), seed: text(user.getSeed()) };
}

function credsFile(seed: string, newline: string): string {
  return [
    '-----BEGIN NATS USER JWT-----',
    'eyJ0eXAiOiJKV1QifQ.e30.sig',
    '------END NATS USER JWT------',
    '',
    '-----BEGIN USER NKEY SEED-----',
    seed,
    '------END USER NKEY SEED------',
    '',
  ].join(newline);
}

describe('authenticatorFor', () => {
  it.each([
    [
      { kind: 'userPassword', user: 'me', password: 'word' },
      { user: 'me', pass: 'word' },
    ],
    [{ kind: 'token', token: 'secret' }, { auth_token: 'secret' }],
    [{ kind: 'jwt', jwt: 'a.b.c' }, { jwt: 'a.b.c' }],
  ] as const)('sends %j', (credentials, sent) => {
    expect(authenticatorFor(credentials)('nonce')).toMatchObject(sent);
  });

  it('signs with a seed, white space around it notwithstanding', () => {
    const { seed, publicKey } = makeUser();
    const sent = authenticatorFor({ kind: 'nkey', seed: `\n ${seed}\r\n` })('nonce');
    expect(sent).toMatchObject({ nkey: publicKey, sig: expect.any(String) as string });
  });

  it('signs with the seed that goes with a JWT', () => {
    const { seed } = makeUser();
    const sent = authenticatorFor({ kind: 'jwt', jwt: 'a.b.c', seed })('nonce');
    expect(sent).toMatchObject({ jwt: 'a.b.c', sig: expect.any(String) as string });
  });

  it.each([
    ['Unix', '\n'],
    ['Windows', '\r\n'],
    ['old Mac', '\r'],
  ])('reads a .creds file with the line ends of %s', (_, newline) => {
    const { seed } = makeUser();
    const contents = credsFile(seed, newline);
    const sent = authenticatorFor({ kind: 'creds', contents })('nonce');
    expect(sent).toMatchObject({
      jwt: 'eyJ0eXAiOiJKV1QifQ.e30.sig',
      sig: expect.any(String) as string,
    });
  });
});
