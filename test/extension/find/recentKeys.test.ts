import { expect, it } from 'vitest';
import { RecentKeys } from '../../../src/extension/find/recentKeys';

function memory(kept?: unknown) {
  let value = kept;
  return {
    get: <T>(): T | undefined => value as T | undefined,
    update: (_: string, next: unknown) => {
      value = next;
      return Promise.resolve();
    },
  };
}

const address = (key: string) => ({ connectionId: 'local', bucket: 'B', key });

it('keeps the keys opened lately, the latest first and each once, over restarts', async () => {
  const kept = memory();
  const recent = new RecentKeys(kept);
  for (const key of ['a', 'b', 'a', 'c']) {
    await recent.add(address(key));
  }

  expect(new RecentKeys(kept).all.map(({ key }) => key)).toEqual(['c', 'a', 'b']);
});

it('keeps no more than a page of them', async () => {
  const recent = new RecentKeys(memory());
  for (let at = 0; at < 80; at++) {
    await recent.add(address(`k${at}`));
  }

  expect(recent.all).toHaveLength(50);
  expect(recent.all[0]).toEqual(address('k79'));
});

it('takes nothing that is no address from what was kept', () => {
  expect(new RecentKeys(memory([address('a'), { key: 1 }, null])).all).toEqual([address('a')]);
});
