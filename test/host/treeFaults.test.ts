import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { connect, type ConnectionOptions } from 'nats';
import * as vscode from 'vscode';
import { type InjectingProxy, startInjectingProxy } from '../support/injectingProxy';
import { makeKey, makeOperator } from '../support/natsJwts';
import { startNatsServer, type NatsServer, type NatsServerOptions } from '../support/natsServer';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { TreeProbe } from './treeProbe';

interface Faulty {
  readonly server: NatsServer;
  readonly proxy: InjectingProxy;
  readonly reload: (config: string) => Promise<void>;
}

const run = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);

/** Servers and links that break and are mended again, as the tree tells of them. */
describe('the tree while a connection has trouble', () => {
  let folder: string;
  let tree: TreeProbe;
  let cleanUp: (() => unknown)[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faults-'));
    await vscode.extensions.getExtension('nats-kv.nats-kv-explorer')?.activate();
    tree = await TreeProbe.open();
  });

  afterEach(async () => {
    await setConnections(undefined);
    for (const end of cleanUp.reverse()) {
      await end();
    }
    cleanUp = [];
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** A server behind a proxy, and the extension's only connection on it, whose row is open. */
  async function start(
    options: NatsServerOptions & { login?: ConnectionOptions; connection?: object } = {},
  ): Promise<Faulty> {
    const server = await startNatsServer(options);
    const proxy = await startInjectingProxy(server.port);
    cleanUp.push(
      () => server.stop(),
      () => proxy.stop(),
    );
    if (options.jetstream !== false) {
      await makeBucket(server, options.login);
    }
    const connection = { id: 'faulty', name: 'faulty', url: proxy.url, ...options.connection };
    await setConnections([connection]);
    await tree.expand('faulty');
    const reload = async (config: string): Promise<void> => {
      await writeFile(server.configFile, config);
      process.kill(server.pid, 'SIGHUP');
    };
    return { server, proxy, reload };
  }

  const description = async (): Promise<string> =>
    (await tree.item(await tree.row('faulty'))).description;

  const tells = (state: RegExp, ...rows: readonly (string | RegExp)[]): Promise<void> =>
    eventually(
      async () => {
        assert.match(await description(), state);
        const lines = await tree.lines('faulty');
        assert.equal(lines.length, rows.length, lines.join('\n'));
        rows.forEach((row, at) => assert.match(lines[at] ?? '', matching(row)));
      },
      { timeoutMs: 30_000 },
    );

  const isWell = (): Promise<void> => tells(/^2\.\d+\.\d+ · /, /^B( |$)/);

  it('tells since when a server does not answer, and that its list is stale', async () => {
    const { server } = await start();
    await isWell();
    await server.freeze();
    // A process that is stopped does not end.
    cleanUp.push(() => server.thaw());
    await run('natsKv.view.refresh');
    // A link that is silent for long is made anew.
    await tells(
      /^(not answering since \d|reconnecting)/,
      /^Stale since \d.*: (The server did not answer within 5000 ms|.*\b(disconnected|connection)\b.*)\./i,
      /^B( |$)/,
    );
    process.kill(server.pid, 'SIGCONT');
    await isWell();
  });

  it('tells by the heartbeats of an open bucket that a connection is half open', async () => {
    const { proxy } = await start();
    await isWell();
    await tree.expand('faulty', 'B');
    await eventually(async () => assert.deepEqual(await tree.labels('faulty', 'B'), ['k']));
    proxy.stall();
    await tells(/^not answering since \d/, /^B( |$)/);
    proxy.flow();
    await isWell();
  });

  it('notices that JetStream was enabled', async () => {
    const { server, reload } = await start({ jetstream: false });
    await tells(
      /^2\./,
      'JetStream is off for this account.',
      'Start nats-server with -js, or enable it for the account.',
      'Look Again',
    );
    await reload(`jetstream { store_dir: "${server.storeDir}" }`);
    await eventually(() => assert.match(server.log, /Starting JetStream/));
    await makeBucket(server);
    await isWell();
  });

  it('notices that rights are taken and given back', async () => {
    const config = (more: string) => `
      no_auth_user: me
      authorization { users: [ { user: owner, password: o }, { user: me, password: p ${more} } ] }`;
    const denied = config(', permissions: { subscribe: { deny: "_INBOX.>" } }');
    const login = { user: 'owner', pass: 'o' };
    const { server, reload } = await start({ config: config(''), login });
    await isWell();
    await reload(denied);
    await eventually(() => assert.match(server.log, /Removed sub/));
    await run('natsKv.view.refresh');
    await tells(
      /^2\./,
      /^Stale since \d.*: This user may not subscribe to "_INBOX\./,
      'Open Bucket by Name…',
      /^B( |$)/,
    );
    await reload(config(''));
    await isWell();
  });

  it('tells that a login is refused, asks for nothing, and comes back with the user', async () => {
    const key = makeKey();
    const file = join(folder, 'user.nk');
    await writeFile(file, key.seed);
    const config = (more: string) =>
      `authorization { users: [ { user: owner, password: o } ${more} ] }`;
    const withUser = config(`, { nkey: ${key.publicKey} }`);
    const login = { user: 'owner', pass: 'o' };
    const connection = { auth: { method: 'nkey', file } };
    const { reload } = await start({ config: withUser, login, connection });
    await isWell();
    const shown = await answering({}, async () => {
      await reload(config(''));
      await tells(
        /^login refused, trying again \(attempt \d+\)$/,
        'faulty refused the login.',
        /rejected the credentials \(nkey\)\.$/,
        'Log In Again',
        /^B( |$)/,
      );
      await reload(withUser);
      await isWell();
    });
    assert.deepEqual(shown.prompts, []);
  });

  it('takes a credentials file that was renewed after it had expired', async () => {
    const operator = makeOperator();
    const file = join(folder, 'user.creds');
    let lifeMs = 6_000;
    const renew = () =>
      writeFile(file, operator.issueUser({ expires: Date.now() + lifeMs }).creds());
    await renew();
    const connection = { auth: { method: 'creds', file } };
    await start({ config: operator.config, jetstream: false, connection });
    await eventually(
      async () => {
        const told = await description();
        if (/refused/.test(told)) {
          // It had expired before the slow machine came to connect.
          lifeMs *= 2;
          await renew();
        }
        assert.match(told, /^2\./);
      },
      { intervalMs: 1_000 },
    );
    await eventually(
      async () => assert.match(await description(), /^login refused, trying again/),
      { timeoutMs: lifeMs + 20_000 },
    );
    await writeFile(file, operator.issueUser().creds());
    await eventually(async () => assert.match(await description(), /^2\./), { timeoutMs: 30_000 });
  });

  it('makes a connection anew on which the server says what cannot be read', async () => {
    const { proxy } = await start();
    await isWell();
    const before = proxy.accepted;
    proxy.inject('GARBAGE\r\n');
    await eventually(() => assert.ok(proxy.accepted > before));
    await isWell();
  });

  it('refuses a value that is larger than a limit that was lowered, and is connected after', async () => {
    const { reload } = await start({ config: 'max_payload: 100000' });
    await isWell();
    await reload('max_payload: 1000');
    const uri = vscode.Uri.from({ scheme: 'natskv', authority: 'faulty', path: '/B/large' });
    // The server hangs up on what is too large, and the reason that it sent may be lost with the link: then it is
    // not known what came of it, and saving again tells.
    await eventually(() =>
      assert.rejects(
        async () => vscode.workspace.fs.writeFile(uri, new Uint8Array(5000).fill(65)),
        /limit was lowered|too large|largest|takes at most/i,
      ),
    );
    await isWell();
  });

  it('names a JetStream domain that does not exist', async () => {
    await start({ connection: { domain: 'nowhere' } });
    await tells(
      /^2\./,
      'No JetStream answers at nowhere.',
      /^No JetStream answers in the domain "nowhere"; check its name/,
      'Look Again',
    );
  });

  it('makes a connection anew on demand, though it looks well', async () => {
    const { proxy } = await start();
    await isWell();
    const before = proxy.accepted;
    await run('natsKv.connection.reconnect', await tree.row('faulty'));
    await eventually(() => assert.ok(proxy.accepted > before));
    await isWell();
  });
});

async function makeBucket(server: NatsServer, login: ConnectionOptions = {}): Promise<void> {
  const timeout = 30_000;
  const other = await connect({ servers: server.url, timeout, ...login });
  const bucket = await other.jetstream({ timeout }).views.kv('B', { timeout });
  await bucket.put('k', 'v');
  await other.close();
}

async function setConnections(connections: object[] | undefined): Promise<void> {
  const { Global } = vscode.ConfigurationTarget;
  await vscode.workspace.getConfiguration().update('natsKv.connections', connections, Global);
}

function matching(row: string | RegExp): RegExp {
  return typeof row === 'string'
    ? new RegExp(`^${row.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
    : row;
}
