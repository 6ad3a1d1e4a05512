import { describe, expect, it } from 'vitest';
import { parseExactly } from '../../../../src/kv/values/exactJson';
import { toBucketStatus } from '../../../../src/kv/nats/buckets/toBucketStatus';

const info = {
  config: { name: 'KV_b', max_msgs_per_subject: 3, max_age: 1_500_000_000, allow_direct: true },
  created: '2026-01-02T03:04:05.678912345Z',
  state: {
    messages: 5,
    bytes: 600,
    last_seq: 9,
    last_ts: '2026-01-02T03:04:06.5Z',
    first_seq: 4,
    first_ts: '2026-01-02T03:04:05.75Z',
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
      consumers: 0,
      lastUpdate: Date.UTC(2026, 0, 2, 3, 4, 6, 500),
      lastRevision: 9,
      firstRevision: 4,
      firstTime: Date.UTC(2026, 0, 2, 3, 4, 5, 750),
      history: 3,
      ttl: 1500,
      storage: 'file',
      replicas: 1,
      maxBytes: -1,
      maxValueSize: -1,
      compressed: false,
      mirrorOf: undefined,
      allowDirect: true,
      keyPrefix: '$KV.b.',
      markerTtl: 0,
      allowTtl: false,
      placement: undefined,
      republish: undefined,
      mirror: undefined,
      sources: [],
      metadata: {},
      cluster: undefined,
      streamConfig: info.config,
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
    [
      { subject_delete_marker_ttl: 60e9, allow_msg_ttl: true },
      { markerTtl: 60_000, allowTtl: true },
    ],
    [
      { placement: { cluster: 'c', tags: ['ssd'] } },
      { placement: { cluster: 'c', tags: ['ssd'] } },
    ],
    [
      { republish: { src: '$KV.b.>', dest: 'out.>', headers_only: true } },
      { republish: { source: '$KV.b.>', destination: 'out.>', headersOnly: true } },
    ],
    [
      { metadata: { team: 'shop', '_nats.ver': '2.15.1', _natsish: 'kept' } },
      { metadata: { team: 'shop', _natsish: 'kept' } },
    ],
  ])('reads %j as %j', (config, status) => {
    expect(toBucketStatus({ ...info, config: { name: 'KV_b', ...config } })).toMatchObject(status);
  });

  it('tells how far a mirror has come', () => {
    const mirror = {
      name: 'KV_origin',
      opt_start_seq: 7,
      external: { api: '$JS.hub.API', deliver: '' },
    };
    const told = { ...info, config: { name: 'KV_b', mirror } };
    const origin = { bucket: 'origin', apiPrefix: '$JS.hub.API', startRevision: 7 };
    expect(
      toBucketStatus({
        ...told,
        mirror: { name: 'KV_origin', lag: 3, active: 2_500_000, external: { api: '$JS.hub.API' } },
      }).mirror,
    ).toEqual({ ...origin, lag: 3, active: 2.5, error: undefined });
    expect(
      toBucketStatus({
        ...told,
        mirror: { name: 'KV_origin', lag: 0, active: -1, error: { description: 'not found' } },
      }).mirror,
    ).toEqual({ ...origin, lag: 0, active: undefined, error: 'not found' });
    expect(toBucketStatus(told).mirror).toEqual({
      ...origin,
      lag: undefined,
      active: undefined,
      error: undefined,
    });
  });

  it('tells of each source what the server says of that one, in whatever order', () => {
    const sources = [
      { name: 'KV_x', subject_transforms: [{ src: '$KV.x.eu.>', dest: '$KV.b.eu.>' }] },
      { name: 'KV_x', external: { api: '$JS.far.API' } },
      { name: 'KV_y' },
    ];
    const status = toBucketStatus({
      ...info,
      config: { name: 'KV_b', sources },
      sources: [
        { name: 'KV_y', lag: 3 },
        { name: 'KV_x', lag: 2, external: { api: '$JS.far.API' } },
        { name: 'KV_x', lag: 1 },
      ],
    });
    expect(status.sources).toMatchObject([
      { bucket: 'x', filter: 'eu.>', lag: 1 },
      { bucket: 'x', apiPrefix: '$JS.far.API', lag: 2 },
      { bucket: 'y', lag: 3 },
    ]);
  });

  it("hides the server's notes among the metadata", () => {
    const metadata = { team: 'shop', '_nats.ver': '2.15.1', '_nats.level': '5', _natsish: 'kept' };
    const status = toBucketStatus({ ...info, config: { ...info.config, metadata } });
    expect(status.metadata).toEqual({ team: 'shop', _natsish: 'kept' });
  });

  it('tells the servers that hold it', () => {
    const cluster = {
      name: 'c',
      leader: 's1',
      replicas: [
        { name: 's2', current: true, active: 1_500_000 },
        { name: 's3', offline: true, active: 0, lag: 9 },
      ],
    };
    expect(toBucketStatus({ ...info, cluster }).cluster).toEqual({
      name: 'c',
      leader: 's1',
      peers: [
        { name: 's2', current: true, offline: false, active: 1.5, lag: 0 },
        { name: 's3', current: false, offline: true, active: undefined, lag: 9 },
      ],
    });
    expect(toBucketStatus({ ...info, cluster: { name: 'c', leader: '' } }).cluster).toEqual({
      name: 'c',
      leader: undefined,
      peers: [],
    });
  });

  it('keeps a number that a double does not hold, and still reads it', () => {
    const text = '{"config":{"name":"KV_b","max_bytes":9223372036854775807,"later":1e400}}';
    const parsed = parseExactly(text) as Pick<typeof info, 'config'>;
    const status = toBucketStatus({ ...info, ...parsed });
    expect(status.maxBytes).toBe(2 ** 63);
    expect(JSON.stringify({ config: status.streamConfig })).toBe(text);
  });
});

function without<T extends object, K extends keyof T>(object: T, field: K): Omit<T, K> {
  const copy = { ...object };
  delete (copy as Partial<T>)[field];
  return copy;
}
