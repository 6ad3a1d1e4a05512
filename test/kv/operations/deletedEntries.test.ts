import { describe, expect, it } from 'vitest';
import { DeletedEntries, type DeletedEntry } from '../../../src/kv/operations/deletedEntries';

function deleted(key: string, size = 1, marker = 2): DeletedEntry {
  const value = new Uint8Array(size);
  const entry = {
    key,
    revision: 1,
    operation: 'PUT',
    created: 0,
    size,
    value,
    headers: [],
  } as const;
  return { connectionId: 'local', bucket: 'b', entry, marker, bucketCreated: 1 };
}

function keys(batch: readonly DeletedEntry[] | undefined): string[] | undefined {
  return batch?.map(({ entry }) => entry.key);
}

describe('DeletedEntries', () => {
  it('gives the deletions back, the last one first', () => {
    const store = new DeletedEntries();
    store.add([deleted('a'), deleted('b')]);
    store.add([]);
    store.add([deleted('c')]);
    expect(keys(store.takeLast())).toEqual(['c']);
    expect(keys(store.takeLast())).toEqual(['a', 'b']);
    expect(store.takeLast()).toBeUndefined();
    expect(store.isEmpty).toBe(true);
  });

  it('forgets the oldest when there are too many bytes or entries', () => {
    const store = new DeletedEntries({ bytes: 10, entries: 3 });
    store.add([deleted('a', 4), deleted('b', 4)]);
    store.add([deleted('c', 4)]);
    expect(keys(store.takeLast())).toEqual(['c']);
    expect(keys(store.takeLast())).toEqual(['a']);
    store.add([deleted('d', 11)]);
    expect(store.isEmpty).toBe(true);
    store.add(['e', 'f', 'g', 'h'].map((key) => deleted(key, 0)));
    expect(keys(store.takeLast())).toEqual(['e', 'f', 'g']);
  });

  it('tells when a deletion is as large as what it remembers', () => {
    const store = new DeletedEntries({ bytes: 10, entries: 3 });
    expect(store.hasRoomAfter([deleted('a', 4), deleted('b', 5)])).toBe(true);
    expect(store.hasRoomAfter([deleted('a', 4), deleted('b', 6)])).toBe(false);
    expect(store.hasRoomAfter(['a', 'b', 'c'].map((key) => deleted(key, 0)))).toBe(false);
  });

  it('finds the value before a marker, and forgets keys that are purged', () => {
    const store = new DeletedEntries();
    store.add([deleted('a', 1, 7), deleted('b')]);
    const place = { connectionId: 'local', bucket: 'b', key: 'a' };
    expect(store.find(place, 7, 1)?.key).toBe('a');
    expect(store.find(place, 7, undefined)?.key).toBe('a');
    expect(store.find(place, 7, 2)).toBeUndefined();
    expect(store.find(place, 8, 1)).toBeUndefined();
    expect(store.find({ ...place, connectionId: 'other' }, 7, 1)).toBeUndefined();
    store.forget('local', 'b', 'a');
    expect(keys(store.takeLast())).toEqual(['b']);
  });
});
