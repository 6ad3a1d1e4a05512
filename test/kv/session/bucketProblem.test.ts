import { describe, expect, it } from 'vitest';
import { bucketConfigProblem } from '../../../src/kv/session/bucketProblem';

describe('bucketConfigProblem', () => {
  it.each([
    {},
    { history: 1 },
    { history: 64 },
    { ttl: 0 },
    { ttl: 100 },
    { markerTtl: 0 },
    { markerTtl: 1000 },
    { replicas: 1 },
    { replicas: 5 },
    { maxBytes: -1 },
    { maxBytes: 1 },
    { maxValueSize: -1 },
    { maxValueSize: 1 },
    { mirror: { bucket: 'a', startRevision: 1 }, sources: [] },
    { sources: [{ bucket: 'a', startTime: 1 }, { bucket: 'b' }] },
    { republish: { source: '>', destination: 'out.>' } },
    { metadata: { team: 'core' } },
  ])('finds nothing wrong with %j', (config) => {
    expect(bucketConfigProblem(config)).toBeUndefined();
  });

  it.each([
    [{ history: 0 }, 'history'],
    [{ history: 65 }, 'history'],
    [{ history: 1.5 }, 'history'],
    [{ ttl: 99 }, 'ttl'],
    [{ ttl: NaN }, 'ttl'],
    [{ markerTtl: 999 }, 'markerTtl'],
    [{ replicas: 0 }, 'replicas'],
    [{ replicas: 6 }, 'replicas'],
    [{ maxBytes: 0 }, 'maxBytes'],
    [{ maxBytes: -2 }, 'maxBytes'],
    [{ maxValueSize: 0 }, 'maxValueSize'],
    [{ mirror: { bucket: 'a b' } }, 'mirror'],
    [{ mirror: { bucket: 'a' }, sources: [{ bucket: 'b' }] }, 'sources'],
    [{ mirror: { bucket: 'a' }, markerTtl: 1000 }, 'markerTtl'],
    [{ sources: [{ bucket: 'a' }, { bucket: '' }] }, 'sources'],
    [{ sources: [{ bucket: 'a', startRevision: 1, startTime: 1 }] }, 'sources'],
    [{ republish: { source: '>', destination: '' } }, 'republish'],
    [{ metadata: { team: 'core', '_nats.level': '1' } }, 'metadata'],
  ])('names the field that is wrong in %j: %s', (config, field) => {
    expect(bucketConfigProblem(config)).toMatch(new RegExp(`^${field} must `));
  });
});
