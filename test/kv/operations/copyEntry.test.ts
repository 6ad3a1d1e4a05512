import { beforeEach, describe, expect, it } from 'vitest';
import { copyEntry, type EntryPlace } from '../../../src/kv/operations/copyEntry';
import type { Entry } from '../../../src/kv/model/entry';
import { isKvError } from '../../../src/kv/model/errors';
import { moveEntry } from '../../../src/kv/operations/moveEntry';
import { bytes, text } from '../contract/harness';
import { FakeKvConnection } from '../fakeKvConnection';

let now: number;
let connection: FakeKvConnection;

beforeEach(async () => {
  now = 1_000_000;
  connection = new FakeKvConnection({ now: () => now });
  await connection.createBucket({ name: 'b', history: 5 });
  await connection.createBucket({ name: 'ttl', markerTtl: 60_000 });
});

function place(key: string, bucket = 'b'): EntryPlace {
  return { connection, bucket, key };
}

async function entryOf(key: string, bucket = 'b'): Promise<Entry> {
  const entry = await connection.get(bucket, key);
  if (!entry) {
    throw new Error(`there is no ${key}`);
  }
  return entry;
}

async function value(key: string, bucket = 'b'): Promise<string | undefined> {
  const entry = await connection.get(bucket, key);
  return entry?.operation === 'PUT' ? text(entry.value) : undefined;
}

describe('copyEntry', () => {
  it('puts the same bytes and the headers of its writers under another key', async () => {
    const headers = [['Trace', '7']] as const;
    await connection.put('b', 'a', bytes('\0x'), { expected: 0, headers });
    expect(await copyEntry(await entryOf('a'), place('c'))).toEqual({
      kind: 'copied',
      revision: 2,
    });
    expect(await entryOf('c')).toMatchObject({ value: bytes('\0x'), headers: [['Trace', '7']] });
  });

  it('leaves a target alone that has a value, and tells its revision', async () => {
    connection.foreignPut('b', 'a', 'new');
    const revision = connection.foreignPut('b', 'c', 'old');
    expect(await copyEntry(await entryOf('a'), place('c'))).toEqual({ kind: 'exists', revision });
    expect(await value('c')).toBe('old');
  });

  it('overwrites only the revision that it was told', async () => {
    connection.foreignPut('b', 'a', 'new');
    const overwrite = connection.foreignPut('b', 'c', 'old');
    const revision = connection.foreignPut('b', 'c', 'newer');
    const stale = await copyEntry(await entryOf('a'), place('c'), { overwrite });
    expect(stale).toEqual({ kind: 'exists', revision });
    await copyEntry(await entryOf('a'), place('c'), { overwrite: revision });
    expect(await value('c')).toBe('new');
  });

  it('lets the copy expire when the original does', async () => {
    const ttl = { kind: 'set', ttl: 60_000 } as const;
    await connection.put('ttl', 'a', bytes('x'), { expected: 0, ttl });
    const source = await entryOf('a', 'ttl');
    now += 45_000;
    await copyEntry(source, place('c', 'ttl'), { now: () => now });
    expect((await entryOf('c', 'ttl')).ttl).toBe(15_000);
    now += 20_000;
    await copyEntry(source, place('d', 'ttl'), { now: () => now });
    expect((await entryOf('d', 'ttl')).ttl).toBe(1_000);
  });

  it('refuses to make a value that expires one that does not, unless told to', async () => {
    const ttl = { kind: 'set', ttl: 60_000 } as const;
    await connection.put('ttl', 'a', bytes('x'), { expected: 0, ttl });
    const source = await entryOf('a', 'ttl');
    await expect(copyEntry(source, place('c'))).rejects.toSatisfy((error) =>
      isKvError(error, 'unsupported'),
    );
    await copyEntry(source, place('c'), { dropTtl: true });
    expect((await entryOf('c')).ttl).toBeUndefined();
  });

  it.each(['before', 'after'] as const)(
    'finds out what became of a write that was lost %s it was stored',
    async (moment) => {
      connection.foreignPut('b', 'a', 'x');
      connection.foreignMark('b', 'c', 'DEL');
      const source = await entryOf('a');
      connection.loseNextWrite(moment);
      expect((await copyEntry(source, place('n'))).kind).toBe('copied');
      expect(await connection.history('b', 'n')).toHaveLength(1);
      expect((await copyEntry(source, place('c'))).kind).toBe('copied');
      expect(await value('c')).toBe('x');
    },
  );
});

describe('moveEntry', () => {
  it('copies first and then deletes the source; its history stays', async () => {
    connection.foreignPut('b', 'a', 'one');
    connection.foreignPut('b', 'a', 'two');
    expect(await moveEntry(place('a'), place('c'))).toMatchObject({ kind: 'moved' });
    expect(await value('c')).toBe('two');
    expect((await connection.history('b', 'a')).map(({ operation }) => operation)).toEqual([
      'PUT',
      'PUT',
      'DEL',
    ]);
    expect(connection.calls.indexOf('put')).toBeLessThan(connection.calls.indexOf('delete'));
  });

  it('deletes nothing when the target has a value', async () => {
    connection.foreignPut('b', 'a', 'new');
    connection.foreignPut('b', 'c', 'old');
    expect(await moveEntry(place('a'), place('c'))).toMatchObject({ kind: 'exists' });
    expect([await value('a'), await value('c')]).toEqual(['new', 'old']);
  });

  it('leaves both when the source changes after it was copied', async () => {
    connection.foreignPut('b', 'a', 'one');
    const put = connection.put.bind(connection);
    connection.put = async (...args) => {
      const outcome = await put(...args);
      connection.foreignPut('b', 'a', 'two');
      return outcome;
    };
    const result = await moveEntry(place('a'), place('c'));
    expect(result).toMatchObject({ kind: 'kept', why: { kind: 'changed' } });
    expect([await value('a'), await value('c')]).toEqual(['two', 'one']);
  });

  it('moves nothing that has been deleted', async () => {
    connection.foreignPut('b', 'a', 'one');
    connection.foreignMark('b', 'a', 'DEL');
    expect(await moveEntry(place('a'), place('c'))).toEqual({ kind: 'gone' });
    expect(await moveEntry(place('never'), place('c'))).toEqual({ kind: 'gone' });
    expect(await value('c')).toBeUndefined();
  });

  it.each(['before', 'after'] as const)(
    'finds out what became of a delete that was lost %s it was stored',
    async (moment) => {
      connection.foreignPut('b', 'a', 'one');
      const remove = connection.delete.bind(connection);
      let isFirst = true;
      connection.delete = (...args) => {
        if (isFirst) {
          isFirst = false;
          connection.loseNextWrite(moment);
        }
        return remove(...args);
      };
      expect(await moveEntry(place('a'), place('c'))).toMatchObject({ kind: 'moved' });
      expect([await value('a'), await value('c')]).toEqual([undefined, 'one']);
    },
  );

  it('says why the source stays when it may not be deleted', async () => {
    connection.foreignPut('b', 'a', 'one');
    connection.delete = () => Promise.reject(new Error('no permission'));
    expect(await moveEntry(place('a'), place('c'))).toMatchObject({
      kind: 'kept',
      why: { kind: 'failed', reason: 'no permission' },
    });
  });
});
