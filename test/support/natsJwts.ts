import { createHash } from 'node:crypto';
import { nkeys } from 'nats';

/** What is used of `nkeys`, which the client exports without a type. */
interface NKeys {
  readonly createOperator: () => KeyPair;
  readonly createAccount: () => KeyPair;
  readonly createUser: () => KeyPair;
}

interface KeyPair {
  getPublicKey(): string;
  getSeed(): Uint8Array;
  sign(input: Uint8Array): Uint8Array;
}

export interface TestKey {
  readonly publicKey: string;
  readonly seed: string;
  sign(text: string): string;
}

/** Keys are made on the spot: none is kept in the repository. */
export function makeKey(kind: 'operator' | 'account' | 'user' = 'user'): TestKey {
  const { createOperator, createAccount, createUser } = nkeys as NKeys;
  const pair = { operator: createOperator, account: createAccount, user: createUser }[kind]();
  return {
    publicKey: pair.getPublicKey(),
    seed: new TextDecoder().decode(pair.getSeed()),
    sign: (text) => Buffer.from(pair.sign(new TextEncoder().encode(text))).toString('base64url'),
  };
}

export interface JwtOptions {
  readonly subject: string;
  readonly issuer: TestKey;
  readonly name?: string;
  /** Whom it is for: an account, or the server that asked. */
  readonly audience?: string;
  /** Milliseconds since the epoch. */
  readonly expires?: number;
  readonly notBefore?: number;
}

/** Encodes a NATS JWT of version 2, signed by its issuer. */
export function encodeJwt(
  { subject, issuer, name = 'test', audience, expires, notBefore }: JwtOptions,
  nats: object,
): string {
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.publicKey,
    name,
    sub: subject,
    ...(audience !== undefined && { aud: audience }),
    ...(expires !== undefined && { exp: Math.floor(expires / 1000) }),
    ...(notBefore !== undefined && { nbf: Math.floor(notBefore / 1000) }),
    nats: { ...nats, version: 2 },
  };
  const jti = createHash('sha512-256').update(JSON.stringify(claims)).digest('hex').toUpperCase();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ jti, ...claims })}`;
  return `${text}.${issuer.sign(text)}`;
}

interface UserOptions {
  readonly bearer?: boolean;
  readonly expires?: number;
  readonly notBefore?: number;
}

/** A user of an operator's account. */
interface JwtUser {
  readonly jwt: string;
  readonly seed: string;
  /** The text of its `.creds` file, with line ends of the test's choice. */
  readonly creds: (newline?: string) => string;
}

/** An operator with one account that has JetStream, and a server's configuration that trusts it. */
export interface Operator {
  readonly config: string;
  /** JWT of the account. */
  readonly accountJwt: string;
  issueUser(options?: UserOptions): JwtUser;
}

const unlimited = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
};
const withJetStream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

export interface AccountOptions {
  readonly expires?: number;
  /** How many connections it may have; any number when omitted. */
  readonly connections?: number;
}

export function makeOperator({ expires, connections = -1 }: AccountOptions = {}): Operator {
  const [operator, account, system] = [makeKey('operator'), makeKey('account'), makeKey('account')];
  const self = { subject: operator.publicKey, issuer: operator };
  const operatorJwt = encodeJwt(self, { type: 'operator', system_account: system.publicKey });
  const accountJwt = encodeJwt(
    { subject: account.publicKey, issuer: operator, expires },
    { type: 'account', limits: { ...unlimited, ...withJetStream, conn: connections } },
  );
  const systemJwt = encodeJwt(
    { subject: system.publicKey, issuer: operator },
    { type: 'account', limits: unlimited },
  );
  return {
    config: `
operator: ${operatorJwt}
system_account: ${system.publicKey}
resolver: MEMORY
resolver_preload: { ${account.publicKey}: ${accountJwt}, ${system.publicKey}: ${systemJwt} }`,
    accountJwt,
    issueUser({ bearer, expires, notBefore } = {}) {
      const { publicKey, seed } = makeKey('user');
      const jwt = encodeJwt(
        { subject: publicKey, issuer: account, expires, notBefore },
        { type: 'user', subs: -1, data: -1, payload: -1, ...(bearer && { bearer_token: true }) },
      );
      return { jwt, seed, creds: (newline = '\n') => credsFile(jwt, seed, newline) };
    },
  };
}

/** A file as `nsc generate creds` writes it. */
export function credsFile(jwt: string, seed: string, newline = '\n'): string {
  return [
    '-----BEGIN NATS USER JWT-----',
    jwt,
    '------END NATS USER JWT------',
    '',
    '************************* IMPORTANT *************************',
    'NKEY Seed printed below can be used to sign and prove identity.',
    'NKEYs are sensitive and should be treated as secrets.',
    '',
    '-----BEGIN USER NKEY SEED-----',
    seed,
    '------END USER NKEY SEED------',
    '',
    '*************************************************************',
    '',
  ].join(newline);
}
