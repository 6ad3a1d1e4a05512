import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isKvError, type KvError, type KvErrorKind } from '../../src/kv/model/errors';
import { bytes, expectKind, isIn, listAll, startWatch } from '../kv/contract/harness';
import { startNatsServer } from '../support/natsServer';
import { connect } from './dial';
import { connectTo, startSystem } from './system';

describe('connecting', () => {
  it('tells who refused the connection', async () => {
    const server = await startNatsServer();
    await server.stop();
    const error = await failure('disconnected', connect({ servers: [server.url] }));
    expect(error.message).toBe(
      `127.0.0.1:${server.port} refused the connection; is a NATS server running there?`,
    );
  });

  it('tells that a host cannot be found', async () => {
    const error = await failure('disconnected', connect({ servers: ['nats://no.invalid:4222'] }));
    expect(error.message).toMatch(/^no\.invalid:4222 cannot be (found|looked up)/);
  });

  it('tells that nothing answered in time', async () => {
    const port = await listen(() => undefined);
    const error = await failure(
      'timeout',
      connect({ servers: [`127.0.0.1:${port}`], timeoutMs: 1_000 }),
    );
    expect(error.message).toBe(
      `127.0.0.1:${port} did not answer within 1000 ms; it accepts connections but does not introduce itself as a NATS server does; is it the client port?`,
    );
  });

  it('tells that what answered is no NATS server', async () => {
    const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await failure('disconnected', connect({ servers: [`127.0.0.1:${port}`] }));
  });

  it('never sends anything in clear to a server of a tls:// URL', async () => {
    const server = await startNatsServer();
    onTestFinished(() => server.stop());
    const url = `tls://127.0.0.1:${server.port}`;
    const error = await failure('disconnected', connect({ servers: [url] }));
    expect(error.message).toMatch(/does not offer TLS/);
  });

  it('is refused with the wrong password, without repeating it', async () => {
    const server = await startNatsServer({ config: withUsers });
    onTestFinished(() => server.stop());
    const credentials = userPassword('reader', 'not-this-one');
    const error = await failure('authFailed', connect({ servers: [server.url], credentials }));
    expect(error.message).toBe(
      `127.0.0.1:${server.port} rejected the credentials (user and password)`,
    );
  });

  it('tells of rejected credentials rather than of another server that is down', async () => {
    const gone = await startNatsServer();
    await gone.stop();
    const server = await startNatsServer({ config: withUsers });
    onTestFinished(() => server.stop());
    const servers = [server.url, gone.url];
    const error = await failure('authFailed', connect({ servers }));
    expect(error.message).toMatch(/rejected the credentials: .*; .* refused the connection/);
  });

  it('tells that credentials cannot be read', async () => {
    const server = await startNatsServer({ config: nkeyOnly });
    onTestFinished(() => server.stop());
    const credentials = () => Promise.resolve([{ kind: 'nkey', seed: 'SUnonsense' }] as const);
    const error = await failure('authFailed', connect({ servers: [server.url], credentials }));
    expect(error.message).not.toContain('nonsense');
  });

  it('goes on to the next server of a list', async () => {
    const gone = await startNatsServer();
    await gone.stop();
    const server = await startNatsServer();
    onTestFinished(() => server.stop());
    const connection = await connectTo(`${gone.url},${server.url}`);
    expect(connection.state.current).toMatchObject({
      server: { address: `127.0.0.1:${server.port}` },
    });
  });

  it('stops when it is aborted', async () => {
    const port = await listen(() => undefined);
    const abort = new AbortController();
    const connecting = connect({ servers: [`127.0.0.1:${port}`], timeoutMs: 500 }, abort.signal);
    abort.abort();
    await expectKind('cancelled', connecting);
  });
});

describe('an account', () => {
  it('without JetStream on the server gets jetStreamOff', async () => {
    const server = await startNatsServer({ jetstream: false });
    onTestFinished(() => server.stop());
    await expectJetStreamOff(await connectTo(server.url));
  });

  it('without JetStream for itself gets jetStreamOff', async () => {
    const server = await startNatsServer({ config: accounts });
    onTestFinished(() => server.stop());
    const credentials = userPassword('without', 'without');
    await expectJetStreamOff(await connectTo(server.url, { credentials }));
  });

  it('with a JetStream domain reads and writes through its prefix', async () => {
    const system = await startSystem({ config: domain });
    const connection = await system.connect({ apiPrefix: '$JS.hub.API' });
    await connection.createBucket({ name: 'b' });
    const { watch, told } = startWatch(connection, 1);
    await isIn('live', watch);
    await connection.put('b', 'key', bytes('x'), { expected: 0 });
    expect(await connection.get('b', 'key')).toMatchObject({ revision: 1 });
    expect(await listAll(connection, 'b')).toHaveLength(1);
    expect(told).toHaveLength(1);
    const outside = (subject: string) => !subject.startsWith('$JS.hub.API.');
    expect(system.proxy.published.filter(outside)).toEqual([]);
  });
});

describe('permissions', () => {
  it('are enough when they allow just one part of one bucket', async () => {
    const { connection, foreign } = await setUpWithUsers('reader');
    const revision = await foreign.put('b', 'mine.key', 'x');
    expect(await connection.get('b', 'mine.key')).toMatchObject({ revision });
    expect(await listAll(connection, 'b', { filter: 'mine.>' })).toHaveLength(1);
  });

  it('that deny a request are named in the failure', async () => {
    const { connection } = await setUpWithUsers('reader');
    const message = async (promise: Promise<unknown>) => (await failure('denied', promise)).message;
    expect(await message(connection.listBuckets())).toBe(
      'this user may not publish to "$JS.API.STREAM.LIST"',
    );
    expect(await message(connection.put('b', 'mine.key', bytes('x'), { expected: 0 }))).toBe(
      'this user may not publish to "$KV.b.mine.key"',
    );
    expect(await message(connection.get('b', 'other'))).toContain('DIRECT.GET.KV_b.$KV.b.other');
    expect(await message(listAll(connection, 'b'))).toContain('CONSUMER.CREATE.KV_b');
  });

  it('that deny a watch make it fail', async () => {
    const { connection } = await setUpWithUsers('reader');
    const { watch } = startWatch(connection, 1);
    await isIn('failed', watch);
    const state = watch.state.current;
    expect(state.kind === 'failed' && state.error.kind).toBe('denied');
  });

  it('that deny replies to the default inbox are named in the failure', async () => {
    const { connection } = await setUpWithUsers('noInbox');
    const error = await failure('denied', connection.listBuckets());
    expect(error.message).toMatch(/^this user may not subscribe to "_INBOX\./);
  });

  it('that allow another inbox are served by its prefix', async () => {
    const { connection } = await setUpWithUsers('noInbox', { inboxPrefix: '_INBOX_me' });
    expect(await connection.listBuckets()).toHaveLength(1);
  });
});

describe('a bucket', () => {
  it('without direct gets is read from its leader', async () => {
    const { proxy, foreign, connection } = await setUp();
    await foreign.jsm.streams.add({ name: 'KV_old', subjects: ['$KV.old.>'] });
    const revision = await foreign.put('old', 'key', 'value');
    expect(await connection.get('old', 'key')).toMatchObject({
      revision,
      operation: 'PUT',
      value: bytes('value'),
    });
    const marker = await foreign.mark('old', 'key', 'DEL');
    expect(await connection.get('old', 'key')).toMatchObject({
      revision: marker,
      operation: 'DEL',
      headers: [['KV-Operation', 'DEL']],
    });
    expect(await connection.get('old', 'other')).toBeUndefined();
    expect(proxy.published.filter((subject) => subject.includes('DIRECT'))).toEqual([]);
  });

  it('that was deleted behind a cached look-up is not found', async () => {
    const system = await startSystem({ config: noAdvisories, foreignAuth: admin });
    const connection = await system.connect({
      credentials: userPassword('deaf', 'deaf'),
    });
    await system.foreign.createBucket({ name: 'b' });
    await connection.bucketStatus('b');
    await system.foreign.deleteBucket('b');
    await expectKind('notFound', connection.get('b', 'key'));
  });

  it('whose subjects another stream took does not pass that off as saved', async () => {
    const { foreign, connection } = await setUp();
    await foreign.jsm.streams.add({ name: 'THIEF', subjects: ['$KV.stolen.>'] });
    const put = connection.put('stolen', 'key', bytes('x'), { expected: 0 });
    expect((await failure('server', put)).message).toContain('"THIEF"');
  });

  it('that is full tells so', async () => {
    const { connection } = await setUp();
    await connection.createBucket({ name: 'full', maxBytes: 1000 });
    const put = connection.put('full', 'key', new Uint8Array(2000), { expected: 0 });
    const error = await failure('limitReached', put);
    const limit = 'the bucket "full" is full: it keeps at most 1000 bytes (max_bytes)';
    expect(error.message).toContain(limit);
  });

  it('is refused in the words of the server when it cannot be made', async () => {
    const { connection } = await setUp();
    const create = connection.createBucket({ name: 'r3', replicas: 3 });
    const error = await failure('invalidConfig', create);
    expect(error.message).toBe(
      'the server refused: replicas > 1 not supported in non-clustered mode',
    );
  });

  it('is refused when its subjects belong to another stream', async () => {
    const { foreign, connection } = await setUp();
    await foreign.jsm.streams.add({ name: 'THIEF', subjects: ['$KV.stolen.>'] });
    await failure('invalidConfig', connection.createBucket({ name: 'stolen' }));
  });
});

const admin = { user: 'admin', pass: 'admin' };

/** `reader` may read what is below `mine` in one bucket, and nothing else. */
const withUsers = `
authorization {
  users: [
    { user: admin, password: admin }
    {
      user: reader, password: reader
      permissions: {
        publish: [
          "$JS.API.DIRECT.GET.KV_b.$KV.b.mine.>"
          "$JS.API.CONSUMER.CREATE.KV_b.*.$KV.b.mine.>"
          "$JS.API.CONSUMER.DELETE.KV_b.*"
          "$JS.FC.>"
        ]
        subscribe: [ "_INBOX.>" ]
      }
    }
    {
      user: noInbox, password: noInbox
      permissions: { publish: [ ">" ], subscribe: [ "_INBOX_me.>" ] }
    }
  ]
}`;

const noAdvisories = `
authorization {
  users: [
    { user: admin, password: admin }
    {
      user: deaf, password: deaf
      permissions: { publish: [ ">" ], subscribe: [ "_INBOX.>" ] }
    }
  ]
}`;

const nkeyOnly = `
authorization {
  users: [ { nkey: UAH42UG6PV552P5SWLWTBP3H3S5BHAVCO2IEKEXUANJXR75J63RQ5WM6 } ]
}`;

const accounts = `
accounts {
  WITH: { jetstream: enabled, users: [ { user: with, password: with } ] }
  WITHOUT: { users: [ { user: without, password: without } ] }
}`;

const domain = `jetstream { domain: hub }`;

function userPassword(user: string, password: string) {
  return () => Promise.resolve([{ kind: 'userPassword', user, password }] as const);
}

async function setUp() {
  const system = await startSystem();
  return { ...system, connection: await system.connect() };
}

async function setUpWithUsers(user: string, options = {}) {
  const system = await startSystem({ config: withUsers, foreignAuth: admin });
  await system.foreign.createBucket({ name: 'b' });
  const credentials = userPassword(user, user);
  const connection = await system.connect({ credentials, ...options });
  return { ...system, connection };
}

async function expectJetStreamOff(connection: Awaited<ReturnType<typeof connect>>) {
  await expectKind('jetStreamOff', connection.listBuckets());
  await expectKind('jetStreamOff', connection.bucketStatus('b'));
  await expectKind('jetStreamOff', connection.createBucket({ name: 'b' }));
  await expectKind('jetStreamOff', connection.get('b', 'key'));
  await expectKind('jetStreamOff', connection.put('b', 'key', bytes('x'), { expected: 0 }));
  await expectKind('jetStreamOff', listAll(connection, 'b'));
  const { watch } = startWatch(connection, 1);
  await isIn('failed', watch);
}

async function failure(kind: KvErrorKind, promise: Promise<unknown>): Promise<KvError> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (!isKvError(error, kind)) {
    throw new Error(`expected ${kind}`, { cause: error });
  }
  return error;
}

/** A TCP server that is no NATS server. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
