import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ObservableValue } from '../../../../src/kv/base/event';
import type { IndexState } from '../../../../src/kv/keys/indexState';
import type { KeyIndex } from '../../../../src/kv/session/keyIndex';
import { FirstRows } from '../../../../src/views/buckets/keys/firstRows';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function setUp(first: IndexState = { kind: 'listing', found: 0 }) {
  const state = new ObservableValue<IndexState>(first);
  const index = { state } as unknown as KeyIndex;
  const rows = new FirstRows();
  let given = 0;
  void rows.of(index)?.then(() => given++);
  return { state, index, rows, given: () => given };
}

describe('FirstRows', () => {
  it('come a moment after the first keys, as a whole where the listing ends by then', async () => {
    const { state, given } = setUp();
    state.set({ kind: 'listing', found: 2 });
    await vi.advanceTimersByTimeAsync(19);
    expect(given()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(given()).toBe(1);

    const other = setUp();
    other.state.set({ kind: 'listing', found: 2 });
    await vi.advanceTimersByTimeAsync(5);
    other.state.set({ kind: 'ready' });
    await vi.advanceTimersByTimeAsync(0);
    expect(other.given()).toBe(1);
  });

  it.each<IndexState>([{ kind: 'ready' }, { kind: 'partial' }])(
    'come as soon as the listing is $kind',
    async (next) => {
      const { state, index, rows, given } = setUp();
      await vi.advanceTimersByTimeAsync(0);
      expect([given(), rows.isAwaited(index)]).toEqual([0, true]);

      state.set(next);
      await vi.advanceTimersByTimeAsync(0);

      expect([given(), rows.isAwaited(index)]).toEqual([1, false]);
    },
  );

  it('are waited for by whoever asks meanwhile, and not for ever', async () => {
    const { index, rows, given } = setUp();
    let others = 0;
    void rows.of(index)?.then(() => others++);

    await vi.advanceTimersByTimeAsync(300);

    expect([given(), others]).toEqual([1, 1]);
    expect(rows.of(index)).toBeUndefined();
  });

  it('are not waited for again when a bucket without keys is listed again', async () => {
    const { state, index, rows } = setUp();
    state.set({ kind: 'ready' });
    await vi.advanceTimersByTimeAsync(0);

    state.set({ kind: 'listing', found: 0 });

    expect(rows.of(index)).toBeUndefined();
  });

  it('are not waited for where they are', () => {
    const { index, rows } = setUp({ kind: 'ready' });
    expect([rows.of(index), rows.isAwaited(index)]).toEqual([undefined, false]);
  });
});
