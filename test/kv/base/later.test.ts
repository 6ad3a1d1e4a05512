import { describe, expect, it } from 'vitest';
import { later } from '../../../src/kv/base/later';

describe('what is made later', () => {
  it('is made once, when it is first asked for', async () => {
    let made = 0;
    const get = later(() => Promise.resolve({ number: ++made }));
    expect(made).toBe(0);

    const [first, second] = await Promise.all([get(), get()]);

    expect(first).toBe(second);
    expect(await get()).toEqual({ number: 1 });
  });

  it('is tried again after it failed', async () => {
    const outcomes = [() => Promise.reject(new Error('not now')), () => Promise.resolve('made')];
    const get = later<string>(() => outcomes.shift()!());

    await expect(get()).rejects.toThrow('not now');
    expect(await get()).toBe('made');
  });
});
