import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BucketWatch } from '../../../src/kv/session/bucketWatch';
import { KvError } from '../../../src/kv/model/errors';
import { KeyIndex } from '../../../src/kv/session/keyIndex';
import { eventually } from '../../support/poll';
import { FakeKvConnection } from '../fakeKvConnection';

let connection: FakeKvConnection;

beforeEach(() => {
  connection = new FakeKvConnection({ batchSize: 2 });
  connection.foreignCreateBucket({ name: 'B' });
});

function indexOf(bucket: string): KeyIndex {
  const watch = new BucketWatch(connection, bucket);
  const index = new KeyIndex(connection, watch);
  onTestFinished(() => {
    index.dispose();
    watch.dispose();
  });
  return index;
}

async function opened(): Promise<KeyIndex> {
  const index = indexOf('B');
  index.open();
  await eventually(() => expect(index.state.current.kind).toBe('ready'));
  return index;
}

function keys(index: KeyIndex): string[] {
  return index.children('').map((child) => child.token);
}

describe('KeyIndex', () => {
  it('lists the live keys', async () => {
    connection.foreignPut('B', 'a', '1');
    connection.foreignPut('B', 'b', '2');
    connection.foreignMark('B', 'b', 'DEL');
    connection.foreignPut('B', 'c', '3');

    const index = await opened();

    expect(keys(index)).toEqual(['a', 'c']);
  });

  it('follows changes made elsewhere without listing again', async () => {
    const index = await opened();

    connection.foreignPut('B', 'new', '1');
    await eventually(() => expect(keys(index)).toEqual(['new']));
    connection.foreignMark('B', 'new', 'EXPIRED');
    await eventually(() => expect(keys(index)).toEqual([]));

    expect(connection.calls.filter((call) => call === 'list')).toHaveLength(1);
  });

  it('misses nothing that happens while it lists', async () => {
    for (let at = 0; at < 10; at++) {
      connection.foreignPut('B', `k${at}`, '1');
    }
    const index = indexOf('B');
    index.open();
    await eventually(() => expect(index.state.current.kind).toBe('listing'));
    connection.foreignPut('B', 'late', '1');
    connection.foreignMark('B', 'k3', 'DEL');

    await eventually(() => expect(index.state.current.kind).toBe('ready'));

    await eventually(() => expect(index.count('')).toBe(10));
    expect(index.get('k3')).toBeUndefined();
    expect(index.get('late')).toBeDefined();
  });

  it('tells keys with new facts apart from keys that came or went', async () => {
    connection.foreignPut('B', 'a', '1');
    const index = await opened();
    const changes: unknown[] = [];
    index.onDidChange((change) => changes.push(change));

    connection.foreignPut('B', 'a', '2');
    await eventually(() => expect(changes).toEqual([{ keys: ['a'], structural: false }]));
    connection.foreignPut('B', 'b', '1');

    await eventually(() => expect(changes.at(-1)).toEqual({ keys: [], structural: true }));
  });

  it('says that a stopped listing is not complete', async () => {
    for (let at = 0; at < 10; at++) {
      connection.foreignPut('B', `k${at}`, '1');
    }
    const index = indexOf('B');
    index.state.onDidChange((state) => {
      if (state.kind === 'listing' && state.found > 0) {
        index.cancelListing();
      }
    });

    index.open();

    await eventually(() => expect(index.state.current.kind).toBe('partial'));
    expect(index.count('')).toBeLessThan(10);
  });

  it('keeps the error of a failed listing and lists again on demand', async () => {
    connection.foreignPut('B', 'a', '1');
    connection.failNext('list', new KvError('denied', 'no'));
    const index = indexOf('B');
    index.open();
    await eventually(() => expect(index.state.current.kind).toBe('failed'));

    index.open();

    await eventually(() => expect(index.state.current.kind).toBe('ready'));
    expect(keys(index)).toEqual(['a']);
  });

  it('keeps what it knows in view until a new listing is complete', async () => {
    for (let at = 0; at < 10; at++) {
      connection.foreignPut('B', `k${at}`, '1');
    }
    const index = await opened();
    const counts = new Set<number>();
    index.state.onDidChange(() => counts.add(index.count('')));
    index.onDidChange(() => counts.add(index.count('')));

    index.reload();
    connection.foreignMark('B', 'k1', 'DEL');
    await eventually(() => expect(index.state.current.kind).toBe('ready'));

    expect([...counts]).toEqual([10, 9]);
    expect(index.get('k1')).toBeUndefined();
  });

  it('catches up after the link was down', async () => {
    const index = await opened();
    connection.goOffline();
    expect(index.watch.state.current.kind).toBe('resuming');
    connection.foreignPut('B', 'meanwhile', '1');

    connection.goOnline();

    await eventually(() => expect(keys(index)).toEqual(['meanwhile']));
    expect(index.watch.state.current.kind).toBe('live');
  });
});

describe('BucketWatch', () => {
  it('is one watch for all holders and ends with the last', async () => {
    const watch = new BucketWatch(connection, 'B');
    const first = watch.hold();
    const second = watch.hold();
    await second.from;
    expect(connection.openWatches).toBe(1);

    first.dispose();
    first.dispose();
    expect(connection.openWatches).toBe(1);
    second.dispose();

    expect(connection.openWatches).toBe(0);
  });

  it('starts no watch when the holder is gone before it could', async () => {
    const watch = new BucketWatch(connection, 'B');
    const hold = watch.hold();
    hold.dispose();
    await hold.from;

    expect(connection.openWatches).toBe(0);
  });

  it('fails its holder for a bucket that is not there and starts anew for the next', async () => {
    const watch = new BucketWatch(connection, 'later');
    await expect(watch.hold().from).rejects.toMatchObject({ kind: 'notFound' });
    expect(watch.state.current.kind).toBe('failed');
    connection.foreignCreateBucket({ name: 'later' });

    await expect(watch.hold().from).resolves.toBe(1);

    expect(connection.openWatches).toBe(1);
    watch.dispose();
  });
});
