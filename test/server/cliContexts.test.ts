import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { createCommandRunner } from '../../src/kv/cliContexts/commandRunner';
import { credentialsOf } from '../../src/kv/cliContexts/contextCredentials';
import { ContextStore } from '../../src/kv/cliContexts/contextStore';
import { environmentConnection } from '../../src/kv/cliContexts/environmentConnections';
import type { CliContext } from '../../src/kv/cliContexts/parseContext';
import type { SecretAccess } from '../../src/kv/cliContexts/references';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { tlsConfig } from '../support/certificates';
import { connect } from './dial';
import { makeAuthority } from './authorities';
import { makeKey, makeOperator } from '../support/natsJwts';
import { startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { startSocks } from '../support/proxyServers';
import { natsCliPath } from './natsCli';
import { rejection } from './rejection';
import { describeWhere, itWithOpenssl } from '../support/where';

const isInPath = natsCliPath === '' && spawnSync('nats', ['--version']).status === 0;
const cliPath = isInPath ? 'nats' : natsCliPath;
const describeWithCli = describeWhere(cliPath !== '', 'the nats CLI is not here');

describeWithCli('a context that the nats command line wrote', () => {
  it('connects with its user and password', async () => {
    const config = 'authorization { user: app, password: "s3cret word" }';
    const { add, find, opened } = await setUp(config);
    const login = ['--user', 'app', '--password', 's3cret word'];
    await add('mine', [...login, '--description', 'Orders']);
    await add('wrong', ['--user', 'app', '--password', 's3cret other']);
    const context = await find('mine');
    expect(context.config).toMatchObject({
      id: 'context--mine',
      description: 'Orders',
      auth: [{ kind: 'userPassword', user: 'app' }],
    });
    expect((await opened(context)).state.current.kind).toBe('connected');
    const error = await rejection('authFailed', opened(await find('wrong')));
    expect(`${error.stack}${JSON.stringify(context)}`).not.toContain('s3cret');
  });

  it('connects with its token, which the command line takes for a user alone', async () => {
    const { add, find, opened } = await setUp('authorization { token: s3cret }');
    await add('mine', ['--user', 's3cret']);
    const context = await find('mine');
    expect(context.config.auth).toEqual([{ kind: 'token' }]);
    expect((await opened(context)).state.current.kind).toBe('connected');
  });

  it('connects with the credentials in its URL', async () => {
    const { server, add, find, opened } = await setUp(
      'authorization { user: app, password: "s3cret@1234" }',
    );
    await add('mine', ['--server', `nats://app:s3cret%401234@127.0.0.1:${server.port}`]);
    const context = await find('mine');
    expect(context.config.url).toBe(server.url);
    expect((await opened(context)).state.current.kind).toBe('connected');
  });

  it.each([[[]], [['--embed']]])('connects with its NKey, given %j', async (flags) => {
    const { publicKey, seed } = makeKey();
    const { home, add, find, opened } = await setUp(
      `authorization { users: [ { nkey: ${publicKey} } ] }`,
    );
    writeFileSync(join(home, 'app.nk'), `${seed}\n`);
    await add('mine', ['--nkey', join(home, 'app.nk'), ...flags]);
    const context = await find('mine');
    expect((await opened(context)).state.current.kind).toBe('connected');
    expect(JSON.stringify(context)).not.toContain(seed);
  });

  it.each([[[]], [['--embed']]])('connects with its .creds file, given %j', async (flags) => {
    const operator = makeOperator();
    const { home, add, find, opened } = await setUp(operator.config);
    const user = operator.issueUser();
    writeFileSync(join(home, 'app.creds'), user.creds());
    await add('mine', ['--creds', join(home, 'app.creds'), ...flags]);
    const context = await find('mine');
    expect((await opened(context)).state.current.kind).toBe('connected');
    expect(JSON.stringify(context)).not.toMatch(new RegExp(`${user.seed}|${user.jwt}`));
  });

  it.each([[[]], [['--embed']]])('connects with its JWT and seed, given %j', async (flags) => {
    const operator = makeOperator();
    const { home, add, find, opened } = await setUp(operator.config);
    const { jwt, seed } = operator.issueUser();
    writeFileSync(join(home, 'app.jwt'), `${jwt}\n`);
    writeFileSync(join(home, 'app.seed'), `${seed}\n`);
    await add('mine', ['--jwt', join(home, 'app.jwt'), '--seed', join(home, 'app.seed'), ...flags]);
    expect((await opened(await find('mine'))).state.current.kind).toBe('connected');
  });

  it('connects with a secret that is in a variable', async () => {
    const { add, find, opened, env } = await setUp('authorization { user: app, password: s3cret }');
    await add('mine', ['--user', 'app', '--password', 'env://APP_PASSWORD']);
    const context = await find('mine');
    const error = await rejection('authFailed', opened(context));
    expect(error.message).toContain('the variable "APP_PASSWORD" is not set');
    env['APP_PASSWORD'] = 's3cret';
    expect((await opened(context)).state.current.kind).toBe('connected');
  });

  itWithOpenssl('connects with its certificates', async () => {
    const authority = makeAuthority();
    const { certFile, keyFile } = authority.issue();
    const verify = `ca_file: "${authority.caFile}", verify: true`;
    const { add, find, opened } = await setUp(tlsConfig(authority.issue(), verify));
    const ca = ['--tlsca', authority.caFile];
    await add('mine', [...ca, '--tlscert', certFile, '--tlskey', keyFile]);
    await add('without', ca);
    const context = await find('mine');
    expect(context.config.tls).toEqual({ caFile: authority.caFile, certFile, keyFile });
    expect((await opened(context)).state.current.kind).toBe('connected');
    expect((await find('without')).config.tls).toEqual({ caFile: authority.caFile });
    await expect(opened(await find('without'))).rejects.toMatchObject({ name: 'KvError' });
  });

  it('connects to the server that is up, in its domain, with its inbox prefix', async () => {
    const { server, add, find, opened } = await setUp('jetstream { domain: hub }');
    const flags = ['--js-domain', 'hub', '--inbox-prefix', '_INBOX_app'];
    await add('mine', ['--server', `nats://127.0.0.1:1,${server.url}`, ...flags]);
    const context = await find('mine');
    expect(context.config).toMatchObject({ domain: 'hub', inboxPrefix: '_INBOX_app' });
    expect(await (await opened(context)).listBuckets()).toEqual([]);
    await add('elsewhere', ['--js-domain', 'leaf']);
    const elsewhere = await opened(await find('elsewhere'));
    await expect(elsewhere.listBuckets()).rejects.toMatchObject({ name: 'KvError' });
  });

  it('connects through its proxy, with the login in its URL', async () => {
    const { server, add, find, opened } = await setUp();
    const proxy = await startSocks({ login: 'app:s3cret' });
    await add('mine', ['--socks-proxy', `socks5://app:s3cret@127.0.0.1:${proxy.port}`]);
    const context = await find('mine');
    expect(context.config).toMatchObject({
      proxy: `socks5://127.0.0.1:${proxy.port}`,
      auth: [{ kind: 'proxy', user: 'app' }],
    });
    expect(context.config.problems).toBeUndefined();
    expect(await (await opened(context)).listBuckets()).toEqual([]);
    expect(proxy.asked).toEqual([`127.0.0.1:${server.port}`]);
    expect(JSON.stringify(context)).not.toContain('s3cret');
  });

  it('says what of it is not supported', async () => {
    const { add, find } = await setUp();
    await add('mine', ['--socks-proxy', 'http://127.0.0.1:1', '--tlsfirst']);
    const { tls, problems } = (await find('mine')).config;
    expect(tls).toEqual({ handshakeFirst: true });
    expect(problems).toEqual([expect.stringContaining('"socks_proxy" is not used')]);
  });

  it('is overridden by the environment as there', async () => {
    const { server, env, add, find, opened } = await setUp(
      'authorization { user: app, password: s3cret }',
    );
    await add('mine', ['--server', 'nats://127.0.0.1:1', '--user', 'app', '--password', 'other']);
    const given = { NATS_CONTEXT: 'mine', NATS_URL: server.url, NATS_PASSWORD: 's3cret' };
    Object.assign(env, given);
    const context = environmentConnection({ env, home: '/' }, await find('mine'));
    if (!context) {
      throw new Error('there is no connection of the environment');
    }
    expect((await opened(context)).state.current.kind).toBe('connected');
  });
});

describeWithCli('together with the nats command line, the context store', () => {
  it('follows contexts that are added, selected, changed and removed', async () => {
    const { store, run, add } = await setUp();
    const shown = () =>
      store.current.contexts.map(
        ({ config }) => `${config.selected ? '*' : ''}${config.name} ${config.url}`,
      );
    await store.start();
    expect(shown()).toEqual([]);
    await add('one', ['--server', 'nats://one']);
    await eventually(() => expect(shown()).toEqual(['one nats://one']));
    await add('two', ['--server', 'nats://127.0.0.1:1,nats://127.0.0.1:2']);
    await run(['context', 'select', 'two']);
    await eventually(() =>
      expect(shown()).toEqual(['one nats://one', '*two nats://127.0.0.1:1,nats://127.0.0.1:2']),
    );
    await run(['context', 'select', 'one']);
    await add('two', ['--server', 'nats://other']);
    await eventually(() => expect(shown()).toEqual(['*one nats://one', 'two nats://other']));
    await run(['context', 'rm', 'two', '--force']);
    await eventually(() => expect(shown()).toEqual(['*one nats://one']));
    expect(store.current.problems).toEqual([]);
  });

  it('lists what it lists', async () => {
    const { store, run, add, folder } = await setUp();
    for (const name of ['zwei', 'shop-10', 'Shop', '_-_']) {
      await add(name, []);
    }
    writeFileSync(join(folder, 'nats', 'context', 'empty.json'), '');
    writeFileSync(join(folder, 'nats', 'context', 'a..b.json'), '{}');
    await store.refresh();
    const listed = JSON.parse(await run(['context', 'ls', '--json'])) as { name: string }[];
    // What it passes over in silence is a row with the reason.
    const named = (isUsable: boolean) =>
      store.current.contexts
        .filter(({ config }) => ((config.problems ?? []).length === 0) === isUsable)
        .map(({ config }) => config.name)
        .sort();
    expect(named(true)).toEqual(listed.map(({ name }) => name).sort());
    expect(named(false)).toEqual(['a..b', 'empty']);
  });
});

/** A server, and the command line with contexts of its own that lead there unless they say else. */
async function setUp(config = '') {
  const server = await startNatsServer({ config });
  onTestFinished(() => server.stop());
  const home = mkdtempSync(join(tmpdir(), 'cli-contexts-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const folder = join(home, 'xdg');
  const env: Record<string, string> = { XDG_CONFIG_HOME: folder };
  const store = new ContextStore({ env, home });
  onTestFinished(() => store.dispose());
  const access: SecretAccess = {
    env,
    home,
    runCommand: createCommandRunner({ env, home }),
    mayRun: () => Promise.resolve(false),
  };
  const cliEnv = { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: folder };
  const run = async (args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(cliPath, args, { env: cliEnv })).stdout;
  const add = (name: string, flags: readonly string[]) =>
    run([
      ...['context', 'add', name, ...flags],
      ...(flags.includes('--server') ? [] : ['--server', server.url]),
    ]);
  const find = async (name: string): Promise<CliContext> => {
    await store.refresh();
    const context = store.current.contexts.find(({ config }) => config.name === name);
    if (!context) {
      throw new Error(`there is no context ${name}`);
    }
    return context;
  };
  return { server, home, folder, env, store, run, add, find, opened: openWith(access) };
}

/** Connects to what a context names, until the test ends. */
function openWith(access: SecretAccess) {
  return async (context: CliContext): Promise<KvConnection> => {
    const { url, tls, proxy, domain, apiPrefix, inboxPrefix } = context.config;
    const connection = await connect({
      servers: [url],
      timeoutMs: 30_000,
      ...{ tls, proxy, domain, apiPrefix, inboxPrefix },
      credentials: (signal) => credentialsOf(context, access, signal),
    });
    onTestFinished(() => connection.close());
    return connection;
  };
}
