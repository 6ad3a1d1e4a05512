import { describe, expect, it } from 'vitest';
import { credentialsOf } from '../../../src/kv/cliContexts/contextCredentials';
import { environmentConnection } from '../../../src/kv/cliContexts/environmentConnections';
import type { CliContext } from '../../../src/kv/cliContexts/parseContext';
import { fakeAccess, parseText, secretMark } from './fixtures';

const plain = {
  id: 'environment--nats-url',
  name: 'NATS_URL',
  source: 'environment',
  description: 'From the environment',
};

describe('the connection of the environment', () => {
  it.each([{}, { NATS_URL: '' }, { NATS_USER: 'app', NATS_CONTEXT: 'app' }])(
    'is not there for %j',
    (env) => {
      expect(environmentConnection({ env, home: '/home/me' }, parseText('{}'))).toBeUndefined();
    },
  );

  it('is that of NATS_URL alone', async () => {
    const { config, credentials } = await read({ NATS_URL: 'nats://a,nats://b' });
    expect(config).toEqual({ ...plain, url: 'nats://a,nats://b' });
    expect(credentials).toEqual([]);
  });

  it('has the user of NATS_USER and NATS_PASSWORD', async () => {
    const env = { NATS_URL: 'a', NATS_USER: 'app', NATS_PASSWORD: 's3cret', NATS_TOKEN: 's3cret2' };
    const { config, credentials } = await read(env);
    expect(config.auth).toEqual([{ kind: 'userPassword', user: 'app' }, { kind: 'token' }]);
    expect(credentials).toEqual([
      { kind: 'userPassword', user: 'app', password: 's3cret' },
      { kind: 'token', token: 's3cret2' },
    ]);
  });

  it('takes a user without a password for a token, as the CLI does', async () => {
    const { config, credentials } = await read({ NATS_URL: 'a', NATS_USER: 's3cret' });
    expect(config.auth).toEqual([{ kind: 'token' }]);
    expect(credentials).toEqual([{ kind: 'token', token: 's3cret' }]);
  });

  it('reads every other variable of the CLI', async () => {
    const tls = { NATS_CA: '~/ca.pem', NATS_CERT: '/k/cert.pem', NATS_KEY: '/k/key.pem' };
    const env = { NATS_URL: 'a', NATS_CREDS: '~/app.creds', ...tls };
    expect(environmentConnection(fakeAccess({ env }))?.config).toMatchObject({
      auth: [{ kind: 'creds', file: '/home/me/app.creds' }],
      tls: { caFile: '/home/me/ca.pem', certFile: '/k/cert.pem', keyFile: '/k/key.pem' },
    });
    const jwt = { NATS_JWT: 's3cret-jwt', NATS_SEED: 's3cret-seed' };
    expect((await read({ NATS_URL: 'a', ...jwt })).credentials).toEqual([
      { kind: 'jwt', jwt: 's3cret-jwt', seed: 's3cret-seed' },
    ]);
    const nkey = await read({ NATS_URL: 'a', NATS_NKEY: 'data:;base64,U1VBMg==' });
    expect(nkey.credentials).toEqual([{ kind: 'nkey', seed: 'SUA2' }]);
    const proxy = await read({ NATS_URL: 'a', NATS_SOCKS_PROXY: 'socks5://me:s3cret@p' });
    expect(proxy.config).toMatchObject({ proxy: 'socks5://p' });
    expect(proxy.config.problems).toBeUndefined();
    expect(proxy.credentials).toEqual([{ kind: 'proxy', user: 'me', password: 's3cret' }]);
    const other = await read({ NATS_URL: 'a', NATS_SOCKS_PROXY: 'http://me:s3cret@p' });
    expect(other.config.problems).toEqual([
      '"socks_proxy" is not used: write it as socks5://host:port.',
    ]);
  });

  it('takes credentials out of NATS_URL', async () => {
    const { config, credentials } = await read({ NATS_URL: 'nats://app:s3cret@a:4222' });
    expect(config).toMatchObject({
      url: 'nats://a:4222',
      auth: [{ kind: 'userPassword', user: 'app' }],
    });
    expect(credentials).toEqual([{ kind: 'userPassword', user: 'app', password: 's3cret' }]);
  });

  it('overrides the fields of the context of NATS_CONTEXT, one by one', async () => {
    const fields = {
      url: 'nats://context',
      description: 'Orders',
      user: 'app',
      password: 's3cret-context',
      jetstream_domain: 'hub',
      tls_first: true,
    };
    const base = parseText(JSON.stringify(fields), 'orders');
    const env = { NATS_URL: 'nats://a', NATS_CONTEXT: 'orders', NATS_PASSWORD: 's3cret-env' };
    const { config, credentials } = await read(env, base);
    expect(config).toEqual({
      ...plain,
      description: 'From the environment, over the context orders',
      url: 'nats://a',
      auth: [{ kind: 'userPassword', user: 'app' }],
      domain: 'hub',
      tls: { handshakeFirst: true },
    });
    expect(credentials).toEqual([{ kind: 'userPassword', user: 'app', password: 's3cret-env' }]);
  });

  it('gives nothing of a context that was only selected to another server', async () => {
    const base = parseText('{"user":"app","password":"s3cret"}');
    const { config, credentials } = await read({ NATS_URL: 'nats://a' }, base);
    expect(config).toEqual({ ...plain, url: 'nats://a' });
    expect(credentials).toEqual([]);
  });
});

async function read(env: Readonly<Record<string, string>>, base?: CliContext) {
  const access = fakeAccess({ env });
  const context = environmentConnection(access, base);
  if (!context) {
    throw new Error('there is no connection');
  }
  expect(JSON.stringify(context)).not.toMatch(secretMark);
  return { config: context.config, credentials: await credentialsOf(context, access) };
}
