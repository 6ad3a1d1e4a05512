import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ignore } from '../../../src/kv/base/ignore';
import type { KeyIndex } from '../../../src/kv/session/keyIndex';
import { LinkResources } from '../../../src/kv/session/linkResources';
import { KeyShelf } from '../../../src/kv/keys/keptKeys';
import { eventually } from '../../support/poll';
import { FakeKvConnection } from '../fakeKvConnection';

let connection: FakeKvConnection;
let shelf: KeyShelf;

beforeEach(() => {
  connection = new FakeKvConnection({ batchSize: 2 });
  connection.foreignCreateBucket({ name: 'B' });
  shelf = new KeyShelf();
});

function link(): LinkResources {
  const made = new LinkResources(connection, { gone: ignore, looked: ignore }, shelf);
  onTestFinished(() => made.dispose());
  return made;
}

async function opened(of: LinkResources): Promise<KeyIndex> {
  const index = of.index('B');
  index.open();
  await eventually(() => expect(index.state.current.kind).toBe('ready'));
  return index;
}

function keys(index: KeyIndex): string[] {
  return index.children('').map((child) => child.token);
}

function put(...names: string[]): void {
  names.forEach((key) => connection.foreignPut('B', key, '1'));
}

function lists(): number {
  return connection.calls.filter((call) => call === 'list').length;
}

describe('coming back to a bucket over another link', () => {
  it('shows its keys before the server has answered anything, and then what has changed', async () => {
    put('a', 'b', 'c');
    const before = link();
    await opened(before);
    before.dispose();
    put('d');
    connection.foreignMark('B', 'a', 'DEL');
    const calls = connection.calls.length;

    const index = link().index('B');
    index.open();

    expect(index.state.current.kind).toBe('ready');
    expect(keys(index)).toEqual(['a', 'b', 'c']);
    expect(connection.calls.slice(calls)).toEqual(['bucketStatus']);
    await eventually(() => expect(keys(index)).toEqual(['b', 'c', 'd']));
  });

  it('finds out in the background what was removed without a trace', async () => {
    put('a', 'b', 'c');
    const before = link();
    await opened(before);
    before.dispose();
    connection.foreignLose('B', ({ key }) => key === 'b');
    const states: string[] = [];
    const index = link().index('B');
    index.state.onDidChange(({ kind }) => states.push(kind));

    index.open();
    while (lists() < 2) {
      await Promise.resolve();
    }
    put('during');

    await eventually(() => expect(keys(index)).toEqual(['a', 'c', 'during']));
    expect(states).toEqual(['ready']);
    put('later');
    await eventually(() => expect(keys(index)).toEqual(['a', 'c', 'during', 'later']));
  });

  it('lists anew a bucket that was deleted and created again', async () => {
    let now = 1_000;
    connection = new FakeKvConnection({ now: () => now });
    connection.foreignCreateBucket({ name: 'B' });
    put('a', 'b', 'c', 'd');
    const before = link();
    await opened(before);
    before.dispose();
    now = 2_000;
    connection.foreignDeleteBucket('B');
    connection.foreignCreateBucket({ name: 'B' });
    put('x');

    const index = link().index('B');
    index.open();

    await eventually(() => expect(keys(index)).toEqual(['x']));
    expect(index.state.current.kind).toBe('ready');
    put('y');
    await eventually(() => expect(keys(index)).toEqual(['x', 'y']));
  });

  it('goes on by listing when the bucket cannot be looked up', async () => {
    put('a');
    const before = link();
    await opened(before);
    before.dispose();
    const index = link().index('B');
    connection.goOffline();
    index.open();
    await eventually(() => expect(index.state.current.kind).toBe('failed'));
    expect(keys(index)).toEqual(['a']);

    connection.goOnline();
    index.open();

    await eventually(() => expect(index.state.current.kind).toBe('ready'));
    expect(keys(index)).toEqual(['a']);
  });

  it('keeps nothing of a listing that was not complete', async () => {
    put('a', 'b', 'c', 'd', 'e');
    const before = link();
    const index = before.index('B');
    index.open();
    await eventually(() => expect(index.state.current.kind).toBe('listing'));
    before.dispose();

    expect(shelf.take('B')).toBeUndefined();
  });
});

describe('an outage', () => {
  it('is followed by one listing in the background, which finds what went without a trace', async () => {
    put('a', 'b');
    const index = await opened(link());
    connection.goOffline();
    connection.foreignLose('B', ({ key }) => key === 'a');
    put('c');
    connection.goOnline();

    await eventually(() => expect(keys(index)).toEqual(['b', 'c']));
    expect(lists()).toBe(2);
    connection.goOffline();
    connection.goOnline();
    put('d');
    await eventually(() => expect(keys(index)).toEqual(['b', 'c', 'd']));
    expect(lists()).toBe(2);
  });
});

describe('what expires without a marker', () => {
  it('is dropped when the server has dropped it, whatever the clock says here', async () => {
    let now = 100_000;
    connection = new FakeKvConnection({ now: () => now });
    connection.foreignCreateBucket({ name: 'B', ttl: 1_000 });
    put('a', 'b');
    now += 600;
    put('c');
    const index = await opened(link());
    const changes = vi.fn();
    index.onDidChange(changes);

    expect(await index.dropExpired()).toBe(101_000);
    expect(keys(index)).toEqual(['a', 'b', 'c']);
    expect(changes).not.toHaveBeenCalled();

    connection.foreignLose('B', ({ created }) => created === 100_000);
    expect(await index.dropExpired()).toBe(101_600);
    expect(keys(index)).toEqual(['c']);
    expect(changes).toHaveBeenCalledExactlyOnceWith({ keys: [], structural: true });
    put('a');
    await eventually(() => expect(keys(index)).toEqual(['a', 'c']));
  });

  it('is dropped when its own time is over and the server says so, with what comes back instead', async () => {
    let now = 100_000;
    connection = new FakeKvConnection({ now: () => now });
    const stream = { allow_msg_ttl: true };
    connection.foreignCreateBucket({ name: 'B', history: 2 });
    await connection.updateBucket('B', { stream });
    put('a', 'b', 'c');
    for (const key of ['b', 'c', 'd']) {
      const value = new Uint8Array();
      connection.foreignWrite('B', { key, operation: 'PUT', value, ttl: 2_000 });
    }
    const index = await opened(link());
    expect(await index.dropExpired()).toBe(102_000);
    connection.foreignPut('B', 'c', 'y');
    now += 2_100;
    expect(await index.dropExpired()).toBe(103_000);
    expect(keys(index)).toEqual(['a', 'b', 'c', 'd']);

    now += 1_000;
    connection.foreignLose('B', ({ ttl }) => ttl !== undefined);
    expect(await index.dropExpired()).toBeUndefined();
    expect(keys(index)).toEqual(['a', 'b', 'c']);
    expect(index.get('b')?.revision).toBe(2);
    expect(lists()).toBe(1);
  });

  it('is none where values do not expire, or leave markers', async () => {
    connection.foreignCreateBucket({ name: 'M', ttl: 1_000, markerTtl: 2_000 });
    const here = link();
    expect(await here.index('B').dropExpired()).toBeUndefined();
    expect(await here.index('M').dropExpired()).toBeUndefined();
  });
});

describe('an index whose scope the server cannot apply', () => {
  const scope = { id: 'text b', matches: (key: string) => key.includes('b') };

  it('takes its keys from the index of the whole bucket, and follows them', async () => {
    put('a', 'ab', 'b', 'c');
    const here = link();
    await opened(here);
    const index = here.index('B', scope);
    index.open();

    await eventually(() => expect(keys(index)).toEqual(['ab', 'b']));
    expect(lists()).toBe(1);
    put('bb', 'x');
    connection.foreignMark('B', 'ab', 'DEL');
    await eventually(() => expect(keys(index)).toEqual(['b', 'bb']));
    expect(lists()).toBe(1);
  });

  it('misses nothing that comes and goes while it reads', async () => {
    put(...Array.from({ length: 5_000 }, (_, at) => `b${at}`));
    const here = link();
    await opened(here);
    const index = here.index('B', scope);
    index.open();
    expect(index.state.current.kind).toBe('listing');
    connection.foreignMark('B', 'b1', 'DEL');
    connection.foreignMark('B', 'b4999', 'DEL');
    put('b-new');

    await eventually(() => expect(index.count('')).toBe(4_999));
    expect(index.get('b1') ?? index.get('b4999')).toBeUndefined();
    expect(index.get('b-new')).toBeDefined();
  });

  it('asks the server while the whole is not there', async () => {
    put('a', 'b');
    const index = link().index('B', scope);
    index.open();
    await eventually(() => expect(keys(index)).toEqual(['b']));
    expect(lists()).toBe(1);
  });

  it('asks the server for deleted keys that the whole does not keep', async () => {
    put('a', 'b');
    connection.foreignMark('B', 'b', 'DEL');
    const here = link();
    await opened(here);
    const index = here.index('B', scope);
    index.reshape({ slash: false, deleted: true });
    index.open();
    await eventually(() => expect(index.last('b')?.operation).toBe('DEL'));
  });
});
