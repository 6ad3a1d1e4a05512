import type { ConnectionConfig } from '../../../src/kv/model/connectionConfig';

type Expected = Omit<ConnectionConfig, 'id' | 'name' | 'source'>;

const a = { url: 'nats://a' };
const creds = { kind: 'creds', file: '/keys/app.creds' } as const;

/** What is read from each file of `test/fixtures/contexts`. */
export const contexts: Readonly<Record<string, Expected>> = {
  asTheCliWrites: {
    description: 'Orders, staging',
    url: 'nats://10.0.0.1:4222',
    auth: [{ kind: 'userPassword', user: 'app' }],
  },
  empty: { url: 'nats://127.0.0.1:4222' },
  emptyUrl: { url: 'nats://127.0.0.1:4222' },
  commaList: { url: 'nats://a:4222,nats://b:4223,tls://c,[::1]:4224' },
  urlUserAndPassword: {
    url: 'nats://a:4222,nats://b:4222',
    auth: [{ kind: 'userPassword', user: 'app' }],
  },
  urlPasswordWithAt: { url: 'nats://a:4222', auth: [{ kind: 'userPassword', user: 'app' }] },
  urlToken: { url: 'nats://a:4222', auth: [{ kind: 'token' }] },
  urlOverCredentials: {
    ...a,
    auth: [{ kind: 'userPassword', user: 'app' }],
    problems: ['"nkey" is not used: "user" comes before it. Remove one.'],
  },
  urlBesideCreds: { ...a, auth: [{ kind: 'userPassword', user: 'app' }, creds] },
  urlSeveralUsers: {
    url: 'nats://a,nats://b',
    auth: [{ kind: 'userPassword', user: 'one' }],
    problems: ['"url" has several users; the first one is used for all its servers.'],
  },
  urlOfWebSocket: {
    url: 'wss://a:443/nats',
  },
  urlWithComma: {
    url: '',
    problems: [
      '"url" is not used: it has a comma before an @; write a comma in a password or token as %2C, and each server of a list as nats://…',
    ].map((problem) => `${problem}.`),
  },
  userAndPassword: { ...a, auth: [{ kind: 'userPassword', user: 'app' }] },
  userAlone: { ...a, auth: [{ kind: 'userPassword', user: 'app' }] },
  passwordAlone: { ...a, problems: ['"password" is not used without "user"; set both.'] },
  token: { ...a, auth: [{ kind: 'token' }] },
  userBeforeAll: {
    ...a,
    auth: [{ kind: 'userPassword', user: 'app' }, { kind: 'token' }],
    problems: ['creds', 'nkey', 'user_jwt'].map(
      (field) => `"${field}" is not used: "user" comes before it. Remove one.`,
    ),
  },
  credsBeforeNkey: {
    ...a,
    auth: [creds],
    problems: ['"nkey" is not used: "creds" comes before it. Remove one.'],
  },
  nkeyBeforeJwt: {
    ...a,
    auth: [{ kind: 'nkey', file: '/keys/app.nk' }],
    problems: ['"user_jwt" is not used: "nkey" comes before it. Remove one.'],
  },
  jwtAndSeed: { ...a, auth: [{ kind: 'jwt' }] },
  jwtOfBearer: { ...a, auth: [{ kind: 'jwt', bearer: true }] },
  jwtFiles: { ...a, auth: [{ kind: 'jwt' }] },
  seedAlone: { ...a, problems: ['"user_seed" is not used without "user_jwt"; set both.'] },
  homeAndVariables: {
    ...a,
    auth: [{ kind: 'creds', file: '/home/me/keys/orders/test.creds' }],
  },
  variablesInNkeyAndTls: {
    ...a,
    auth: [{ kind: 'nkey', file: '/team/keys/app.nk' }],
    tls: {
      caFile: '/home/me/ca.pem',
      certFile: '/team/keys/cert.pem',
      keyFile: '/team/keys/key.pem',
    },
  },
  nothingExpandedElsewhere: {
    ...a,
    description: '$TEAM ~',
    auth: [{ kind: 'userPassword', user: '$TEAM' }],
    inboxPrefix: '$TEAM',
  },
  unsetVariable: {
    ...a,
    auth: [{ kind: 'creds', file: '/app.creds' }],
    problems: ['The variable NOT_SET in "creds" is not set here; write the path in full.'],
  },
  relativePath: {
    ...a,
    auth: [{ kind: 'creds', file: 'keys/app.creds' }],
    problems: [
      '"creds" is a relative path, which depends on where the CLI runs; write it in full.',
    ],
  },
  envReferences: { ...a, auth: [{ kind: 'userPassword', user: 'app' }, { kind: 'token' }] },
  fileReferences: { ...a, auth: [{ kind: 'creds', file: '/home/me/keys/app.creds' }] },
  embedded: { ...a, auth: [{ kind: 'creds' }] },
  opReference: { ...a, auth: [{ kind: 'creds' }] },
  nscReference: { ...a, auth: [{ kind: 'creds' }] },
  unknownReference: {
    ...a,
    auth: [{ kind: 'creds' }],
    problems: [
      '"creds" is a "vault://" reference, which is not supported; use a file, env://, op:// or nsc://.',
    ],
  },
  likeAReference: { ...a, auth: [{ kind: 'userPassword', user: 'app' }] },
  pastedCreds: {
    ...a,
    auth: [{ kind: 'creds' }],
    problems: [
      '"creds" holds the secret itself; it must be the path of a file or "data:;base64,…".',
    ],
  },
  pastedSeed: {
    ...a,
    auth: [{ kind: 'nkey' }],
    problems: [
      '"nkey" holds the secret itself; it must be the path of a file or "data:;base64,…".',
    ],
  },
  tls: {
    url: 'tls://a',
    tls: {
      caFile: '/keys/ca.pem',
      certFile: '/keys/cert.pem',
      keyFile: '/keys/key.pem',
      handshakeFirst: true,
    },
  },
  tlsAuthorityAlone: { ...a, tls: { caFile: '/keys/ca.pem' } },
  tlsFirstAlone: { ...a, tls: { handshakeFirst: true } },
  tlsWithoutKey: {
    ...a,
    tls: { caFile: '/keys/ca.pem' },
    problems: ['"cert" is not used without "key"; set both.'],
  },
  tlsWithoutCert: { ...a, problems: ['"key" is not used without "cert"; set both.'] },
  tlsFileUrls: {
    ...a,
    tls: {
      caFile: '/keys/ca.pem',
      certFile: '/home/me/cert.pem',
      keyFile: '/team/keys/key.pem',
    },
  },
  tlsReference: {
    ...a,
    tls: { caFile: '/keys/ca.pem' },
    problems: ['"key" must be the path of a file; "op:" is not supported there.'],
  },
  domainAndPrefixes: {
    ...a,
    domain: 'hub',
    apiPrefix: 'import.API',
    inboxPrefix: '_INBOX_app',
  },
  socksProxy: {
    ...a,
    proxy: 'socks5://proxy:1080',
    auth: [{ kind: 'proxy', user: 'app' }],
  },
  windowsStore: {
    ...a,
    problems: [
      'The Windows certificate store ("windows_…") is not supported; set "cert", "key" and "ca" to files.',
    ],
  },
  windowsAuthorities: {
    ...a,
    problems: [
      'The Windows certificate store ("windows_…") is not supported; set "cert", "key" and "ca" to files.',
    ],
  },
  nscDeprecated: {
    url: 'nats://127.0.0.1:4222',
    problems: ['"nsc" is deprecated and not used; set "creds" to "nsc://operator/account/user".'],
  },
  unknownFields: a,
  upperCaseFields: { ...a, auth: [{ kind: 'userPassword', user: 'app' }] },
  nullFields: { url: 'nats://127.0.0.1:4222' },
};

/** Why each file of `test/fixtures/contexts/bad` cannot be read. */
export const broken: Readonly<Record<string, string>> = {
  missingComma: 'is not JSON at line 3, column 3 (comma expected)',
  trailingComma: 'is not JSON at line 4, column 1 (property name expected)',
  truncated: 'is not JSON at line 3, column 15 (unexpected end of string)',
  comment: 'is not JSON at line 2, column 3 (invalid comment token)',
  unquoted: 'is not JSON at line 1, column 3 (invalid symbol)',
  notJson: 'is not JSON at line 1, column 1 (invalid symbol)',
  twoObjects: 'is not JSON at line 2, column 1 (end of file expected)',
  array: 'must hold a JSON object',
  text: 'must hold a JSON object',
  null: 'must hold a JSON object',
  whiteSpace: 'is not JSON at line 3, column 1 (value expected)',
  numberForUrl: 'must have a text in "url"',
  objectForPassword: 'must have a text in "password"',
  textForTlsFirst: 'must have true or false in "tls_first"',
};
