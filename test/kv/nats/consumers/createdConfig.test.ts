import { describe, expect, it } from 'vitest';
import { filtersOf, mayPassOver } from '../../../../src/kv/nats/consumers/createdConfig';

const several = ['$KV.b.a', '$KV.b.c.>'];

describe('a created consumer', () => {
  it.each([
    ['one part of a bucket on a server before 2.10', ['$KV.b.>'], undefined, true],
    ['a wildcard in the middle on such a server', ['$KV.b.*.a'], undefined, true],
    ['one key on such a server', ['$KV.b.a*b.c>'], undefined, false],
    ['one part of a bucket since 2.10', ['$KV.b.>'], {}, false],
    ['several parts on 2.10', several, {}, true],
    ['several parts on 2.14', several, { '_nats.ver': '2.14.5' }, true],
    ['several parts on 2.15.0', several, { '_nats.ver': '2.15.0' }, true],
    ['several parts on 2.15.1', several, { '_nats.ver': '2.15.1' }, false],
    ['several parts on a build of 2.16', several, { '_nats.ver': '2.16.0-dev' }, false],
    ['several parts on 3.0', several, { '_nats.ver': '3.0.0' }, false],
  ])('of %s: whether it may pass over messages is %#', (_, filters, metadata, expected) => {
    expect(mayPassOver(filters, metadata && { metadata })).toBe(expected);
  });

  it('delivers every message of the stream where the server dropped its filters', () => {
    expect(filtersOf({ filter_subjects: several })).toEqual(several);
    expect(filtersOf({ filter_subject: '$KV.b.>' })).toEqual(['$KV.b.>']);
    expect(filtersOf({ filter_subject: '' })).toEqual(['>']);
    expect(filtersOf(undefined)).toEqual(['>']);
  });
});
