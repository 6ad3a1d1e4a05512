import { describe, expect, it } from 'vitest';
import { KeyFilters } from '../../../src/extension/find/keyFilters';

const orders = { connectionId: 'local', bucket: 'orders' };
const flags = { connectionId: 'local', bucket: 'flags' };

function fakeMemory(kept = new Map<string, unknown>()) {
  return {
    get: <T>(key: string) => kept.get(key) as T | undefined,
    update: (key: string, value: unknown) => {
      // What is kept outlives the objects that it was made of.
      kept.set(key, structuredClone(value));
      return Promise.resolve();
    },
  };
}

describe('the filters of keys', () => {
  it('are set for each bucket on its own', async () => {
    const filters = new KeyFilters(fakeMemory());
    const told: string[] = [];
    filters.onDidChange(({ bucket }) => told.push(bucket));

    await filters.set(orders, 'eu.>');
    await filters.set(flags, 'beta');
    await filters.clear(flags);

    expect(filters.get(orders)?.matches('eu.1')).toBe(true);
    expect(filters.get(orders)).toBe(filters.get(orders));
    expect(filters.get(flags)).toBeUndefined();
    expect(told).toEqual(['orders', 'flags', 'flags']);
  });

  it('come back after a restart', async () => {
    const memory = fakeMemory();
    const before = new KeyFilters(memory);
    await before.set(orders, 'eu.>');
    await before.toggleSaved('*.eu');

    const after = new KeyFilters(memory);

    expect(after.get(orders)?.text).toBe('eu.>');
    expect(after.saved).toEqual(['*.eu']);
    expect(after.recent).toEqual(['eu.>']);
  });

  it('remember what was used lately, each once and the latest first', async () => {
    const filters = new KeyFilters(fakeMemory());
    for (const text of ['a.>', 'b.>', 'a.>']) {
      await filters.set(orders, text);
    }
    expect(filters.recent).toEqual(['a.>', 'b.>']);
    for (let number = 0; number < 30; number++) {
      await filters.set(orders, `k${number}`);
    }
    expect(filters.recent).toHaveLength(20);
    expect(filters.recent[0]).toBe('k29');
  });

  it('are saved and forgotten again, and then stand among the recent ones', async () => {
    const filters = new KeyFilters(fakeMemory());
    await filters.set(orders, 'a.>');
    await filters.toggleSaved('a.>');
    expect([filters.saved, filters.recent]).toEqual([['a.>'], []]);
    await filters.toggleSaved('a.>');
    expect([filters.saved, filters.recent]).toEqual([[], ['a.>']]);
  });

  it.each([null, 'x', 7, { active: ['a'], recent: {}, saved: [1, 'a.>'] }])(
    'begin anew from what they do not know: %j',
    (value) => {
      const filters = new KeyFilters(fakeMemory(new Map([['natsKv.keyFilters', value]])));
      expect(filters.get(orders)).toBeUndefined();
      expect(filters.recent).toEqual([]);
    },
  );
});
