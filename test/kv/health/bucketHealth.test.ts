import { describe, expect, it } from 'vitest';
import type { BucketStatus } from '../../../src/kv/model/bucket';
import type { AccountInfo } from '../../../src/kv/model/kvConnection';
import {
  accountHealth,
  bucketHealth,
  healthName,
  severityOf,
} from '../../../src/kv/health/bucketHealth';
import { toBucketStatus } from '../../../src/kv/nats/buckets/toBucketStatus';
import { healthText, healthWords } from '../../../src/views/format/healthText';

const created = '2026-01-01T00:00:00Z';
const second = 1_000_000_000;

interface Told {
  readonly config?: object;
  readonly cluster?: object;
  readonly mirror?: object;
  readonly sources?: object[];
  readonly messages?: number;
  readonly bytes?: number;
}

function status({ config, messages = 0, bytes = 0, ...rest }: Told): BucketStatus {
  return toBucketStatus({
    config: { name: 'KV_b', discard: 'new', ...config },
    created,
    ts: '2026-01-01T01:00:00Z',
    state: { messages, bytes, last_seq: 0, last_ts: created, first_seq: 1, first_ts: created },
    ...rest,
  } as Parameters<typeof toBucketStatus>[0]);
}

function words(told: Told): string[] {
  return bucketHealth(status(told)).map(healthWords);
}

const up = { name: 's1', current: true, active: 0.1 * second };
const down = { name: 's2', current: false, offline: true, active: 12 * second };
const three = { num_replicas: 3 };

describe('the health of a bucket', () => {
  it('is well on a single server and where all of its copies are', () => {
    expect(words({})).toEqual([]);
    expect(words({ config: three, cluster: { leader: 's0', replicas: [up, up] } })).toEqual([]);
    expect(healthName(status({}))).toBe('');
  });

  it('names copies that are offline, late or missing, and the lack of a leader first', () => {
    const late = { name: 's1', current: false, active: second, lag: 1234 };
    const cluster = { leader: 's0', replicas: [late, down] };
    expect(words({ config: three, cluster })).toEqual(['s2 is offline', 's1 is behind']);
    expect(words({ config: three, cluster: { leader: 's0', replicas: [up] } })).toEqual([
      '2 of 3 copies',
    ]);
    // As a 2.15.1 answers that has lost both others.
    const alone = { replicas: [{ ...up, name: 's0' }, { ...down, name: 's1' }, down] };
    expect(words({ config: three, cluster: alone })).toEqual([
      'no leader',
      's1 is offline',
      's2 is offline',
    ]);
  });

  it('does not believe a leader that reaches too few', () => {
    // As a 2.9.10 answers that has lost both others.
    const replicas = [{ ...up, offline: true }, down];
    const facts = bucketHealth(status({ config: three, cluster: { leader: 's0', replicas } }));
    expect(facts[0]).toEqual({ kind: 'noMajority', reachable: 1, copies: 3 });
    expect(healthText(facts[0]!)).toMatch(/^Only 1 of its 3 copies can be reached/);
  });

  it('tells of mirrors and sources that fail, are silent or are far behind', () => {
    const config = { mirror: { name: 'KV_o' } };
    const mirror = (info: object) => words({ config, mirror: { name: 'KV_o', ...info } });
    expect(mirror({ lag: 999, active: second })).toEqual([]);
    expect(mirror({ lag: 12_000, active: second })).toEqual(['12,000 behind']);
    expect(mirror({ lag: 0, active: 31 * second })).toEqual(['o is silent']);
    expect(mirror({ lag: 0, active: -1 })).toEqual(['o is silent']);
    expect(mirror({ lag: 0, active: -1, error: { description: 'stream not found' } })).toEqual([
      'o not copied',
    ]);
    // Nothing was told of the copying.
    expect(words({ config })).toEqual([]);
    expect(
      words({
        config: { sources: [{ name: 'KV_p' }, { name: 'KV_q' }] },
        sources: [
          { name: 'KV_p', lag: 5, active: second },
          { name: 'KV_q', lag: 0, active: 60 * second },
        ],
      }),
    ).toEqual(['q is silent']);
  });

  it('gives a new mirror the time to hear of its origin', () => {
    const told = {
      config: { mirror: { name: 'KV_o' } },
      mirror: { name: 'KV_o', lag: 0, active: -1 },
    };
    expect(bucketHealth({ ...status(told), asOf: Date.parse(created) + 5_000 })).toEqual([]);
  });

  it('tells of limits that are nearly or wholly used, and what follows', () => {
    const bytes = (used: number, discard = 'new') =>
      bucketHealth(status({ config: { max_bytes: 1000, discard }, bytes: used, messages: 10 }));
    expect(bytes(899)).toEqual([]);
    expect(bytes(900).map(healthWords)).toEqual(['90% full']);
    // Ten messages of 95 bytes: another one has no room.
    expect(bytes(950).map(healthWords)).toEqual(['full']);
    expect(
      bucketHealth(status({ config: { max_bytes: 1000 }, bytes: 950, messages: 100 })),
    ).toEqual([{ kind: 'nearlyFull', what: 'bytes', used: 950, limit: 1000, refuses: true }]);
    expect(healthText(bytes(1000)[0]!)).toMatch(/room is refused\.$/);
    expect(healthText(bytes(1000, 'old')[0]!)).toMatch(/oldest values go/);
    expect(words({ config: { max_msgs: 100 }, messages: 99 })).toEqual(['99% full']);
    expect(words({ config: { max_msgs: 100 }, messages: 100 })).toEqual(['full']);
    expect(words({ config: { max_msgs: -1, max_bytes: -1 }, messages: 100 })).toEqual([]);
  });

  it('keeps its name while only numbers move', () => {
    const told = (lag: number) =>
      status({ config: { mirror: { name: 'KV_o' } }, mirror: { name: 'KV_o', lag, active: 1 } });
    expect(healthName(told(2_000))).toBe(healthName(told(3_000)));
    expect(healthName(told(2_000))).not.toBe(healthName(told(3)));
  });

  it('puts errors before warnings', () => {
    const config = { ...three, max_bytes: 10 };
    const facts = bucketHealth(
      status({ config, bytes: 10, messages: 1, cluster: { leader: 's0', replicas: [up, down] } }),
    );
    expect(facts.map(severityOf)).toEqual(['error', 'warning']);
  });
});

describe('the health of an account', () => {
  it('tells of limits that are nearly or wholly used', () => {
    const free = { used: 5, limit: -1 };
    const account: AccountInfo = {
      memory: { used: 0, limit: 0 },
      storage: { used: 95, limit: 100 },
      streams: { used: 10, limit: 10 },
      consumers: free,
      tiers: [],
      domain: undefined,
      apiLevel: 5,
    };
    const facts = accountHealth(account);
    expect(facts.map(healthWords)).toEqual(['streams used up', '95% of file storage used']);
    expect(facts.map(healthText)[1]).toBe(
      'The account has 95 B of 100 B file storage in use (95%).',
    );
  });
});
