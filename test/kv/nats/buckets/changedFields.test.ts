import { describe, expect, it } from 'vitest';
import { changedFields, differingFields } from '../../../../src/kv/nats/buckets/changedFields';
import { toStreamConfig } from '../../../../src/kv/nats/buckets/streamConfig';

describe('changedFields', () => {
  const asked = toStreamConfig({ name: 'b', ttl: 0, history: 2, description: '' });

  it('finds nothing when all was stored, defaults added', () => {
    const echoed = { ...asked, max_consumers: -1, max_bytes: -1 };
    expect(changedFields(asked, echoed)).toEqual([]);
  });

  it('takes a field that the server leaves out for empty', () => {
    const echoed = without(without(asked, 'description'), 'max_age');
    expect(changedFields(asked, echoed)).toEqual([]);
  });

  it('names the fields that were dropped or changed', () => {
    const echoed = {
      ...without(asked, 'allow_direct'),
      max_msgs_per_subject: 1,
      subjects: ['$KV.other.>'],
    };
    expect(changedFields(asked, echoed)).toEqual([
      'subjects',
      'max_msgs_per_subject',
      'allow_direct',
    ]);
  });

  it('ignores what the server adds to nested fields and to the metadata', () => {
    const external = { api: '$JS.hub.API' };
    const config = {
      mirror: { name: 'KV_a', external },
      metadata: { team: 'shop' },
      placement: { tags: ['ssd'] },
    };
    const echoed = {
      mirror: { name: 'KV_a', external: { ...external, deliver: '' } },
      metadata: { team: 'shop', '_nats.ver': '2.15.1' },
      placement: { cluster: '', tags: ['ssd'] },
    };
    expect(changedFields(config, echoed)).toEqual([]);
  });

  it.each([
    [{ sources: [{ name: 'KV_a' }] }, { sources: [{ name: 'KV_a' }, { name: 'KV_b' }] }],
    [{ sources: [{ name: 'KV_a', filter_subject: 'x' }] }, { sources: [{ name: 'KV_a' }] }],
    [{ metadata: { team: 'shop' } }, { metadata: { team: 'shop', other: 'x' } }],
    [{ metadata: { team: 'shop' } }, {}],
    [{ placement: { cluster: 'a' } }, { placement: { cluster: 'b' } }],
    [{ compression: 's2' }, {}],
  ])('tells %j from %j', (config, echoed) => {
    expect(changedFields(config, echoed)).toEqual(Object.keys(config));
  });

  it('takes compression that is off for a server that knows of none', () => {
    expect(changedFields({ compression: 'none' }, {})).toEqual([]);
    expect(differingFields({}, { compression: 'none' })).toEqual([]);
  });
});

describe('differingFields', () => {
  it('finds what was added, removed and changed', () => {
    const one = { name: 'KV_b', max_age: 1, description: 'x', max_bytes: -1 };
    const other = { name: 'KV_b', max_age: 2, republish: { dest: 'out' }, max_bytes: -1 };
    expect(differingFields(one, other)).toEqual(['max_age', 'description', 'republish']);
  });

  it('ignores the notes of the server, which change with its version', () => {
    const of = (version: string) => ({ metadata: { team: 'shop', '_nats.ver': version } });
    expect(differingFields(of('2.12.0'), of('2.15.1'))).toEqual([]);
  });
});

function without<T extends object, K extends keyof T>(object: T, field: K): Omit<T, K> {
  const copy = { ...object };
  delete (copy as Partial<T>)[field];
  return copy;
}
