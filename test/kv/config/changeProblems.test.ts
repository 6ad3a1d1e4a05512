import { describe, expect, it } from 'vitest';
import type { AccountInfo } from '../../../src/kv/model/kvConnection';
import { changeProblems, isFixed, type Abilities } from '../../../src/kv/config/changeProblems';

const unlimited = { used: 0, limit: -1 };

function account(limits: Partial<AccountInfo>): AccountInfo {
  return {
    storage: unlimited,
    memory: unlimited,
    streams: unlimited,
    consumers: unlimited,
    tiers: [],
    domain: undefined,
    apiLevel: 5,
    ...limits,
  };
}

const newest: Abilities = {
  apiLevel: 5,
  version: '2.15.1',
  tellsCompression: true,
  isClustered: false,
  account: account({ storage: { used: 700, limit: 1_000 } }),
};
const oldest: Abilities = {
  apiLevel: 0,
  version: '2.9.10',
  tellsCompression: false,
  isClustered: false,
  account: undefined,
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

  describe('with an account', () => {
    const on = (limits: Partial<AccountInfo>, before: object | undefined, after: object) =>
      told(before, after, { ...newest, isClustered: true, account: account(limits) }).join('\n');
    const usedUp = { used: 2, limit: 2 };

    it('that has all streams or consumers tell it of a new bucket alone', () => {
      expect(on({ streams: usedUp }, undefined, {})).toMatch(/error: .* all 2 streams/);
      expect(on({ consumers: usedUp }, undefined, {})).toMatch(/doubt: .* all 2 consumers/);
      expect(on({ streams: usedUp, consumers: usedUp }, {}, { history: 3 })).toBe('');
    });

    it('that requires a limit of bytes, or sets one to that, tell it of every change', () => {
      expect(on({ maxBytesRequired: true }, {}, { history: 3 })).toMatch(
        /maxBytes error: .*requires/,
      );
      expect(on({ maxBytesRequired: true }, {}, { maxBytes: '1 KiB' })).toBe('');
      const largest = { memory: 100 };
      expect(on({ largest }, undefined, { maxBytes: 101, storage: 'memory' })).toMatch(
        /error: .* 100 bytes at most \(memory\)/,
      );
      expect(on({ largest }, undefined, { maxBytes: 101 })).toBe('');
    });

    it('that may use one storage only tell it of the other one', () => {
      const memory = { used: 0, limit: 0 };
      expect(on({ memory }, undefined, { storage: 'memory' })).toMatch(/storage error: .* memory$/);
      expect(on({ memory }, undefined, {})).toBe('');
    });

    it('count each copy of a bucket, and those of before', () => {
      const storage = { used: 600, limit: 1_000 };
      expect(on({ storage }, { maxBytes: 200 }, { maxBytes: 200, replicas: 3 })).toBe('');
      expect(on({ storage }, { maxBytes: 300 }, { maxBytes: 300, replicas: 3 })).toMatch(
        /doubt: the account has 400 bytes left/,
      );
      expect(on({ storage }, {}, { maxBytes: 400, replicas: 3 })).toMatch(/3 replicas take 1200/);
    });

    it('whose replicas are limited apart tell those of the bucket', () => {
      const plain = account({});
      const tiers = [
        { ...plain, name: 'R1' },
        { ...plain, name: 'R3', streams: usedUp, storage: { used: 0, limit: 500 } },
      ];
      expect(on({ tiers, streams: usedUp }, undefined, {})).toBe('');
      expect(on({ tiers }, undefined, { replicas: 3 })).toMatch(/all 2 streams/);
      expect(on({ tiers }, {}, { replicas: 3 })).toMatch(/all 2 streams/);
      expect(on({ tiers }, { replicas: 3 }, { replicas: 3, maxBytes: 400 })).toBe('');
      expect(on({ tiers }, {}, { replicas: 5 })).toMatch(/replicas error: .*only R1, R3/);
    });
  });
});
