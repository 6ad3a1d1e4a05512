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
    await restoreEntry(connection, 'b', 'key', { revision: from }, options);
    expect(getRevision).toHaveBeenCalledWith('b', 'key', from, { consistent: true, signal });
    expect(put).toHaveBeenCalledWith('b', 'key', new TextEncoder().encode('one'), options);
  });

  it('keeps the headers that the writer of that revision gave it', async () => {
    const connection = new FakeKvConnection();
    await connection.createBucket({ name: 'b', history: 5 });
    const [one, two] = ['one', 'two'].map((text) => new TextEncoder().encode(text));
    const headers = [
      ['Content-Type', 'text/plain'],
      ['X-Trace', 'a'],
      ['X-Trace', 'b'],
    ] as const;
    await connection.put('b', 'key', one ?? new Uint8Array(), { expected: 0, headers });
    const from = (await connection.get('b', 'key'))?.revision ?? 0;
    await connection.put('b', 'key', two ?? new Uint8Array(), { expected: from });
    await restoreEntry(connection, 'b', 'key', { revision: from }, { expected: from + 1 });
    expect((await connection.get('b', 'key'))?.headers).toEqual(headers);
  });

  it('finds out what became of a write that was not answered', async () => {
    const connection = new FakeKvConnection();
    await connection.createBucket({ name: 'b', history: 5 });
    const from = connection.foreignPut('b', 'key', 'one');
    const expected = connection.foreignPut('b', 'key', 'two');
    const put = connection.put.bind(connection);
    connection.put = async (...call) => {
      await put(...call);
      return { kind: 'unknown', reason: 'the connection was lost' };
    };
    const onUnknown = vi.fn();
    const outcome = await restoreEntry(
      connection,
      'b',
      'key',
      { revision: from },
      { expected, onUnknown },
    );
    expect(outcome).toMatchObject({ kind: 'saved' });
    expect(onUnknown).toHaveBeenCalledExactlyOnceWith('the connection was lost');
  });
});
