import { describe, expect, it, vi } from 'vitest';
import { Emitter, ObservableValue } from '../../../../src/kv/base/event';
import type { IndexChange, IndexState } from '../../../../src/kv/keys/indexState';
import type { KeyIndex } from '../../../../src/kv/session/keyIndex';
import type { KeyChange, WatchState } from '../../../../src/kv/model/watch';
import { FollowedIndexes } from '../../../../src/views/buckets/keys/followedIndexes';
import type { BucketNode } from '../../../../src/views/buckets/rows/nodes';

const node = { kind: 'bucket', id: 'b' } as BucketNode;

function setUp(patience?: number) {
  const state = new ObservableValue<IndexState>({ kind: 'idle' });
  const changed = new Emitter<IndexChange>();
  const watchState = new ObservableValue<WatchState>({ kind: 'starting' });
  const watched = new Emitter<readonly KeyChange[]>();
  const watch = { state: watchState, onDidChange: watched.event };
  const index = { state, onDidChange: changed.event, watch } as unknown as KeyIndex;
  const refreshRoot = vi.fn();
  const followed = new FollowedIndexes({
    refreshRoot,
    refreshKey: vi.fn(),
    patience: () => patience,
    keysChanged: vi.fn(),
  });
  followed.follow(node, index);
  const waits = () => refreshRoot.mock.calls.map(([, within]) => within as number | undefined);
  return { state, changed, watchState, refreshRoot, waits };
}

describe('FollowedIndexes', () => {
  it('tells the first keys of a listing and its end at once, and its progress twice a second', () => {
    const { state, changed, waits } = setUp();
    const structural = { keys: [], structural: true };
    state.set({ kind: 'listing', found: 0 });
    changed.fire(structural);
    state.set({ kind: 'listing', found: 1000 });
    changed.fire(structural);
    state.set({ kind: 'listing', found: 2000 });
    state.set({ kind: 'ready' });
    changed.fire(structural);
    expect(waits()).toEqual([500, undefined, 500, 500, 500, undefined, undefined]);
  });

  it('has the progress of a listing wait for as long as the rows need', () => {
    const { state, changed, waits } = setUp(700);
    state.set({ kind: 'listing', found: 1000 });
    changed.fire({ keys: [], structural: true });
    expect(waits()).toEqual([700, 700]);
  });

  it('has what others do to a listed bucket wait for as long as the rows need', () => {
    const { state, changed, waits } = setUp(700);
    state.set({ kind: 'ready' });
    changed.fire({ keys: [], structural: true });
    expect(waits()).toEqual([undefined, 700]);
  });

  it('refreshes a row for its watch only when there is something else to say of it', () => {
    const { watchState, refreshRoot } = setUp();
    watchState.set({ kind: 'live' });
    expect(refreshRoot).not.toHaveBeenCalled();
    watchState.set({ kind: 'resuming', since: 0 });
    watchState.set({ kind: 'live' });
    watchState.set({ kind: 'gone' });
    expect(refreshRoot).toHaveBeenCalledTimes(3);
  });
});
