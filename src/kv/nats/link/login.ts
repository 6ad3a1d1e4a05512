import { type Auth, type Authenticator, nkeyAuthenticator } from 'nats';
import { t } from '../../base/l10n';
import type { Credentials } from '../../model/credentials';
import { KvError } from '../../model/errors';
import { readSeed, unreadable, type UserSeed } from './nkeySeed';
import { readUserJwt, type UserJwt } from './userJwt';

/** All that one dial presents, and what is known of it when the server does not take it. */
export interface Login {
  readonly authenticator: Authenticator | undefined;
  /** What is presented, in words, such as 'token'. Nothing of it is secret. */
  readonly parts: readonly string[];
  readonly hasEmptyPassword: boolean;
  readonly notBefore: number | undefined;
  readonly expires: number | undefined;
}

/** What is shown to the server itself. */
type ServerCredentials = Exclude<Credentials, { readonly kind: 'header' | 'proxy' }>;

/** What one of several credentials adds: plain fields, a JWT, the key that signs the server's nonce. */
interface Part {
  readonly name: string;
  /** Servers take one of each of these. */
  readonly slot: 'user' | 'token' | 'jwt' | 'nkey';
  readonly fields?: Readonly<Record<string, string>>;
  readonly jwt?: UserJwt;
  readonly seed?: UserSeed;
}

/**
 * The login that presents all of the credentials at once. The client's own way to combine them lets a
 * later one empty the fields of an earlier one (multiAuthenticator, 2.29). Throws `authFailed` for what
 * cannot be read or not go together.
 */
export function loginWith(credentials: readonly Credentials[]): Login {
  const parts = credentials.filter(isForServer).map(partOf);
  refuseTwins(parts);
  const jwt = parts.find((part) => part.jwt)?.jwt;
  return {
    authenticator: parts.length > 0 ? authenticatorOf(parts) : undefined,
    parts: parts.map(({ name }) => name),
    hasEmptyPassword: credentials.some((one) => one.kind === 'userPassword' && one.password === ''),
    notBefore: jwt?.notBefore,
    expires: jwt?.expires,
  };
}

function isForServer(credentials: Credentials): credentials is ServerCredentials {
  return credentials.kind !== 'header' && credentials.kind !== 'proxy';
}

function partOf(credentials: ServerCredentials): Part {
  switch (credentials.kind) {
    case 'userPassword': {
      const { user, password: pass } = credentials;
      return { name: t('user and password'), slot: 'user', fields: { user, pass } };
    }
    case 'token':
      return { name: 'token', slot: 'token', fields: { auth_token: credentials.token } };
    case 'creds':
      return jwtPart(t('credentials file'), credentials.contents, credentials.contents);
    case 'nkey':
      return { name: 'nkey', slot: 'nkey', seed: readSeed(credentials.seed) };
    case 'jwt':
      return jwtPart(t('user JWT'), credentials.jwt, credentials.seed);
  }
}

/** The seed may be missing where the JWT says that it is a bearer token. */
function jwtPart(name: string, jwtText: string, seedText: string | undefined): Part {
  const jwt = readUserJwt(jwtText);
  const part = { name, slot: 'jwt', jwt, fields: { jwt: jwt.text } } as const;
  if (seedText === undefined || seedText.trim() === '') {
    if (!jwt.isBearer) {
      throw unreadable(
        t('their user JWT is no bearer token; give the nkey seed that belongs to it'),
      );
    }
    return part;
  }
  if (jwt.isBearer && !/^\s*S[A-Z2-7]{30,}\s*$/m.test(seedText)) {
    return part;
  }
  const seed = readSeed(seedText);
  if (jwt.subject !== undefined && jwt.subject !== seed.publicKey) {
    throw unreadable(t('the nkey seed does not belong to the user JWT'));
  }
  return { ...part, seed };
}

const slotNames = {
  user: () => t('user and password'),
  token: () => t('token'),
  jwt: () => t('user JWT'),
  nkey: () => 'nkey',
} as const;

function refuseTwins(parts: readonly Part[]): void {
  const twin = parts.find(({ slot }, at) => parts.findIndex((part) => part.slot === slot) < at);
  if (twin) {
    const what = slotNames[twin.slot]();
    throw new KvError(
      'authFailed',
      t('a server takes one {0}, and more are given; keep one', what),
    );
  }
}

/** With a JWT only the key that it names can sign; another nkey counts on its own. */
function authenticatorOf(parts: readonly Part[]): Authenticator {
  const fields = Object.fromEntries(parts.flatMap((part) => Object.entries(part.fields ?? {})));
  const seeds = parts.toSorted(byJwtFirst).flatMap(({ seed }) => seed ?? []);
  const sign = seeds[0] && nkeyAuthenticator(seeds[0].bytes);
  return (nonce) => {
    const signature = Object.entries(sign?.(nonce) ?? {}).filter(([, value]) => value !== '');
    return { ...fields, ...Object.fromEntries(signature) } as Auth;
  };
}

function byJwtFirst(a: Part, b: Part): number {
  return Number(b.jwt !== undefined) - Number(a.jwt !== undefined);
}
