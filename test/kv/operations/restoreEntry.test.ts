import { describe, expect, it, vi } from 'vitest';
import { restoreEntry } from '../../../src/kv/operations/restoreEntry';
import { FakeKvConnection } from '../fakeKvConnection';

describe('restoreEntry', () => {
  it('reads from the leader, and hands on what the write is to be like', async () => {
    const connection = new FakeKvConnection();
    await connection.createBucket({ name: 'b', history: 5 });
    const from = connection.foreignPut('b', 'key', 'one');
    const expected = connection.foreignPut('b', 'key', 'two');
    const getRevision = vi.spyOn(connection, 'getRevision');
    const put = vi.spyOn(connection, 'put');
    const { signal } = new AbortController();
    const options = { expected, ttl: { kind: 'keep' }, signal } as const;
    await restoreEntry(connection, 'b', 'key', from, options);
    expect(getRevision).toHaveBeenCalledWith('b', 'key', from, { consistent: true, signal });
    expect(put).toHaveBeenCalledWith('b', 'key', new TextEncoder().encode('one'), options);
  });
});
