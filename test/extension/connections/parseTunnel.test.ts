import { describe, expect, it } from 'vitest';
import { parseConnection } from '../../../src/extension/connections/parseConnection';
import { parseTunnel } from '../../../src/extension/connections/parseTunnel';

const entry = (more: object) => ({ name: 'a', url: 'nats://nats.internal', ...more });
const parse = (more: object) => parseConnection(entry(more), 'user', (path) => path);

describe('parseTunnel', () => {
  it.each([
    'bastion',
    'me@bastion',
    'me@10.0.0.1',
    'me@fe80::1',
    'ssh://me@b:2222',
    'ssh://[::1]:22',
  ])('takes the destination %s', (ssh) => {
    expect(parseTunnel({ ssh })).toEqual({ kind: 'ssh', destination: ssh });
  });

  it.each([
    '-oProxyCommand=x',
    '--',
    '@-oProxyCommand=x',
    'me@-x',
    '-me@bastion',
    'ssh://-oProxyCommand=x',
    'me@bastion -oProxyCommand=x',
    'bastion\n',
    'bastion\u0000',
    '$(x)@bastion',
    'me@`x`',
    "a'b",
    'a;b',
    'ssh://me@b:22/path',
    '',
    1,
  ])('refuses %j as the destination', (ssh) => {
    expect(parseTunnel({ ssh })).toMatch(/must be a host/);
  });

  it('takes another server than that of the URL', () => {
    const tunnel = { ssh: 'b', remote: '[::1]:4222' };
    expect(parseTunnel(tunnel)).toEqual({ kind: 'ssh', destination: 'b', remote: '[::1]:4222' });
    for (const remote of ['a', '-a:1', 'a:0', 'a:65536', 'a:1:b:2', 'a b:1', '[a]:1', '/s:1', 1]) {
      expect(parseTunnel({ ssh: 'b', remote })).toMatch(/must be host:port/);
    }
  });

  it('takes what kubectl leads to', () => {
    const kubectl = { context: 'arn:aws:x/y', namespace: 'n-1', resource: 'svc/nats', port: 4222 };
    expect(parseTunnel({ kubectl })).toEqual({ kind: 'kubectl', ...kubectl });
    expect(parseTunnel({ kubectl: { context: 'c', resource: 'nats-0' } })).toEqual({
      kind: 'kubectl',
      context: 'c',
      resource: 'nats-0',
    });
  });

  it.each([
    [{}, 'resource'],
    // The current context may be another one at the next dial.
    [{ resource: 'svc/nats' }, 'context'],
    [{ context: 'c', resource: '--kubeconfig=x' }, 'resource'],
    [{ context: 'c', resource: 'svc/-x' }, 'resource'],
    [{ context: 'c', resource: 'svc/nats', kubeconfig: 'x' }, 'resource'],
    [{ resource: 'svc/nats', context: '-x' }, 'context'],
    [{ resource: 'svc/nats', context: 'a\nb' }, 'context'],
    [{ resource: 'svc/nats', context: '' }, 'context'],
    [{ context: 'c', resource: 'svc/nats', namespace: '-x' }, 'namespace'],
    [{ context: 'c', resource: 'svc/nats', namespace: 'a b' }, 'namespace'],
    [{ context: 'c', resource: 'svc/nats', port: 0 }, 'port'],
    [{ context: 'c', resource: 'svc/nats', port: '1' }, 'port'],
    ['svc/nats', 'resource'],
  ])('refuses %j for kubectl', (kubectl, field) => {
    expect(parseTunnel({ kubectl })).toMatch(new RegExp(`"${field}"`));
  });

  it.each([
    {},
    'ssh',
    [],
    null,
    { ssh: 'a', kubectl: { resource: 'svc/a' } },
    { ssh: 'a', args: 'x' },
  ])('refuses %j', (value) => {
    expect(parseTunnel(value)).toMatch(/must have either/);
  });
});

describe('the tunnel of a connection', () => {
  it('is part of it', () => {
    expect(parse({ tunnel: { ssh: 'b' } })).toMatchObject({
      tunnel: { kind: 'ssh', destination: 'b' },
    });
    expect(parse({ tunnel: { ssh: '-x' } })).toMatch(/must be a host/);
  });

  it('is for all servers of a list by ssh, and for one where it names that', () => {
    const url = 'nats://a,nats://b';
    expect(parse({ url, tunnel: { ssh: 'b' } })).toMatchObject({ url });
    expect(parse({ url, tunnel: { ssh: 'b', remote: 'c:1' } })).toMatch(/leads to one server/);
    expect(parse({ url, tunnel: { kubectl: { context: 'c', resource: 'svc/a' } } })).toMatch(
      /to one server/,
    );
  });

  it('goes by no proxy', () => {
    expect(parse({ tunnel: { ssh: 'b' }, proxy: 'socks5://p:1' })).toMatch(/both a "tunnel"/);
  });
});
