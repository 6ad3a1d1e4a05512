import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { URI } from 'vscode-uri';
import { linkTo, parseLink } from '../../../../src/extension/commands/links/deepLinks';
import { keyProblem } from '../../../../src/kv/model/key';

vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeVscode');
  return { ...fake, env: { uriScheme: 'vscode' } };
});

const id = 'nats-kv.nats-kv-explorer';

describe('a link', () => {
  it('reads as it is written for ordinary names', () => {
    const target = { connection: 'staging', bucket: 'SHOP_ORDERS', key: 'orders.eu.42' };
    expect(linkTo(id, target)).toBe(
      'vscode://nats-kv.nats-kv-explorer/open?connection=staging&bucket=SHOP_ORDERS&key=orders.eu.42',
    );
  });

  it('leads back to where it was made for any key', () => {
    const keys = fc.string({ unit: 'grapheme', minLength: 1 }).filter((key) => !keyProblem(key));
    fc.assert(
      fc.property(keys, (key) => {
        const target = { connection: 'context--a-1b2c', bucket: 'B_1', key };
        expect(parseLink(URI.parse(linkTo(id, target), true))).toEqual(target);
      }),
      { numRuns: 1000 },
    );
  });

  it('may name a connection or a bucket alone', () => {
    expect(parseLink(URI.parse(linkTo(id, { connection: 'a' })))).toEqual({ connection: 'a' });
    const bucket = { connection: 'a', bucket: 'B' };
    expect(parseLink(URI.parse(linkTo(id, bucket)))).toEqual(bucket);
  });

  it.each([
    ['/open', '', 'it names no connection'],
    ['/other', 'connection=a', 'it names no connection'],
    ['/open', 'connection=a&key=k', 'it names no bucket'],
    ['/open', 'connection=a&bucket=no spaces', 'bucket'],
    ['/open', 'connection=a&bucket=B&key=a..b', 'two dots'],
  ])('that is %s?%s cannot be followed', (path, query, reason) => {
    expect(parseLink({ path, query })).toContain(reason);
  });

  it('takes nothing else over, such as a URL or a password', () => {
    const query = 'connection=a&url=nats://me:pw@evil&password=pw';
    expect(parseLink({ path: '/open', query })).toEqual({ connection: 'a' });
  });
});
