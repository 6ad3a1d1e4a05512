import { describe, expect, it } from 'vitest';
import { formatAddress, parseServers, tlsIdentity } from '../../../../src/kv/nats/link/serverUrl';

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
  ])('reads %j', (url, host, port) => {
    expect(parseServers([url])).toEqual({ addresses: [{ host, port }], requireTls: false });
  });

  it('reads lists, and lists in lists, in their order', () => {
    const { addresses } = parseServers(['nats://a:1, nats://b:2,,', 'c:3']);
    expect(addresses.map(formatAddress)).toEqual(['a:1', 'b:2', 'c:3']);
  });

  it('requires TLS for all when one of them asks for it', () => {
    expect(parseServers(['tls://a']).requireTls).toBe(true);
    expect(parseServers(['nats://a', 'TLS://b']).requireTls).toBe(true);
  });

  it.each([
    [[], /no server is given/],
    [[' , '], /no server is given/],
    [['ws://a'], /WebSocket URLs \(ws:\/\/\) are not supported; use the server's NATS port/],
    [['wss://a:443'], /WebSocket URLs \(wss:\/\/\)/],
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
