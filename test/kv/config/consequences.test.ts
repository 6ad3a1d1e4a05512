import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../../src/kv/config/bucketDocument';
import { consequencesOf, isLoss, type Holdings } from '../../../src/kv/config/consequences';
import { habitsOf } from '../../../src/kv/config/since';
import type { KeyInfo } from '../../../src/kv/model/entry';

const today = { dropsOldest: false, trimsLater: false };
const now = 1_000_000;

function message(revision: number, key: string, ageMs: number, more: Partial<KeyInfo> = {}) {
  return { key, revision, operation: 'PUT', created: now - ageMs, size: 10, ...more } as const;
}

function holding(messages: readonly KeyInfo[], habits = today): Holdings {
  const subjects = new Set(messages.map(({ key }) => key)).size;
  const firstTime = messages[0]?.created;
  return { values: messages.length, subjects, size: 100, firstTime, now, messages, habits };
}

function told(before: object, after: object, holdings: Holdings) {
  const [one, other] = [before, after] as Record<string, unknown>[];
  const changes = changesBetween('b', one ?? {}, other ?? {});
  return consequencesOf('b', one ?? {}, other ?? {}, changes, holdings);
}

const some = [
  message(1, 'a', 9_000),
  message(2, 'a', 8_000),
  message(3, 'b', 7_000),
  message(4, 'a', 1_000),
  message(5, 'c', 500, { size: 900 }),
];

describe('the consequences of a change', () => {
  it('count what a shorter history drops', () => {
    expect(told({ history: 5 }, { history: 1 }, holding(some))).toEqual([
      { kind: 'historyGoes', revisions: { number: 2, isExact: true }, keys: 1, isLater: false },
    ]);
    expect(told({ history: 5 }, { history: 3 }, holding(some))).toEqual([]);
    expect(told({ history: 1 }, { history: 5 }, holding(some))).toEqual([]);
  });

  it('tell the most that can go where nothing was read', () => {
    const unread = { ...holding(some), messages: undefined };
    expect(told({ history: 5 }, { history: 1 }, unread)).toEqual([
      {
        kind: 'historyGoes',
        revisions: { number: 2, isExact: false },
        keys: undefined,
        isLater: false,
      },
    ]);
    expect(told({}, { ttl: '5s' }, unread)[0]).toEqual({
      kind: 'expire',
      messages: { number: 5, isExact: false },
      keys: undefined,
    });
    expect(told({}, { ttl: '1h' }, unread).filter(isLoss)).toEqual([]);
  });

  it('count what expires, but for values of their own unending TTL', () => {
    expect(told({}, { ttl: '5s' }, holding(some))[0]).toEqual({
      kind: 'expire',
      messages: { number: 3, isExact: true },
      keys: 1,
    });
    const never = some.map((each) => ({ ...each, ttl: 'never' as const }));
    expect(told({}, { ttl: '5s' }, holding(never)).filter(isLoss)).toEqual([]);
    expect(told({ ttl: '5s' }, { ttl: '1h' }, holding(some)).filter(isLoss)).toEqual([]);
  });

  it('count nothing twice', () => {
    const both = told({ history: 5 }, { history: 1, ttl: '5s' }, holding(some));
    const numbers = both.map((each) =>
      each.kind === 'historyGoes'
        ? each.revisions.number
        : each.kind === 'expire'
          ? each.messages.number
          : 0,
    );
    expect(numbers.slice(0, 2)).toEqual([2, 1]);
  });

  it('tell that a bucket is full, or that its oldest messages go', () => {
    expect(told({}, { maxMessages: 3 }, holding(some))).toEqual([
      { kind: 'full', field: 'maxMessages', over: 2 },
    ]);
    expect(told({}, { maxBytes: 60 }, holding(some))).toEqual([
      { kind: 'full', field: 'maxBytes', over: 40 },
    ]);
    const old = told({ discard: 'old' }, { discard: 'old', maxMessages: 3 }, holding(some));
    expect(old).toEqual([{ kind: 'oldestGo', messages: { number: 2, isExact: true } }]);
  });

  it('tell what servers of old do', () => {
    const before = { apiLevel: 0, version: '2.9.10', tellsCompression: false };
    const habits = habitsOf(before);
    expect(habits).toEqual({ dropsOldest: true, trimsLater: true });
    expect(habitsOf({ ...before, version: '2.10.24' }).trimsLater).toBe(false);
    expect(habitsOf({ ...before, apiLevel: 1 })).toEqual(today);
    expect(told({}, { maxMessages: 3 }, holding(some, habits)).filter(isLoss)).toHaveLength(1);
    const unlimited = { history: 'unlimited' };
    expect(told(unlimited, { history: 1 }, holding(some, habits))).toMatchObject([
      { kind: 'historyGoes', isLater: true },
    ]);
  });

  it('count the values that are larger than the new limit', () => {
    expect(told({}, { maxValueSize: 100 }, holding(some))).toEqual([
      { kind: 'tooLarge', values: 1 },
    ]);
    expect(told({}, { maxValueSize: 1000 }, holding(some))).toEqual([]);
  });

  it('name what cannot be undone, and what else happens', () => {
    const kinds = (after: object) => told({}, after, holding(some)).map((each) => each.kind);
    expect(kinds({ keyTtls: true })).toEqual(['final']);
    expect(kinds({ sealed: true })).toEqual(['sealed']);
    expect(kinds({ replicas: 3 })).toEqual(['copies']);
    expect(kinds({ unacknowledged: true })).toEqual(['unanswered']);
    expect(kinds({ compression: 's2' })).toEqual(['note']);
    expect(kinds({ description: 'x' })).toEqual([]);
  });
});
