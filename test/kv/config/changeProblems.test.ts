import { describe, expect, it } from 'vitest';
import { changeProblems, isFixed, type Abilities } from '../../../src/kv/config/changeProblems';

const unlimited = { used: 0, limit: -1 };
const newest: Abilities = {
  apiLevel: 5,
  version: '2.15.1',
  tellsCompression: true,
  isClustered: false,
  use: { file: { used: 700, limit: 1_000 }, memory: unlimited },
};
const oldest: Abilities = {
  apiLevel: 0,
  version: '2.9.10',
  tellsCompression: false,
  isClustered: false,
  use: undefined,
};

function told(before: object | undefined, after: object, abilities = newest): string[] {
  return changeProblems({
    bucket: 'b',
    before: before as Record<string, unknown> | undefined,
    after: after as Record<string, unknown>,
    abilities,
  }).map(({ path, severity, message }) => `${path.join('.')} ${severity}: ${message}`);
}

describe('the problems of a change', () => {
  it('are none where nothing changes', () => {
    expect(told({ history: 3 }, { history: 3 })).toEqual([]);
    expect(told({ atomicWrites: true }, { atomicWrites: true }, oldest)).toEqual([]);
  });

  it.each([
    [{}, { atomicWrites: true }, oldest, 'needs nats-server 2.12'],
    [{}, { compression: 's2' }, oldest, 'needs nats-server 2.10'],
    [{}, { markerTtl: '1m' }, oldest, 'needs nats-server 2.11'],
    [{}, { republish: { destination: 'a.>' } }, oldest, 'before nats-server 2.10'],
    [{}, { replicas: 3 }, newest, 'not in a cluster'],
    [{}, { ttl: '1m', duplicateWindow: '2m' }, newest, 'longer than ttl'],
    [{}, { denyPurge: true }, newest, '"rollups": false'],
    [{}, { markerTtl: '1m', keyTtls: false }, newest, '"keyTtls": true'],
    [{}, { schedules: true }, newest, '"discard": "old"'],
    [{}, { maxBytes: '1 KiB' }, newest, 'no more than 1000 bytes'],
    [
      { mirror: { stream: 'KV_a' } },
      { mirror: { stream: 'KV_a' }, markerTtl: '1m' },
      newest,
      'mirror',
    ],
    [{ denyDelete: true }, { denyDelete: false }, newest, 'switched off'],
    [{ sealed: true }, { sealed: false }, newest, 'switched off'],
    [{ keyTtls: true }, {}, newest, 'switched off'],
    [{ retention: 'workqueue' }, {}, newest, 'workqueue'],
  ])('of %j to %j on a server are told', (before, after, abilities, message) => {
    expect(told(before, after, abilities).join('\n')).toMatch(new RegExp(`error: .*${message}`));
  });

  it.each([
    [{ storage: 'file' }, { storage: 'memory' }],
    [{}, { mirror: { stream: 'KV_a' } }],
    [{ mirror: { stream: 'KV_a' } }, { mirror: { stream: 'KV_b' } }],
    [{}, { counters: true, discard: 'old' }],
    [{}, { persistMode: 'async' }],
    [{ keyTtls: true }, {}],
  ])('offer a way round where %j cannot become %j', (before, after) => {
    const problems = changeProblems({ bucket: 'b', before, after, abilities: newest });
    expect(problems.some(isFixed)).toBe(true);
  });

  it('name what the server does one after the other', () => {
    const both = { replicas: 3, placement: { cluster: 'c' } };
    const clustered = { ...newest, isClustered: true };
    expect(told({}, both, clustered).join()).toContain('cannot be changed in one save');
    expect(told(undefined, both, clustered)).toEqual([]);
  });

  it('let a mirror be promoted where the server can', () => {
    expect(told({ mirror: { stream: 'KV_a' } }, {})).toEqual([]);
    expect(told({ mirror: { stream: 'KV_a' } }, {}, oldest).join()).toContain('2.12');
  });

  it('are doubts where it can be done and is hardly meant', () => {
    const clustered = { ...newest, isClustered: true };
    expect(told({}, { replicas: 2 }, clustered).join()).toContain('replicas doubt');
    expect(told({}, { maxBytes: 400 }).join()).toContain('doubt: the account has 300 bytes left');
    expect(told({}, { placement: { tags: ['a'] } }).join()).toContain('placement doubt');
  });

  it('are fewer for a bucket that is to be made', () => {
    expect(told(undefined, { storage: 'memory', mirror: { stream: 'KV_a' } })).toEqual([]);
    expect(told(undefined, { counters: true, discard: 'old' })).toEqual([]);
  });
});
