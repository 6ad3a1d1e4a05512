import { describe, expect, it } from 'vitest';
import type { BucketConfig } from '../../../src/kv/bucket';
import {
  bucketOf,
  changedFields,
  streamOf,
  toBucketStatus,
  toStreamConfig,
} from '../../../src/kv/nats/streamConfig';

const info = {
  config: { name: 'KV_b', max_msgs_per_subject: 3, max_age: 1_500_000_000, allow_direct: true },
  created: '2026-01-02T03:04:05.678912345Z',
  state: {
    messages: 5,
    bytes: 600,
    last_seq: 9,
    last_ts: '2026-01-02T03:04:06.5Z',
    num_subjects: 4,
  },
};

describe('toBucketStatus', () => {
  it('reads what the stream tells', () => {
    expect(toBucketStatus(info)).toEqual({
      name: 'b',
      description: '',
      created: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      size: 600,
      values: 5,
      subjects: 4,
      lastUpdate: Date.UTC(2026, 0, 2, 3, 4, 6, 500),
      lastRevision: 9,
      history: 3,
      ttl: 1500,
      storage: 'file',
      replicas: 1,
      maxBytes: -1,
      maxValueSize: -1,
      compressed: false,
      mirrorOf: undefined,
      allowDirect: true,
    });
  });

  it('tells no last update of a stream that never stored anything', () => {
    const state = { ...info.state, last_ts: '0001-01-01T00:00:00Z' };
    expect(toBucketStatus({ ...info, state }).lastUpdate).toBeUndefined();
  });

  it('counts no subjects when the server names no number', () => {
    const state = without(info.state, 'num_subjects');
    expect(toBucketStatus({ ...info, state }).subjects).toBe(0);
  });

  it.each([
    [{ mirror: { name: 'KV_origin' } }, { mirrorOf: 'origin' }],
    [{ mirror: { name: 'OTHER' } }, { mirrorOf: 'OTHER' }],
    [{ compression: 's2' }, { compressed: true }],
    [{ compression: 'none' }, { compressed: false }],
    [{ storage: 'memory' }, { storage: 'memory' }],
    [{ allow_direct: false }, { allowDirect: false }],
  ])('reads %j as %j', (config, status) => {
    expect(toBucketStatus({ ...info, config: { name: 'KV_b', ...config } })).toMatchObject(status);
  });
});

describe('toStreamConfig', () => {
  it('sends what ADR-8 asks for and nothing else', () => {
    expect(toStreamConfig({ name: 'b' })).toEqual({
      name: 'KV_b',
      subjects: ['$KV.b.>'],
      retention: 'limits',
      storage: 'file',
      discard: 'new',
      max_msgs_per_subject: 1,
      max_age: 0,
      num_replicas: 1,
      allow_direct: true,
      allow_rollup_hdrs: true,
      deny_delete: true,
    });
  });

  it('sends what was chosen', () => {
    const config = {
      name: 'b',
      description: 'words',
      history: 64,
      ttl: 100,
      storage: 'memory',
      replicas: 3,
      maxBytes: 1000,
      maxValueSize: -1,
    } satisfies BucketConfig;
    expect(toStreamConfig(config)).toMatchObject({
      description: 'words',
      storage: 'memory',
      max_msgs_per_subject: 64,
      max_age: 100_000_000,
      num_replicas: 3,
      max_bytes: 1000,
      max_msg_size: -1,
    });
  });

  it.each([
    [{ history: 0 }, 'history'],
    [{ history: 65 }, 'history'],
    [{ history: 2.5 }, 'history'],
    [{ ttl: 99.9 }, 'ttl'],
    [{ ttl: Number.NaN }, 'ttl'],
    [{ replicas: 0 }, 'replicas'],
    [{ maxBytes: 0 }, 'maxBytes'],
    [{ maxValueSize: -2 }, 'maxValueSize'],
  ])('refuses %j, naming the field', (config, field) => {
    const refuse = () => toStreamConfig({ name: 'b', ...config });
    expect(refuse).toThrow(expect.objectContaining({ kind: 'invalidConfig' }));
    expect(refuse).toThrow(new RegExp(`^${field} must be`));
  });

  it('refuses a name that is none', () => {
    expect(() => toStreamConfig({ name: 'a.b' })).toThrow(
      expect.objectContaining({ kind: 'invalidBucket' }),
    );
  });
});

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
});

describe('bucketOf', () => {
  it('is the reverse of streamOf and knows streams that are no buckets', () => {
    expect(bucketOf(streamOf('b'))).toBe('b');
    expect(bucketOf('ORDERS')).toBeUndefined();
    expect(bucketOf('OBJ_b')).toBeUndefined();
  });
});

function without<T extends object, K extends keyof T>(object: T, field: K): Omit<T, K> {
  const copy = { ...object };
  delete (copy as Partial<T>)[field];
  return copy;
}
