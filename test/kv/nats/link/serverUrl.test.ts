import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAddress,
  parseServers,
  splitCredentials,
  tlsIdentity,
} from '../../../../src/kv/nats/link/serverUrl';

describe('parseServers', () => {
  it.each([
    ['localhost', 'localhost', 4222],
    ['localhost:1', 'localhost', 1],
    ['nats://localhost', 'localhost', 4222],
    ['NATS://Host.Example:65535/', 'Host.Example', 65535],
    [' nats://10.0.0.1:4223 ', '10.0.0.1', 4223],
    ['[::1]:4224', '::1', 4224],
    ['nats://[2001:db8::1]', '2001:db8::1', 4222],
    ['::1', '::1', 4222],
    ['nats://host_with_underscore:80', 'host_with_underscore', 80],
    ['Nats://[::1]:4224/', '::1', 4224],
    ['\tnats://localhost:4222\n', 'localhost', 4222],
    ['nats://[fe80::1]:4222', 'fe80::1', 4222],
    ['nats://demo.example.', 'demo.example.', 4222],
  ])('reads %j', (url, host, port) => {
    expect(parseServers([url])).toEqual({ addresses: [{ host, port }], requireTls: false });
  });

  it('reads lists, and lists in lists, in their order', () => {
    const { addresses } = parseServers(['nats://a:1, nats://b:2,,', 'c:3']);
    expect(addresses.map(formatAddress)).toEqual(['a:1', 'b:2', 'c:3']);
  });

  it.each([
    ['ws://a', { host: 'a', port: 80, webSocket: { secure: false, path: '/' } }],
    ['WSS://a', { host: 'a', port: 443, webSocket: { secure: true, path: '/' } }],
    ['wss://a:8443/nats/', { host: 'a', port: 8443, webSocket: { secure: true, path: '/nats/' } }],
    ['ws://[::1]/x', { host: '::1', port: 80, webSocket: { secure: false, path: '/x' } }],
  ])('reads the WebSocket URL %s', (url, address) => {
    expect(parseServers([url]).addresses).toEqual([address]);
  });

  it('speaks TLS over every WebSocket where TLS is required', () => {
    const isSecure = (urls: string, needsTls?: boolean) =>
      parseServers([urls], needsTls).addresses.map(({ webSocket }) => webSocket?.secure);
    expect(isSecure('ws://a,wss://b')).toEqual([true, true]);
    expect(isSecure('ws://a,tls://b')).toEqual([true, undefined]);
    expect(isSecure('ws://a', true)).toEqual([true]);
    expect(isSecure('ws://a,nats://b')).toEqual([false, undefined]);
  });

  it('requires TLS for all when one of them asks for it', () => {
    expect(parseServers(['tls://a']).requireTls).toBe(true);
    expect(parseServers(['nats://a', 'TLS://b']).requireTls).toBe(true);
    expect(parseServers(['nats://a', 'wss://b']).requireTls).toBe(true);
  });

  it.each([
    [[], /no server is given/],
    [[' , '], /no server is given/],
    [['ws://'], /host:port/],
    [['ws:///path'], /host:port/],
    [['wss://a:x/path'], /port/],
    [['wss://a/path?token=x'], /may have a path, but no blanks, no "\?"/],
    [['ws://a#x'], /may have a path/],
    [['http://a'], /"http:\/\/" is not a NATS URL/],
    [['nats://a:0'], /port/],
    [['nats://a:65536'], /port/],
    [['nats://a:'], /port/],
    [['nats://a:b'], /port/],
    [['nats://'], /host:port/],
    [['nats://:4222'], /host:port/],
    [['nats://a/b'], /host:port/],
    [['nats://a?x=1'], /host:port/],
    [['nats://a b'], /host:port/],
    [['nats://a:4222/path'], /port|host:port/],
    [['nats://a:4222?tls=1'], /port|host:port/],
    [['nats://a:4222#x'], /port|host:port/],
    [['nats://a:+1'], /port/],
    [['nats://a:999999999999'], /port/],
    [['nats:///'], /host:port/],
    [['nats://a,nats://b/c'], /host:port/],
    [['nats:a'], /port/],
    [['nats://[::1'], /host:port/],
    [['nats://[nonsense]:1'], /host:port/],
    [['nats://a:1:2'], /host:port/],
  ])('refuses %j', (servers, message) => {
    const parse = () => parseServers(servers);
    expect(parse).toThrow(expect.objectContaining({ kind: 'invalidUrl' }));
    expect(parse).toThrow(message);
  });

  it.each([
    'nats://user:1234@host',
    'nats://token@host:4222',
    'ws://user:pass@host',
    'user:p@host',
  ])('refuses credentials in %j without repeating them', (url) => {
    const parse = () => parseServers([url]);
    expect(parse).toThrow(/must not contain a user, password or token/);
    expect(parse).not.toThrow(/1234|s3cret|me:/);
  });
});

describe('splitCredentials', () => {
  const user = (name: string, password: string) => ({ kind: 'userPassword', user: name, password });
  const token = (text: string) => ({ kind: 'token', token: text });

  it.each([
    ['nats://me:word@host:4222', 'nats://host:4222', user('me', 'word')],
    ['nats://secret@host', 'nats://host', token('secret')],
    ['me:word@host', 'host', user('me', 'word')],
    ['TLS://me:word@[::1]:4222', 'TLS://[::1]:4222', user('me', 'word')],
    [' nats://me:word@host ', 'nats://host ', user('me', 'word')],
    ['nats://me:1234@host:4222', 'nats://host:4222', user('me', '1234')],
    ['nats://me:p%40ss%3Aw%2Frd@host', 'nats://host', user('me', 'p@ss:w/rd')],
    ['nats://m%C3%A9:w@host', 'nats://host', user('mé', 'w')],
    ['nats://me:p@ss@host', 'nats://host', user('me', 'p@ss')],
    ['nats://me:a:b@host', 'nats://host', user('me', 'a:b')],
    ['nats://me:100%@host', 'nats://host', user('me', '100%')],
    ['nats://me:a/b@host', 'nats://host', user('me', 'a/b')],
    ['nats://me:@host', 'nats://host', user('me', '')],
    ['nats://@host', 'nats://host', undefined],
    ['nats://me:w@a,nats://me:w@b:1', 'nats://a,nats://b:1', user('me', 'w')],
    ['nats://me:w@a, b', 'nats://a, b', user('me', 'w')],
    ['nats://host:4222', 'nats://host:4222', undefined],
    ['', '', undefined],
  ])('takes apart %j', (text, url, credentials) => {
    const split = splitCredentials(text);
    expect(split).toEqual({ url, ...(credentials && { credentials }) });
  });

  it('refuses a list whose servers have different ones, without repeating them', () => {
    const split = () => splitCredentials('nats://me:word@a,nats://you:word@b');
    expect(split).toThrow(expect.objectContaining({ kind: 'invalidUrl' }));
    expect(split).toThrow('the servers of a list must have the same user, password or token');
  });

  it.each(['nats://to,ken@host', 'me:pass,word@host', 'nats://me:12,34@host,b', 'a,b:c@d'])(
    'refuses %s, whose comma may be one of a password, without repeating it',
    (text) => {
      expect(() => splitCredentials(text)).toThrow(
        expect.objectContaining({
          kind: 'invalidUrl',
          message: expect.stringContaining('%2C') as string,
        }),
      );
    },
  );

  it('leaves what can be read, with nothing secret in it', () => {
    const part = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(part, part, (name, password) => {
        const text = `nats://${encodeURIComponent(name)}:${encodeURIComponent(password)}@host:1`;
        const { url, credentials } = splitCredentials(text);
        expect(url).toBe('nats://host:1');
        expect(credentials).toEqual(user(name, password));
        expect(() => parseServers([url])).not.toThrow();
      }),
    );
  });
});

describe('formatAddress', () => {
  it.each([
    ['host', 'host:4222'],
    ['127.0.0.1', '127.0.0.1:4222'],
    ['::1', '[::1]:4222'],
  ])('writes %j so that it can be read again', (host, text) => {
    const address = { host, port: 4222 };
    expect(formatAddress(address)).toBe(text);
    expect(parseServers([text]).addresses).toEqual([address]);
  });
});

describe('tlsIdentity', () => {
  it('announces names and verifies addresses', () => {
    expect(tlsIdentity('nats.example')).toEqual({ servername: 'nats.example' });
    expect(tlsIdentity('127.0.0.1')).toEqual({ host: '127.0.0.1' });
    expect(tlsIdentity('::1')).toEqual({ host: '::1' });
  });
});
