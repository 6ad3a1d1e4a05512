import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { connect, credsAuthenticator, type ConnectionOptions } from 'nats';
import * as vscode from 'vscode';
import { canMakeCertificates, makeAuthorityIn, tlsConfig } from '../support/certificates';
import { makeOperator } from '../support/natsJwts';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { skipBecause } from './skipBecause';
import { loggedLines } from './logProbe';

const password = 'Wonderland-4711';

/** Servers that want a login each, and what the extension is told of them. */
describe('connections that log in', () => {
  let folder: string;
  const servers: NatsServer[] = [];
  const secrets = [password];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'connections-'));
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await setConnections(undefined);
    // Other files expect theirs to be the only connection.
    await rm(contextFolder(), { recursive: true, force: true });
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  async function start(config: string, login: ConnectionOptions): Promise<NatsServer> {
    const server = await startNatsServer({ config });
    servers.push(server);
    const timeout = 30_000;
    const other = await connect({ servers: server.url, timeout, ...login });
    const bucket = await other.jetstream({ timeout }).views.kv('B', { timeout });
    await bucket.put('greeting', new TextEncoder().encode('hello'));
    await other.close();
    return server;
  }

  it('opens a key with the user and password of a CLI context', async () => {
    const server = await start(`authorization { user: alice, password: "${password}" }`, {
      user: 'alice',
      pass: password,
    });
    await writeContext('people', { url: server.url, user: 'alice', password });

    assert.equal(await read('context--people'), 'hello');
  });

  it('says that a wrong password was refused, and not which', async () => {
    const wrong = 'Looking-glass-0815';
    secrets.push(wrong);
    const [server] = servers;
    await writeContext('strangers', { url: server?.url, user: 'alice', password: wrong });

    await eventually(async () => {
      const message = await messageOf(read('context--strangers', 500));
      assert.match(message, /rejected the credentials/);
      assert.doesNotMatch(message, /Looking-glass/);
    });
  });

  it('opens a key with a credentials file that the settings name', async () => {
    const operator = makeOperator();
    const user = operator.issueUser();
    secrets.push(user.seed, user.jwt);
    const creds = user.creds('\r\n');
    const file = join(folder, 'user.creds');
    await writeFile(file, creds);
    const authenticator = credsAuthenticator(new TextEncoder().encode(user.creds()));
    const server = await start(operator.config, { authenticator });
    await setConnections([{ name: 'creds', url: server.url, auth: { method: 'creds', file } }]);

    assert.equal(await read('creds'), 'hello');
  });

  it('opens a key with a client certificate', async function () {
    if (!canMakeCertificates) {
      skipBecause('openssl is not here', this);
    }
    const ca = makeAuthorityIn(folder);
    const client = ca.issue({ commonName: 'client' });
    const config = tlsConfig(ca.issue(), `ca_file: "${ca.caFile}", verify: true`);
    const { caFile } = ca;
    const { certFile, keyFile } = client;
    const server = await start(config, { tls: { caFile, certFile, keyFile } });
    const url = `tls://localhost:${server.port}`;
    await setConnections([
      { name: 'mutual', url, tls: { ca: caFile, cert: certFile, key: keyFile } },
      { name: 'nameless', url, tls: { ca: caFile } },
    ]);

    assert.equal(await read('mutual'), 'hello');
    assert.match(await messageOf(read('nameless', 3000)), /client certificate/);
  });

  it('copies diagnostics that name no secret, user, host, context or file', async () => {
    await vscode.commands.executeCommand('natsKv.diagnostics.copy');
    const copied = await vscode.env.clipboard.readText();
    assert.match(copied, /\n- \d: connected to nats-server \d+\.\d+\.\d+, /);
    assert.match(copied, /\n- [\d:.]+ connection \d: connected/);
    assert.match(copied, /\(authFailed\)/);
    const ports = servers.map(({ port }) => `:${port}`);
    const names = ['127.0.0.1', 'alice', 'people', 'strangers', 'greeting', folder, ...ports];
    assert.deepEqual(
      [...secrets, ...names].filter((each) => copied.includes(each)),
      [],
    );
  });

  it('leaves no secret in settings, logs, URIs, stored state and messages', async () => {
    const home = process.env['NATS_KV_USER_DATA'];
    assert.ok(home, 'NATS_KV_USER_DATA names the folder that VS Code writes to');
    const texts = new Map([
      ['settings', JSON.stringify(vscode.workspace.getConfiguration('natsKv'))],
      ['documents', vscode.workspace.textDocuments.map(({ uri }) => String(uri)).join('\n')],
    ]);
    const log = loggedLines();
    for (const told of ['people: connected to', 'strangers: ', 'creds: connected to']) {
      assert.ok(
        log.some((line) => line.includes(told)),
        `the log tells of ${told}`,
      );
    }
    texts.set('log', log.join('\n'));
    for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) {
        const path = join(entry.parentPath, entry.name);
        texts.set(path, await readFile(path, 'latin1'));
      }
    }
    assert.ok(texts.size > 3, 'files of VS Code were read');
    for (const secret of secrets) {
      const found = [...texts].filter(([, text]) => text.includes(secret));
      assert.deepEqual(
        found.map(([where]) => where),
        [],
      );
    }
  });
});

function contextFolder(): string {
  const home = process.env['XDG_CONFIG_HOME'];
  assert.ok(home, 'XDG_CONFIG_HOME is set, so that no context of the user is touched');
  return join(home, 'nats', 'context');
}

async function writeContext(name: string, context: object): Promise<void> {
  const folder = contextFolder();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), JSON.stringify(context));
}

async function setConnections(connections: object[] | undefined): Promise<void> {
  const { Global } = vscode.ConfigurationTarget;
  await vscode.workspace.getConfiguration().update('natsKv.connections', connections, Global);
}

/** The value of the key, once the connection is known: contexts are read from disk after a moment. */
function read(connection: string, timeoutMs = 10_000): Promise<string> {
  const uri = vscode.Uri.from({ scheme: 'natskv', authority: connection, path: '/B/greeting' });
  const once = async () => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  return eventually(once, { timeoutMs });
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return String(error);
  }
  throw new Error('it did not fail');
}
