import { describe, expect, it, onTestFinished } from 'vitest';
import type { Credentials } from '../../src/kv/model/credentials';
import { isKvError, type KvError } from '../../src/kv/model/errors';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import type { ConnectOptions } from '../../src/kv/nats/link/connectOptions';
import { makeKey, makeOperator, type Operator } from '../support/natsJwts';
import { startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { connect } from './dial';
import { rejection } from './rejection';
import { connectTo } from './system';

const day = 86_400_000;

/** `word`, hashed by bcrypt at its lowest cost. */
const hashedWord = '$2a$04$9Pqv4p6YMSaE5GvGoN/5Ye9rFohd3F0xUrls8ilfVIXzvDgWxyQuC';

const password = (pass: string): Credentials => ({
  kind: 'userPassword',
  user: 'me',
  password: pass,
});
const token = (text: string): Credentials => ({ kind: 'token', token: text });

/** Starts a server, and hands out what connects to it with the given credentials. */
async function setUp(config: string) {
  const server = await startNatsServer({ config });
  onTestFinished(() => server.stop());
  const address = `127.0.0.1:${server.port}`;
  const present = (credentials: Credentials[]) => () => Promise.resolve(credentials);
  return {
    server,
    address,
    letIn: async (...credentials: Credentials[]) => {
      const connection = await connectTo(server.url, { credentials: present(credentials) });
      expect(await connection.listBuckets()).toEqual([]);
      return connection;
    },
    refuse: (...credentials: Credentials[]) =>
      rejection(
        'authFailed',
        connect({ servers: [server.url], credentials: present(credentials) }),
      ),
  };
}

/**
 * Connects with what expires so soon that a test can wait for it. Where connecting takes longer than that,
 * it tries again with what lives longer.
 */
async function beforeExpiry(
  connectUntil: (expires: number) => Promise<KvConnection>,
): Promise<KvConnection> {
  for (let life = 2500; ; life *= 2) {
    try {
      return await connectUntil(Date.now() + life);
    } catch (error) {
      if (!isKvError(error, 'authFailed') || life > 60_000) {
        throw error;
      }
    }
  }
}

/** Presents one user after the other, and the last one again and again. */
function inTurn([...users]: ReturnType<Operator['issueUser']>[]): NonNullable<
  ConnectOptions['credentials']
> {
  return () => {
    const user = users.length > 1 ? users.shift() : users[0];
    return Promise.resolve([{ kind: 'creds', contents: user?.creds() ?? '' }] as const);
  };
}

describe('a server that wants a user and password', () => {
  const config = 'authorization { user: me, password: word }';

  it('lets them in, and no wrong, empty or missing password', async () => {
    const { letIn, refuse, address } = await setUp(config);
    await letIn(password('word'));
    const rejected = `${address} rejected the credentials`;
    expect((await refuse(password('wrong-secret'))).message).toBe(
      `${rejected} (user and password)`,
    );
    expect((await refuse(password(''))).message).toBe(
      `${rejected} (user and password): the password is empty`,
    );
    expect((await refuse(token('wrong-secret'))).message).toBe(`${rejected} (token)`);
    expect((await refuse()).message).toBe(
      `${rejected}: it wants some and none are given; give a user and password, a token, an nkey or a credentials file`,
    );
  });

  it('lets in who also has a token', async () => {
    const { letIn } = await setUp(config);
    await letIn(token('of another server'), password('word'));
  });
});

describe('a server that wants a hashed password', () => {
  it('lets in who knows it', async () => {
    const { letIn, refuse } = await setUp(`authorization { user: me, password: "${hashedWord}" }`);
    await letIn(password('word'));
    await refuse(password(hashedWord));
  });
});

describe('a server that wants a token', () => {
  it('lets it in, alone and with other credentials, and no other token', async () => {
    const { letIn, refuse } = await setUp('authorization { token: secret }');
    await letIn(token('secret'));
    const { creds } = makeOperator().issueUser();
    await letIn({ kind: 'creds', contents: creds() }, token('secret'));
    expect((await refuse(token('not-this-one'))).message).not.toContain('not-this-one');
  });
});

describe('a server that wants an nkey', () => {
  it('lets in who has its seed', async () => {
    const { publicKey, seed } = makeKey();
    const { letIn, refuse } = await setUp(`authorization { users: [ { nkey: ${publicKey} } ] }`);
    await letIn({ kind: 'nkey', seed });
    await letIn(password('of another server'), { kind: 'nkey', seed: `\r\n${seed}\r\n` });
    const error = await refuse({ kind: 'nkey', seed: makeKey().seed });
    expect(error.message).toMatch(/rejected the credentials \(nkey\)$/);
  });
});

describe('a server of an operator', () => {
  it.each([
    ['Unix', '\n'],
    ['Windows', '\r\n'],
  ])('lets in a .creds file with the line ends of %s', async (_, newline) => {
    const operator = makeOperator();
    const { letIn } = await setUp(operator.config);
    const { creds } = operator.issueUser();
    await letIn({ kind: 'creds', contents: creds(newline) });
  });

  it('lets in a JWT with its seed, and a bearer JWT alone', async () => {
    const operator = makeOperator();
    const { letIn } = await setUp(operator.config);
    const { jwt, seed } = operator.issueUser();
    await letIn({ kind: 'jwt', jwt, seed });
    const bearer = operator.issueUser({ bearer: true });
    await letIn({ kind: 'jwt', jwt: bearer.jwt });
    await letIn({ kind: 'nkey', seed }, { kind: 'jwt', jwt: bearer.jwt }, password('of another'));
  });

  it('does not let in a user of another operator', async () => {
    const { refuse } = await setUp(makeOperator().config);
    const { creds } = makeOperator().issueUser();
    const error = await refuse({ kind: 'creds', contents: creds() });
    expect(error.message).toMatch(/rejected the credentials \(credentials file\)$/);
  });

  it('tells that a user has expired, and when', async () => {
    const operator = makeOperator();
    const { refuse, address } = await setUp(operator.config);
    const { creds } = operator.issueUser({ expires: Date.UTC(2020, 0, 2, 3, 4) });
    const error = await refuse({ kind: 'creds', contents: creds() });
    expect(error.message).toBe(
      `the credentials for ${address} have expired on 2020-01-02 03:04 UTC; get new ones`,
    );
  });

  it('tells that a user is not valid yet', async () => {
    const operator = makeOperator();
    const { refuse } = await setUp(operator.config);
    const { creds } = operator.issueUser({ notBefore: Date.now() + day });
    const error = await refuse({ kind: 'creds', contents: creds() });
    expect(error.message).toMatch(/are not valid before 20/);
  });

  it.each([
    ['with a date', false],
    ['that says no more', true],
  ])('tells of a user who expires, with an error %s', async (_, forget) => {
    const operator = makeOperator();
    const { server } = await setUp(operator.config);
    const connection = await beforeExpiry((expires) => {
      const expiring = operator.issueUser({ expires });
      // Files change: what is presented next may be no user of this server at all.
      const credentials = inTurn(forget ? [expiring, makeOperator().issueUser()] : [expiring]);
      return connectTo(server.url, { credentials, reconnectDelay: () => 10 });
    });
    const error = await refusalOf(connection);
    expect(error.message).toMatch(/have expired/);
  });

  it('comes back with new credentials', async () => {
    const operator = makeOperator();
    const { server } = await setUp(operator.config);
    const told: string[] = [];
    const connection = await beforeExpiry((expires) => {
      const credentials = inTurn([operator.issueUser({ expires }), operator.issueUser()]);
      return connectTo(server.url, { credentials });
    });
    connection.state.onDidChange(({ kind }) => told.push(kind));
    await eventually(() => told.includes('connected'));
    expect(told).not.toContain('closed');
    expect(await connection.listBuckets()).toEqual([]);
  });

  it('says that the account has expired rather than the user', async () => {
    const connection = await beforeExpiry(async (expires) => {
      const operator = makeOperator({ expires });
      const { server } = await setUp(operator.config);
      const credentials = inTurn([operator.issueUser()]);
      return connectTo(server.url, { credentials, reconnectDelay: () => 10 });
    });
    const error = await refusalOf(connection);
    expect(error.message).toMatch(/^the account has expired/);
  });
});

/** Why the link is not made again, once the login is refused. */
function refusalOf({ state }: KvConnection): Promise<KvError> {
  return eventually<KvError | false>(
    () => {
      const { current } = state;
      const error =
        current.kind === 'reconnecting' && current.attempt > 1 ? current.error : undefined;
      return error?.kind === 'authFailed' && error;
    },
    { intervalMs: 2 },
  );
}

describe('credentials that cannot be read', () => {
  it('are refused before anything is sent', async () => {
    const operator = makeOperator();
    const { refuse, server } = await setUp(operator.config);
    const before = server.log;
    const { jwt } = operator.issueUser();
    const error = await refuse({ kind: 'creds', contents: jwt });
    expect(error.message).toMatch(/^the credentials cannot be read: /);
    expect(server.log).toBe(before);
  });
});

describe('a server that lets everybody in', () => {
  it('does not mind any credentials', async () => {
    const { letIn } = await setUp('');
    await letIn();
    await letIn(password('any'), token('any'), { kind: 'nkey', seed: makeKey().seed });
    const { creds } = makeOperator().issueUser();
    await letIn({ kind: 'creds', contents: creds() });
  });
});
