import { describe, expect, it } from 'vitest';
import { IgnoreMemory } from '../../../../src/extension/commands/compare/ignoreMemory';
import type { ComparedPart } from '../../../../src/views/compare/compareNodes';

const part = (bucket: string, prefix = ''): ComparedPart =>
  ({ kind: 'bucket', connectionId: 'c', bucket, prefix }) as ComparedPart;
const file = (id: string): ComparedPart => ({ kind: 'file', id, prefix: '' }) as ComparedPart;
const none = { ignoredKeys: [], ignoredPaths: [] };
const some = { ignoredKeys: ['tmp.>'], ignoredPaths: ['$.at'] };

function memory(stored = new Map<string, unknown>()) {
  const kept = {
    get: <T>(key: string) => stored.get(key) as T | undefined,
    update: (key: string, value: unknown) => {
      stored.set(key, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  };
  return { stored, rules: new IgnoreMemory(kept) };
}

describe('what is ignored in a comparison', () => {
  it('is remembered for its two sides, whichever is left', async () => {
    const { stored, rules } = memory();
    await rules.keep([part('a'), file('file:///x')], some);
    const again = memory(stored).rules;
    expect(again.of([part('a'), file('file:///x')])).toEqual(some);
    expect(again.of([file('file:///x'), part('a')])).toEqual(some);
    for (const other of [part('b'), part('a', 'eu.'), file('file:///y')]) {
      expect(again.of([part('a'), other])).toEqual(none);
    }
  });

  it('is forgotten once it is empty, and with too many others', async () => {
    const { stored, rules } = memory();
    await rules.keep([part('a'), part('b')], some);
    await rules.keep([part('b'), part('a')], none);
    expect(rules.of([part('a'), part('b')])).toEqual(none);
    for (let at = 0; at < 60; at++) {
      await rules.keep([part('a'), part(`b${at}`)], some);
    }
    expect(rules.of([part('a'), part('b0')])).toEqual(none);
    expect(rules.of([part('a'), part('b59')])).toEqual(some);
    expect([...stored.values()].flat()).toHaveLength(50);
  });

  it('is nothing where it can no longer be read', () => {
    const pair = JSON.stringify([part('a'), part('b')].map(() => JSON.stringify(['c', 'a', ''])));
    const { rules } = memory(new Map([['natsKv.compare.ignored', [{ pair, ignored: '$..[' }]]]));
    expect(rules.of([part('a'), part('a')])).toEqual(none);
  });
});
