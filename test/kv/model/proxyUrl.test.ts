import { describe, expect, it } from 'vitest';
import { parseProxy, plainProxyUrl, withoutLogin } from '../../../src/kv/model/proxyUrl';

describe('the URL of a proxy', () => {
  it.each([
    ['socks5://p:1', { scheme: 'socks5', host: 'p', port: 1 }],
    ['SOCKS5H://p', { scheme: 'socks5h', host: 'p', port: 1080 }],
    ['socks://127.0.0.1:9050/', { scheme: 'socks5h', host: '127.0.0.1', port: 9050 }],
    ['http://p', { scheme: 'http', host: 'p', port: 80 }],
    ['https://[::1]:8443', { scheme: 'https', host: '::1', port: 8443 }],
    [' p:3128 ', { scheme: 'http', host: 'p', port: 3128 }],
    [
      'http://me:p%40ss:word@p:1',
      { scheme: 'http', host: 'p', port: 1, login: { user: 'me', password: 'p@ss:word' } },
    ],
    [
      'socks5://me:100%@p:1',
      { scheme: 'socks5', host: 'p', port: 1, login: { user: 'me', password: '100%' } },
    ],
  ])('%s', (text, expected) => {
    expect(parseProxy(text)).toEqual(expected);
  });

  it.each([
    '',
    'socks4://p',
    'http://',
    'http://p:0',
    'http://p:70000',
    'http://[nope]',
    'http://a b',
  ])('%j is refused', (text) => {
    expect(() => parseProxy(text)).toThrow('a proxy must be written as socks5://');
  });

  it('repeats no secret where it is refused, and can be had without its login', () => {
    expect(() => parseProxy('ftp://me:s3cret@p')).toThrow(/^(?!.*s3cret)/);
    expect(withoutLogin('socks5://me:s3@cret@p:1')).toBe('socks5://p:1');
    expect(withoutLogin('me:s3cret@p:1')).toBe('p:1');
    expect(withoutLogin('socks5://p:1')).toBe('socks5://p:1');
  });
});

describe('the URL of a proxy as the settings take it', () => {
  it.each([
    ['SOCKS5://me:word@P:1080', 'socks5://P:1080'],
    ['socks://p', 'socks5h://p'],
    ['p:3128', 'http://p:3128'],
    ['http://[::1]:80/', 'http://[::1]:80/'],
  ])('of %s is %s', (text, expected) => {
    expect(plainProxyUrl(text)).toBe(expected);
  });
});
