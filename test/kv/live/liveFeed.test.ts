import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import type { LiveWatchSpec } from '../../../src/kv/live/liveChange';
import { LiveFeed } from '../../../src/kv/live/liveFeed';
import { noFilter } from '../../../src/kv/live/liveFilter';
import { KvError } from '../../../src/kv/model/errors';
import { eventually } from '../../support/poll';
import { FakeKvConnection } from '../fakeKvConnection';

const updates: LiveWatchSpec = {
  connectionId: 'local',
  bucket: 'b',
  filter: '>',
  start: { kind: 'updates' },
  operations: [],
};

let connection: FakeKvConnection;
let session: ConnectionSession | undefined;
let feed: LiveFeed;

beforeEach(() => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'b', history: 5 });
  session = newSession();
  feed = new LiveFeed({ maxEntries: 100, sourceOf: () => session });
});

afterEach(() => {
  feed.dispose();
  session?.dispose();
  expect(connection.openWatches).toBe(0);
});

function newSession(): ConnectionSession {
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  return new ConnectionSession(config, () => Promise.resolve(linkTo(connection)));
}

/** A link of its own to the same system: closing it leaves the others as they are. */
function linkTo(system: FakeKvConnection): FakeKvConnection {
  const link = Object.create(system) as FakeKvConnection;
  link.close = () => Promise.resolve();
  return link;
}

function told(): string[] {
  return [...feed.changes()].map(
    ({ entry, origin }) => `${entry.key}=${text(entry.value)} ${origin}`,
  );
}

function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}

function stateOf(id: number): string | undefined {
  return feed.watches.find((watch) => watch.id === id)?.state?.kind;
}

async function start(spec: Partial<LiveWatchSpec> = {}): Promise<number> {
  const id = feed.add({ ...updates, ...spec });
  await eventually(() => expect(stateOf(id)).toBe('live'));
  return id;
}

function tells(expected: readonly string[]): Promise<void> {
  return eventually(() => expect(told()).toEqual(expected));
}

describe('LiveFeed', () => {
  it('tells what happens from now on, with the value before', async () => {
    connection.foreignPut('b', 'a', 'old');
    await start();
    connection.foreignPut('b', 'a', '1');
    connection.foreignPut('b', 'a', '2');
    await tells(['a=1 live', 'a=2 live']);
    const [first, second] = [...feed.changes()];
    expect(first?.previous).toBeUndefined();
    expect(text(second?.previous?.value ?? new Uint8Array())).toBe('1');
  });

  it('begins with the current values, marked as stored', async () => {
    connection.foreignPut('b', 'a', '1');
    connection.foreignPut('b', 'b', '1');
    connection.foreignPut('b', 'a', '2');
    await start({ start: { kind: 'current' } });
    connection.foreignPut('b', 'c', '1');
    await tells(['b=1 stored', 'a=2 stored', 'c=1 live']);
  });

  it('tells no current value twice when the link breaks after a chunk that had changed', async () => {
    for (let number = 0; number < 250; number++) {
      connection.foreignPut('b', `k${number}`, '1');
    }
    feed.dispose();
    feed = new LiveFeed({ maxEntries: 1_000, sourceOf: () => session });
    const getMany = connection.getMany.bind(connection);
    let chunks = 0;
    connection.getMany = async (bucket, keys, options) => {
      chunks++;
      if (chunks === 2) {
        keys.forEach((key) => connection.foreignPut('b', key, '2'));
      }
      if (chunks === 3) {
        throw new KvError('disconnected', 'the link broke');
      }
      return getMany(bucket, keys, options);
    };
    await start({ start: { kind: 'current' } });
    await eventually(() => expect(told()).toHaveLength(250));
    expect(new Set(told()).size).toBe(250);
  });

  it('reads no more current values than are kept, and counts the others', async () => {
    for (let number = 0; number < 250; number++) {
      connection.foreignPut('b', `k${number}`, '1');
    }
    await start({ start: { kind: 'current' } });
    expect(feed.counts).toMatchObject({ received: 250, kept: 100, fellOff: 150 });
    expect(told().at(-1)).toBe('k249=1 stored');
    expect(connection.calls.filter((call) => call === 'getMany')).toHaveLength(1);
  });

  it('begins with the history, a revision or a time', async () => {
    ['1', '2', '3'].forEach((value) => connection.foreignPut('b', 'a', value));
    await start({ start: { kind: 'history' } });
    await tells(['a=1 stored', 'a=2 stored', 'a=3 stored']);
    feed.clear();
    await start({ start: { kind: 'revision', revision: 3 } });
    await tells(['a=3 stored']);
    feed.clear();
    await start({ start: { kind: 'time', time: Date.now() + 60_000 } });
    connection.foreignPut('b', 'z', '1');
    // The watch from a later time has nothing to tell; the other two do.
    await tells(['z=1 live', 'z=1 live']);
  });

  it('tells only what matches the filter and the operations, and knows the value before all the same', async () => {
    await start({ filter: 'orders.>', operations: ['DEL'] });
    connection.foreignPut('b', 'orders.1', 'x');
    connection.foreignPut('b', 'users.1', 'x');
    connection.foreignMark('b', 'orders.1', 'DEL');
    await tells(['orders.1= live']);
    expect(text([...feed.changes()][0]?.previous?.value ?? new Uint8Array())).toBe('x');
  });

  it('says since when it is stale, and marks what it makes up for', async () => {
    const id = await start();
    connection.foreignPut('b', 'a', '1');
    await tells(['a=1 live']);
    connection.goOffline();
    expect(stateOf(id)).toBe('stale');
    connection.foreignPut('b', 'a', '2');
    connection.goOnline();
    await tells(['a=1 live', 'a=2 caughtUp']);
    await eventually(() => expect(stateOf(id)).toBe('live'));
    await eventually(() => {
      connection.foreignPut('b', 'c', '1');
      expect(told().at(-1)).toBe('c=1 live');
    });
  });

  it('goes on without a gap over a new link', async () => {
    const id = await start();
    connection.foreignPut('b', 'a', '1');
    await tells(['a=1 live']);
    session?.dispose();
    session = newSession();
    connection.foreignPut('b', 'a', '2');
    feed.sourcesChanged();
    await tells(['a=1 live', 'a=2 caughtUp']);
    expect(stateOf(id)).toBe('live');
  });

  it('is gone with its bucket, and goes on by itself with one that is created again', async () => {
    const id = await start();
    connection.foreignPut('b', 'a', 'old');
    await tells(['a=old live']);
    connection.foreignDeleteBucket('b');
    await eventually(() => expect(stateOf(id)).toBe('gone'));
    connection.foreignCreateBucket({ name: 'b' });
    connection.foreignPut('b', 'a', 'new');
    await eventually(() => expect(stateOf(id)).toBe('live'));
    const state = feed.watches[0]?.state;
    expect(state?.kind === 'live' && state.recreatedAt).toBeTypeOf('number');
    await tells(['a=old live', 'a=new caughtUp']);
    expect([...feed.changes()].at(-1)?.previous).toBeUndefined();
    await eventually(() => {
      connection.foreignPut('b', 'b', '1');
      expect(told().at(-1)).toBe('b=1 live');
    });
  });

  it('tells all of a bucket that was not there when the watch began', async () => {
    connection.foreignDeleteBucket('b');
    const id = feed.add(updates);
    await eventually(() => expect(stateOf(id)).toBe('gone'));
    connection.foreignCreateBucket({ name: 'b' });
    connection.foreignPut('b', 'a', '1');
    await tells(['a=1 caughtUp']);
  });

  it('looks for a bucket that is gone when it is asked to', async () => {
    const id = await start();
    connection.foreignDeleteBucket('b');
    await eventually(() => expect(stateOf(id)).toBe('gone'));
    connection.foreignCreateBucket({ name: 'b' });
    feed.restart(id);
    await eventually(() => expect(stateOf(id)).toBe('live'));
  });

  it('goes on after a restart from where it was, and marks what came meanwhile', async () => {
    await start();
    connection.foreignPut('b', 'a', '1');
    await tells(['a=1 live']);
    const place = feed.watches[0]?.place;
    feed.dispose();
    connection.foreignPut('b', 'a', '2');
    connection.foreignPut('b', 'b', '1');
    feed = new LiveFeed({ maxEntries: 100, sourceOf: () => session });
    feed.add(updates, place);
    await tells(['a=2 caughtUp', 'b=1 caughtUp']);
    await eventually(() => {
      connection.foreignPut('b', 'c', '1');
      expect(told().at(-1)).toBe('c=1 live');
    });
  });

  it('goes on after a restart with another bucket of the same name from its beginning', async () => {
    await start({ start: { kind: 'history' } });
    connection.foreignPut('b', 'a', 'old');
    await tells(['a=old live']);
    const place = feed.watches[0]?.place;
    feed.dispose();
    connection.foreignDeleteBucket('b');
    // Another time of creation, by the fake's clock.
    await eventually(() => Date.now() > (place?.created ?? 0));
    connection.foreignCreateBucket({ name: 'b' });
    connection.foreignPut('b', 'a', 'new');
    connection.foreignPut('b', 'b', 'new');
    feed = new LiveFeed({ maxEntries: 100, sourceOf: () => session });
    feed.add(updates, place);
    await tells(['a=new caughtUp', 'b=new caughtUp']);
  });

  it('keeps its place before what a pause held back, and where it cannot begin', async () => {
    const id = await start();
    connection.foreignPut('b', 'a', '1');
    await tells(['a=1 live']);
    feed.pause(id);
    connection.foreignPut('b', 'a', '2');
    await eventually(() => expect(feed.watches[0]).toMatchObject({ held: 1 }));
    expect(feed.watches[0]?.place?.revision).toBe(1);
    feed.resume(id);
    expect(feed.watches[0]?.place?.revision).toBe(2);
    session?.dispose();
    session = undefined;
    feed.sourcesChanged();
    expect(feed.watches[0]).toMatchObject({ state: undefined, place: { revision: 2 } });
  });

  it('says why it cannot watch', async () => {
    connection.failNext('bucketStatus', new KvError('denied', 'not allowed'));
    const id = feed.add(updates);
    await eventually(() => expect(stateOf(id)).toBe('failed'));
  });

  it('counts while a watch is paused and shows it all afterwards', async () => {
    const id = await start();
    feed.pause(id);
    connection.foreignPut('b', 'a', '1');
    await eventually(() => expect(feed.watches[0]).toMatchObject({ held: 1, received: 1 }));
    expect(told()).toEqual([]);
    expect(feed.rates(id).reduce((sum, count) => sum + count)).toBe(1);
    feed.resume(id);
    expect(told()).toEqual(['a=1 live']);
  });

  it('keeps what a stopped watch has told, and ends it on the server', async () => {
    const id = await start();
    connection.foreignPut('b', 'a', '1');
    await tells(['a=1 live']);
    feed.stop(id);
    expect(connection.openWatches).toBe(0);
    expect(told()).toEqual(['a=1 live']);
    expect(feed.watches).toEqual([]);
  });

  it('tells of what a rule wants to be notified of, but not of what was stored', async () => {
    connection.foreignPut('b', 'a', '{"status":"failed"}');
    const matched: string[] = [];
    feed.onDidMatch(({ change }) => matched.push(change.entry.key));
    feed.setRules([
      { condition: 'value.status == "failed"', notify: true },
      { condition: 'this is no rule', notify: true },
    ]);
    await start({ start: { kind: 'history' } });
    connection.foreignPut('b', 'b', '{"status":"failed"}');
    connection.foreignPut('b', 'c', '{"status":"fine"}');
    await eventually(() => expect(feed.counts.received).toBe(3));
    expect(matched).toEqual(['b']);
    feed.rows.advance();
    const marked = [0, 1, 2].map((at) => {
      const row = feed.rows.get(feed.rows.first + at);
      return row?.kind === 'change' && row.isMarked;
    });
    expect(marked).toEqual([true, true, false]);
  });

  it('exports what the filter lets through', async () => {
    await start();
    ['a', 'b'].forEach((key) => connection.foreignPut('b', key, '1'));
    await eventually(() => expect(feed.counts.received).toBe(2));
    feed.setFilter({ ...noFilter, text: 'b' });
    expect(told()).toEqual(['b=1 live']);
  });

  it('shows a watch whose connection is not configured, and starts it when it is', async () => {
    const later = session;
    session = undefined;
    const id = feed.add(updates);
    expect(feed.watches[0]?.state).toBeUndefined();
    session = later;
    feed.sourcesChanged();
    await eventually(() => expect(stateOf(id)).toBe('live'));
  });
});
