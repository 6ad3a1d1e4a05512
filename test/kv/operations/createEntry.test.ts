import { describe, expect, it, vi } from 'vitest';
import { createEntry } from '../../../src/kv/operations/createEntry';
import type { WriteOutcome } from '../../../src/kv/model/entry';
import { FakeKvConnection } from '../fakeKvConnection';

const value = new TextEncoder().encode('x');

async function setUp() {
  const connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b' });
  return connection;
}

/** Answers the first puts itself, as a server does while another write of the key is in flight. */
function refuseFirst(connection: FakeKvConnection, times: number, refusal: WriteOutcome) {
  const put = connection.put.bind(connection);
  connection.put = (...args) => (times-- > 0 ? Promise.resolve(refusal) : put(...args));
}

describe('createEntry', () => {
  it('tries again when a conflict names no revision and the key is not live', async () => {
    const connection = await setUp();
    refuseFirst(connection, 1, { kind: 'conflict' });
    const outcome = await createEntry(connection, 'b', 'key', value);
    expect(outcome).toEqual({ kind: 'saved', revision: 1 });
  });

  it('gives up with a conflict after a few attempts', async () => {
    const connection = await setUp();
    refuseFirst(connection, 100, { kind: 'conflict' });
    expect(await createEntry(connection, 'b', 'key', value)).toEqual({ kind: 'conflict' });
    expect(connection.calls.filter((call) => call === 'get')).toHaveLength(5);
  });

  it('goes over the marker that an expired key left', async () => {
    const connection = await setUp();
    connection.foreignMark('b', 'key', 'EXPIRED');
    const outcome = await createEntry(connection, 'b', 'key', value);
    expect(outcome).toEqual({ kind: 'saved', revision: 2 });
  });

  it('asks the leader what is in the way, and hands on TTL and signal each time', async () => {
    const connection = await setUp();
    await connection.createBucket({ name: 'ttl', markerTtl: 60_000 });
    const expected = connection.foreignMark('ttl', 'key', 'DEL');
    const put = vi.spyOn(connection, 'put');
    const get = vi.spyOn(connection, 'get');
    const { signal } = new AbortController();
    await createEntry(connection, 'ttl', 'key', value, { ttl: 5000, signal });
    const ttl = { kind: 'set', ttl: 5000 };
    expect(put.mock.calls.map((args) => args[3])).toEqual([
      { expected: 0, ttl, signal },
      { expected, ttl, signal },
    ]);
    expect(get.mock.calls.map((args) => args[2])).toEqual([{ consistent: true, signal }]);
    expect((await connection.get('ttl', 'key'))?.ttl).toBe(5000);
  });

  it('still expects nothing to be there when what was in the way is gone', async () => {
    const connection = await setUp();
    refuseFirst(connection, 1, { kind: 'conflict', revision: 7 });
    const put = vi.spyOn(connection, 'put');
    await createEntry(connection, 'b', 'key', value);
    expect(put.mock.calls.map((args) => args[3].expected)).toEqual([0, 0]);
  });

  it('takes one request for a new key', async () => {
    const connection = await setUp();
    await createEntry(connection, 'b', 'key', value);
    expect(connection.calls).toEqual(['createBucket', 'put']);
  });

  it('hands on that the outcome is unknown', async () => {
    const connection = await setUp();
    connection.loseNextWrite('after');
    expect((await createEntry(connection, 'b', 'key', value)).kind).toBe('unknown');
  });
});
