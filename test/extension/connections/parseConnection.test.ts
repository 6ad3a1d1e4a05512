import { describe, expect, it } from 'vitest';
import { parseConnections } from '../../../src/extension/connections/connectionSettings';
import { idOf, parseConnection } from '../../../src/extension/connections/parseConnection';

const resolve = (path: string): string => `/resolved/${path}`;

function parse(entry: unknown) {
  return parseConnection(entry, 'user', resolve);
}

function header(url: string, name: unknown) {
  return { name: 'a', url, auth: { method: 'header', name } };
}

const login = { method: 'proxy', user: 'me' };

function proxy(url: unknown, auth?: object) {
  return { name: 'a', url: 'nats://a', proxy: url, auth };
}

describe('parseConnection', () => {
  it('reads every field, with paths of this computer', () => {
    const entry = {
      id: 'own-id',
      name: ' Staging ',
      url: 'tls://a:4222,tls://b:4222',
      folder: 'Team',
      environment: 'staging',
      readOnly: true,
      auth: { method: 'creds', file: 'staging.creds' },
      tls: { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem', first: true },
      domain: 'hub',
      apiPrefix: 'js.from.hub',
      inboxPrefix: '_MINE',
    };

    expect(parse(entry)).toEqual({
      id: 'own-id',
      name: 'Staging',
      url: 'tls://a:4222,tls://b:4222',
      source: 'user',
      folder: 'Team',
      environment: 'staging',
      readOnly: true,
      auth: [{ kind: 'creds', file: '/resolved/staging.creds' }],
      tls: {
        caFile: '/resolved/ca.pem',
        certFile: '/resolved/cert.pem',
        keyFile: '/resolved/key.pem',
        handshakeFirst: true,
      },
      domain: 'hub',
      apiPrefix: 'js.from.hub',
      inboxPrefix: '_MINE',
    });
  });

  it.each([
    [{ method: 'userPassword', user: 'alice' }, [{ kind: 'userPassword', user: 'alice' }]],
    [{ method: 'token' }, [{ kind: 'token' }]],
    [{ method: 'creds' }, [{ kind: 'creds' }]],
    [{ method: 'nkey', file: 'n' }, [{ kind: 'nkey', file: '/resolved/n' }]],
    [{ method: 'jwt' }, [{ kind: 'jwt' }]],
    [{ method: 'jwt', bearer: true }, [{ kind: 'jwt', bearer: true }]],
    [
      [{ method: 'token' }, { method: 'creds' }],
      [{ kind: 'token' }, { kind: 'creds' }],
    ],
  ])('reads the login %j', (auth, expected) => {
    expect(parse({ name: 'a', url: 'nats://a', auth })).toMatchObject({ auth: expected });
  });

  it.each([
    [null, 'it is not an object'],
    [[], 'it is not an object'],
    [{ url: 'nats://a' }, 'it has no "name"'],
    [{ name: 'a' }, 'it has no "url"'],
    [{ name: 'a', url: 7 }, 'it has no "url"'],
    [{ id: 'A B', name: 'a', url: 'nats://a' }, 'its "id" may contain only'],
    [{ name: 'a', url: 'nats://me:pw@a' }, 'its "url" must not contain a user'],
    [{ name: 'a', url: 'http://a' }, 'of its "url": "http://" is not a NATS URL'],
    [{ name: 'a', url: 'nats://a:99999' }, 'of its "url": the port must be'],
    [{ name: 'a', url: 'nats://a', auth: 'token' }, 'its "auth" is not an object'],
    [{ name: 'a', url: 'nats://a', auth: { method: 'magic' } }, 'the "method" of its "auth"'],
    [{ name: 'a', url: 'nats://a', auth: { method: 'userPassword' } }, 'its "auth" has no "user"'],
    [{ name: 'a', url: 'nats://a', auth: { method: 'creds', file: 1 } }, '"file" must be a text'],
    [header('nats://a', 'Authorization'), 'a header in its "auth" is only for ws:// and wss://'],
    [header('ws://a', undefined), 'its "auth" has no "name"'],
    [header('ws://a', 'Two Words'), 'the "name" in its "auth" must be that of a header'],
    [header('ws://a', 'Sec-WebSocket-Key'), 'the "name" in its "auth" must be that of a header'],
    [proxy('socks5://me:pw@p'), 'its "proxy" must not contain a user or password; use "auth"'],
    [proxy('socks5://me@p'), 'its "proxy" must not contain a user or password; use "auth"'],
    [proxy('socks4://p:1'), 'its "proxy" must be a URL such as socks5://host:port, or "direct"'],
    [proxy('p:1080'), 'its "proxy" must be a URL'],
    [proxy(7), 'its "proxy" must be a text'],
    [proxy('direct', login), 'a login for a proxy in its "auth" needs a "proxy"'],
    [proxy(undefined, login), 'a login for a proxy in its "auth" needs a "proxy"'],
    [proxy('http://p', { method: 'proxy' }), 'its "auth" has no "user"'],
    [{ name: 'a', url: 'nats://a', tls: true }, 'its "tls" is not an object'],
    [{ name: 'a', url: 'nats://a', tls: { cert: 'c' } }, 'both a "cert" and its "key"'],
    [{ name: 'a', url: 'nats://a', tls: { first: 'yes' } }, '"first" must be true or false'],
    [{ name: 'a', url: 'nats://a', readOnly: 'yes' }, 'its "readOnly" must be true or false'],
    [{ name: 'a', url: 'nats://a', domain: 5 }, 'its "domain" must be a text'],
  ])('says what is wrong with %j', (entry, reason) => {
    expect(parse(entry)).toEqual(expect.stringContaining(reason));
  });

  it.each(['ws://a', 'nats://a,wss://b/path'])('reads a header for %s', (url) => {
    const auth = [{ kind: 'header', name: 'X-Token' }];
    expect(parse(header(url, 'X-Token'))).toMatchObject({ url, auth });
  });

  it.each(['socks5://p:1080', 'socks5h://p', 'http://p:3128', 'https://p'])(
    'reads the proxy %s and its user',
    (url) => {
      const auth = [{ kind: 'proxy', user: 'me' }];
      expect(parse(proxy(url, login))).toMatchObject({ proxy: url, auth });
    },
  );

  it('takes that there is to be no proxy', () => {
    expect(parse(proxy('direct'))).toMatchObject({ proxy: 'direct' });
  });

  it('does not repeat a password in what it says', () => {
    expect(parse(proxy('socks5://me:hunter2@p'))).not.toContain('hunter2');
    expect(parse({ name: 'a', url: 'nats://me:hunter2@a' })).not.toContain('hunter2');
  });

  it('makes an id of any name', () => {
    expect(idOf('***')).toBe('connection');
    expect(idOf('Ünïcode 1')).toBe('n-code-1');
  });
});

describe('parseConnections', () => {
  const scoped = (...entries: unknown[]) =>
    parseConnections(entries.map((entry, index) => ({ entry, scope: 'user' as const, index })));

  it('makes the id of the name and keeps one that is given', () => {
    const { connections, problems } = scoped(
      { name: 'My Server (EU)', url: 'nats://a' },
      { id: 'own-id', name: 'Other', url: 'nats://b' },
    );

    expect(connections.map(({ id }) => id)).toEqual(['my-server-eu', 'own-id']);
    expect(problems).toEqual([]);
  });

  it('uses the first of two entries with one id', () => {
    const { connections, problems } = scoped(
      { name: 'Local', url: 'nats://a' },
      { name: 'local', url: 'nats://b' },
    );

    expect(connections.map(({ url }) => url)).toEqual(['nats://a']);
    expect(problems).toEqual([
      {
        place: { scope: 'user', index: 1 },
        name: 'local',
        reason: 'another connection has its name or id ("local")',
      },
    ]);
  });

  it('goes on after an entry that cannot be used', () => {
    const { connections, problems } = scoped('nonsense', { name: 'good', url: 'nats://a' });

    expect(connections.map(({ id }) => id)).toEqual(['good']);
    expect(problems).toEqual([
      { place: { scope: 'user', index: 0 }, name: undefined, reason: 'it is not an object' },
    ]);
  });
});
