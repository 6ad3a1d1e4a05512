import { describe, expect, it } from 'vitest';
import { isBucket, keyPrefixOf, whyNoBucket } from '../../../../src/kv/nats/buckets/keySubjects';
import type { SubjectTransform } from '../../../../src/kv/nats/buckets/streamConfig';

describe('isBucket', () => {
  it.each([
    [{ name: 'KV_b', subjects: ['$KV.b.>'] }, true],
    [{ name: 'KV_b', subjects: ['$KV.b.>', 'more'] }, true],
    [{ name: 'KV_b', subjects: ['$KV.b.eu.>', '$KV.b.us.>'] }, true],
    [{ name: 'KV_b', subjects: ['$KV.b.one'] }, true],
    [{ name: 'KV_b', subjects: ['$KV.>'] }, true],
    [{ name: 'KV_b', mirror: { name: 'KV_a' } }, true],
    [{ name: 'KV_b', sources: [{ name: 'KV_a' }] }, true],
    [{ name: 'ORDERS', subjects: ['$KV.b.>'] }, false],
    [{ name: 'KV_b', subjects: ['KV_b'] }, false],
    [{ name: 'KV_b', subjects: ['$KV.c.>'] }, false],
    [{ name: 'KV_b', subjects: ['$KV.b'] }, false],
    [{ name: 'KV_b', subjects: ['orders'], sources: [{ name: 'KV_a' }] }, false],
    [{ name: 'KV_b', mirror: { name: 'ORDERS' } }, false],
    [{ name: 'KV_', subjects: ['$KV..>'] }, false],
    [{ name: 'KV_ä', subjects: ['$KV.ä.>'] }, false],
  ])('knows whether %j is one', (config, expected) => {
    expect(isBucket(config)).toBe(expected);
  });

  it('is told the reason where a stream is none', () => {
    expect(whyNoBucket({ name: 'KV_b', subjects: ['orders.>'] })).toBe(
      'its stream KV_b holds orders.>, not $KV.b.>',
    );
    expect(whyNoBucket({ name: 'KV_b', mirror: { name: 'ORDERS' } })).toBe(
      'it is a mirror of the stream ORDERS, which is no bucket',
    );
  });
});

describe('the keys of a bucket', () => {
  const mirrorTo = (...dests: string[]) => ({
    name: 'KV_b',
    mirror: {
      name: 'KV_a',
      subject_transforms: dests.map((dest): SubjectTransform => ({ src: '>', dest })),
    },
  });

  it.each([
    [{ name: 'KV_b' }, '$KV.b.'],
    [{ name: 'KV_b', subjects: ['$KV.b.eu.>'] }, '$KV.b.'],
    [{ name: 'KV_b', mirror: { name: 'KV_a' } }, '$KV.a.'],
    [mirrorTo('$KV.c.>'), '$KV.c.'],
    [mirrorTo('$KV.c.eu.>'), '$KV.c.'],
    [mirrorTo('copied.keys.>'), 'copied.keys.'],
    [mirrorTo('{{wildcard(1)}}.x'), ''],
    [mirrorTo('$KV.c.>', '$KV.d.>'), '$KV.c.'],
    [{ name: 'KV_b', sources: [{ name: 'KV_a' }] }, '$KV.a.'],
    [{ name: 'KV_b', sources: [{ name: 'KV_a' }, { name: 'KV_c' }] }, '$KV.b.'],
    [{ name: 'KV_b', subjects: ['$KV.b.>'], sources: [{ name: 'KV_a' }] }, '$KV.b.'],
    [
      { name: 'KV_b', subjects: ['$KV.b.>'], subject_transform: { src: '$KV.b.>', dest: 'k.>' } },
      'k.',
    ],
  ])('of %j stand behind %s', (config, prefix) => {
    expect(keyPrefixOf(config)).toBe(prefix);
  });
});
