import { describe, expect, it } from 'vitest';
import type { BucketConfig } from '../../../../src/kv/model/bucket';
import { bucketOf, streamOf, toStreamConfig } from '../../../../src/kv/nats/buckets/streamConfig';

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
    [{ markerTtl: 999 }, 'markerTtl'],
    [{ markerTtl: 1000, mirror: { bucket: 'a' } }, 'markerTtl'],
    [{ sources: [{ bucket: 'c' }], mirror: { bucket: 'a' } }, 'sources'],
    [{ mirror: { bucket: 'a.b' } }, 'mirror'],
    [{ sources: [{ bucket: '' }] }, 'sources'],
    [{ mirror: { bucket: 'a', startRevision: 1, startTime: 1 } }, 'mirror'],
    [{ republish: { source: '>', destination: '' } }, 'republish'],
    [{ metadata: { '_nats.ver': '1' } }, 'metadata'],
  ])('refuses %j, naming the field', (config, field) => {
    const refuse = () => toStreamConfig({ name: 'b', ...config });
    expect(refuse).toThrow(expect.objectContaining({ kind: 'invalidConfig' }));
    expect(refuse).toThrow(new RegExp(`^${field} must`));
  });

  it('refuses a name that is none', () => {
    expect(() => toStreamConfig({ name: 'a.b' })).toThrow(
      expect.objectContaining({ kind: 'invalidBucket' }),
    );
  });

  it('asks for what is newer only when it was chosen', () => {
    const config = {
      name: 'b',
      markerTtl: 60_000,
      compressed: true,
      placement: { cluster: 'c', tags: ['ssd'] },
      republish: { source: '>', destination: 'out.>' },
      metadata: { team: 'shop' },
    };
    expect(toStreamConfig(config)).toMatchObject({
      allow_msg_ttl: true,
      subject_delete_marker_ttl: 60e9,
      compression: 's2',
      placement: { cluster: 'c', tags: ['ssd'] },
      republish: { src: '>', dest: 'out.>' },
      metadata: { team: 'shop' },
    });
  });

  it('makes a mirror without subjects', () => {
    const mirror = {
      bucket: 'origin',
      filter: 'eu.>',
      apiPrefix: '$JS.hub.API',
      startTime: Date.UTC(2026, 0, 2, 3, 4, 5, 120),
    };
    const config = toStreamConfig({ name: 'b', mirror });
    expect(config).not.toHaveProperty('subjects');
    expect(config).toMatchObject({
      mirror_direct: true,
      mirror: {
        name: 'KV_origin',
        filter_subject: '$KV.origin.eu.>',
        external: { api: '$JS.hub.API', deliver: '' },
        opt_start_time: '2026-01-02T03:04:05.12Z',
      },
    });
  });

  it('moves the keys of its sources below its own name', () => {
    const sources = [
      { bucket: 'a' },
      { bucket: 'c', filter: 'eu.*.x*.*.>', startRevision: 7 },
      { bucket: 'b', apiPrefix: '$JS.hub.API', filter: 'x' },
    ];
    expect(toStreamConfig({ name: 'b', sources }).sources).toEqual([
      { name: 'KV_a', subject_transforms: [{ src: '$KV.a.>', dest: '$KV.b.>' }] },
      {
        name: 'KV_c',
        opt_start_seq: 7,
        subject_transforms: [
          { src: '$KV.c.eu.*.x*.*.>', dest: '$KV.b.eu.{{wildcard(1)}}.x*.{{wildcard(2)}}.>' },
        ],
      },
      {
        name: 'KV_b',
        external: { api: '$JS.hub.API', deliver: '' },
        filter_subject: '$KV.b.x',
      },
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
