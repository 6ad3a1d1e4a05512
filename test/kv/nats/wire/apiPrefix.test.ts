import { describe, expect, it } from 'vitest';
import { apiPrefixOf, domainOf } from '../../../../src/kv/nats/wire/apiPrefix';

describe('apiPrefixOf', () => {
  it.each([
    [{}, '$JS.API'],
    [{ domain: '', apiPrefix: '' }, '$JS.API'],
    [{ domain: 'hub' }, '$JS.hub.API'],
    [{ domain: 'hub', apiPrefix: 'other' }, '$JS.hub.API'],
    [{ apiPrefix: 'acme.js' }, 'acme.js'],
    [{ apiPrefix: '$JS.hub.API.' }, '$JS.hub.API'],
  ])('makes of %j the prefix %s', (options, prefix) => {
    expect(apiPrefixOf(options)).toBe(prefix);
  });

  it.each([
    { domain: 'a.b' },
    { domain: 'a b' },
    { domain: '*' },
    { apiPrefix: 'a..b' },
    { apiPrefix: 'a.>' },
  ])('refuses %j', (options) => {
    expect(() => apiPrefixOf(options)).toThrow(expect.objectContaining({ kind: 'invalidConfig' }));
  });
});

describe('domainOf', () => {
  it.each([
    ['$JS.hub.API', 'hub'],
    ['$JS.API', undefined],
    ['acme.js', undefined],
  ])('finds in %s the domain %s', (prefix, domain) => {
    expect(domainOf(prefix)).toBe(domain);
  });
});
