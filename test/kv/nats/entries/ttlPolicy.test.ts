import { describe, expect, it } from 'vitest';
import type { Entry, Ttl } from '../../../../src/kv/model/entry';
import type { PutOptions } from '../../../../src/kv/model/kvConnection';
import type { StreamFacts } from '../../../../src/kv/nats/buckets/catalog';
import { TtlPolicy, type TtlPolicyParts } from '../../../../src/kv/nats/entries/ttlPolicy';
import type { Channel } from '../../../../src/kv/nats/wire/channel';

const channel = {} as Channel;
const set = (ttl: Ttl): PutOptions => ({ expected: 3, ttl: { kind: 'set', ttl } });

interface Situation extends Partial<Pick<StreamFacts, 'allowTtl' | 'history' | 'created'>> {
  /** Of the JetStream API; undefined when the account may not ask. */
  readonly level?: number | undefined;
  readonly replaced?: Partial<Entry>;
}

/** The policy for a bucket with TTLs on a server that has them, but for what is given. */
function setUp({ replaced, ...situation }: Situation = {}) {
  const facts = { allowTtl: true, history: 1, created: 1, ...situation };
  const level = 'level' in situation ? situation.level : 5;
  const asked: string[] = [];
  const answer =
    <T>(name: string, value: T) =>
    () => (asked.push(name), Promise.resolve(value));
  const parts = {
    catalog: { facts: answer('facts', facts) },
    features: { level: answer('level', level) },
    reader: { get: answer('get', replaced), getRevision: answer('getRevision', replaced) },
  };
  const policy = new TtlPolicy(parts as unknown as TtlPolicyParts);
  const forPut = (options: PutOptions) => policy.forPut(channel, 'b', 'key', options);
  const forPurge = (ttl?: Ttl) => policy.forPurge(channel, 'b', { expected: 3, ttl });
  return { asked, forPut, forPurge };
}

describe('TtlPolicy', () => {
  it('asks nothing when no TTL is wanted', async () => {
    const { asked, forPut, forPurge } = setUp();
    expect(await forPut({ expected: 3 })).toBeUndefined();
    expect(await forPut({ expected: 3, ttl: { kind: 'drop' } })).toBeUndefined();
    expect(await forPurge()).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each([
    [{}, undefined],
    [{ allowTtl: false }, 'allow_msg_ttl is off'],
    [{ allowTtl: false, level: undefined }, 'allow_msg_ttl is off'],
    [{ allowTtl: false, level: 0 }, 'older than 2.11'],
    [{ created: undefined, level: 1 }, undefined],
    [{ created: undefined, level: 0 }, 'older than 2.11'],
    [{ created: undefined, level: undefined }, 'may not ask'],
  ] satisfies [Situation, string | undefined][])('in %j says of a TTL: %s', async (at, refusal) => {
    const { forPut, forPurge } = setUp(at);
    for (const call of [() => forPut(set('never')), () => forPurge('never')]) {
      await (refusal === undefined
        ? expect(call()).resolves.toBe('never')
        : expect(call()).rejects.toMatchObject({
            kind: 'unsupported',
            message: expect.stringContaining(refusal) as string,
          }));
    }
  });

  it.each([
    [3, 'getRevision'],
    ['any', 'get'],
  ] as const)('keeps the TTL of what is expected to be %s', async (expected, read) => {
    const keep = { expected, ttl: { kind: 'keep' } } as const;
    const { asked, forPut } = setUp({ replaced: { ttl: 5000 } });
    expect(await forPut(keep)).toBe(5000);
    expect(asked).toEqual(['facts', read]);
    expect(await setUp().forPut(keep)).toBeUndefined();
    const without = setUp({ allowTtl: false, replaced: { ttl: 5000 } });
    expect(await without.forPut(keep)).toBeUndefined();
    expect(without.asked).toEqual(['facts']);
  });

  it.each([
    [{ history: 1, replaced: { operation: 'PUT' } }, 5000, true],
    [{ history: 2, replaced: { operation: 'PUT' } }, 5000, false],
    [{ history: -1, replaced: { operation: 'PUT' } }, 5000, false],
    [{ history: 2, replaced: { operation: 'PUT' } }, 'never', true],
    [{ history: 2, replaced: { operation: 'DEL' } }, 5000, true],
    [{ history: 2 }, 5000, true],
    [{ history: 2, replaced: { operation: 'PUT', ttl: 5000 } }, 5000, true],
    [{ history: 2, replaced: { operation: 'PUT', ttl: 5001 } }, 5000, false],
    [{ history: 2, replaced: { operation: 'PUT', ttl: 'never' } }, 5000, false],
  ] satisfies [Situation, Ttl, boolean][])(
    'over %j allows a TTL of %s only where nothing comes back to life: %s',
    async (situation, ttl, isAllowed) => {
      const put = setUp(situation).forPut(set(ttl));
      await (isAllowed
        ? expect(put).resolves.toBe(ttl)
        : expect(put).rejects.toMatchObject({ kind: 'unsupported' }));
    },
  );
});
