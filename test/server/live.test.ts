import { describe, expect, it, onTestFinished } from 'vitest';
import { ConnectionSession } from '../../src/kv/session/connectionSession';
import type { LiveChange, LiveWatchSpec } from '../../src/kv/live/liveChange';
import { LiveFeed } from '../../src/kv/live/liveFeed';
import { changeToJson } from '../../src/kv/live/ndjson';
import { eventually } from '../support/poll';
import type { ForeignNats } from './foreignNats';
import { startSystem } from './system';

const everything: LiveWatchSpec = {
  connectionId: 'local',
  bucket: 'b',
  filter: '>',
  start: { kind: 'updates' },
  operations: [],
};

describe('the live feed', () => {
  it('misses nothing over a crash of the server, and marks what it made up for', async () => {
    const { server, proxy, foreign, feed, liveState } = await setUp();
    feed.add(everything);
    await eventually(() => expect(liveState()).toBe('live'));
    await foreign.put('b', 'before', '1');
    await eventually(() => expect(told(feed)).toEqual(['before live']));

    // The link goes through a proxy, so that it stays away for longer than the server does.
    proxy.refuse();
    await server.kill9();
    await eventually(() => expect(liveState()).toBe('stale'));
    await server.restart();
    const written: string[] = [];
    await eventually(async () => void (await foreign.put('b', 'during', '2')));
    await proxy.accept();
    await eventually(() => expect(told(feed)).toContain('during caughtUp'));
    await eventually(() => expect(liveState()).toBe('live'));
    await untilToldLive(feed, foreign, 'again');
    for (let number = 0; number < 50; number++) {
      await foreign.put('b', `after.${number}`, String(number));
      written.push(`after.${number}`);
    }

    await eventually(() => expect(keys(feed).slice(-50)).toEqual(written));
    expect(new Set(revisions(feed)).size).toBe(revisions(feed).length);
    expect(revisions(feed)).toEqual(revisions(feed).toSorted((a, b) => a - b));
    expect(told(feed).at(-1)).toBe('after.49 live');
  });

  it('marks as caught up exactly what was stored while the link was down', async () => {
    const { proxy, foreign, feed, liveState } = await setUp();
    feed.add(everything);
    await eventually(() => expect(liveState()).toBe('live'));
    await foreign.put('b', 'before', '1');
    await eventually(() => expect(told(feed)).toHaveLength(1));

    proxy.refuse();
    proxy.cut();
    await eventually(() => expect(liveState()).toBe('stale'));
    for (let number = 0; number < 200; number++) {
      await foreign.put('b', `missed.${number}`, 'x');
    }
    await proxy.accept();
    await eventually(() => expect(told(feed)).toHaveLength(201));
    await eventually(() => expect(liveState()).toBe('live'));
    await untilToldLive(feed, foreign, 'after');

    const missed = told(feed).slice(1, 201);
    expect(missed).toEqual(Array.from({ length: 200 }, (_, at) => `missed.${at} caughtUp`));
  });

  it('exports what was written, byte for byte', async () => {
    const { foreign, feed, liveState } = await setUp();
    feed.add(everything);
    await eventually(() => expect(liveState()).toBe('live'));
    const values = [
      '{"id":12345678901234567890,"s":"é"}',
      '',
      'a\nb\u0000\u202e</script>',
      'x'.repeat(100_000),
      new Uint8Array([0xff, 0, 0x80]),
    ].map((value) => Buffer.from(value));
    for (const [at, value] of values.entries()) {
      await foreign.js.publish(`$KV.b.key.${at}`, value);
    }
    await foreign.mark('b', 'key.0', 'DEL');
    await eventually(() => expect(feed.counts.received).toBe(6));

    const lines = [...feed.changes()].map((change) => changeToJson(change, 'local'));
    const parsed = lines.map((line) => JSON.parse(line) as Exported);
    const bytes = parsed
      .slice(0, -1)
      .map(({ value, valueBase64 }) =>
        valueBase64 === undefined ? Buffer.from(value ?? '') : Buffer.from(valueBase64, 'base64'),
      );
    expect(bytes.map((each, at) => each.equals(values[at] ?? Buffer.alloc(0)))).toEqual(
      values.map(() => true),
    );
    expect(parsed.at(-1)).toMatchObject({ key: 'key.0', operation: 'delete', revision: 6 });
  });

  it('begins with current values, the history, a revision or a time', async () => {
    const { foreign, feed } = await setUp();
    await foreign.put('b', 'a', '1');
    await foreign.put('b', 'b', '1');
    await foreign.put('b', 'a', '2');
    const middle = feed.add({ ...everything, start: { kind: 'current' } });
    await eventually(() => expect(told(feed)).toEqual(['b stored', 'a stored']));
    feed.stop(middle);
    feed.clear();
    feed.stop(feed.add({ ...everything, start: { kind: 'history' } }));
    feed.add({ ...everything, start: { kind: 'history' } });
    await eventually(() => expect(keys(feed)).toEqual(['a', 'b', 'a']));
    feed.clear();
    feed.add({ ...everything, start: { kind: 'revision', revision: 3 } });
    await eventually(() => expect(revisions(feed)).toEqual([3]));
    feed.clear();
    feed.add({ ...everything, start: { kind: 'time', time: Date.now() - 3_600_000 } });
    await eventually(() => expect(revisions(feed)).toEqual([1, 2, 3]));
  });

  it('takes the keys of a folder that slashes part, of what a server cannot tell apart', async () => {
    const { foreign, feed, liveState } = await setUp();
    const folder = [
      'etc.app/db/name',
      'etc.app/db/user.x',
      'etc.app/dbs',
      'etc.app/db',
      'app/db/x',
    ];
    for (const key of folder) {
      await foreign.put('b', key, '1');
    }
    const filter = 'etc.app/db/>';
    feed.add({ ...everything, filter, start: { kind: 'current' } });
    await eventually(() => expect(liveState()).toBe('live'));
    for (const key of folder) {
      await foreign.put('b', key, '2');
    }
    const wanted = folder.slice(0, 2);
    const stored = wanted.map((key) => `${key} stored`);
    const live = wanted.map((key) => `${key} live`);
    await eventually(() => expect(told(feed)).toEqual([...stored, ...live]));
    expect(feed.counts.received).toBe(4);
  });

  it('leaves no consumer on the server when a watch is stopped', async () => {
    const { foreign, feed, liveState } = await setUp();
    const id = feed.add(everything);
    await eventually(() => expect(liveState()).toBe('live'));
    expect(await foreign.consumersOf('b')).toBe(1);
    feed.stop(id);
    await eventually(async () => expect(await foreign.consumersOf('b')).toBe(0));
  });

  it('is gone with its bucket, and tells all of one that is created again', async () => {
    const { foreign, feed, liveState } = await setUp();
    feed.add(everything);
    await eventually(() => expect(liveState()).toBe('live'));
    await foreign.put('b', 'a', 'old');
    await eventually(() => expect(told(feed)).toEqual(['a live']));
    await foreign.deleteBucket('b');
    await eventually(() => expect(liveState()).toBe('gone'));
    await foreign.createBucket({ name: 'b', history: 5 });
    await foreign.put('b', 'a', 'new');
    await eventually(() => expect(liveState()).toBe('live'));
    const state = feed.watches[0]?.state;
    expect(state?.kind === 'live' && state.recreatedAt).toBeTypeOf('number');
    await eventually(() => expect(keys(feed)).toEqual(['a', 'a']));
    await untilToldLive(feed, foreign, 'b');
  });

  it('goes on where another one left off, and marks what came meanwhile', async () => {
    const { foreign, feed, source, liveState } = await setUp();
    feed.add(everything);
    await eventually(() => expect(liveState()).toBe('live'));
    await foreign.put('b', 'seen', '1');
    await eventually(() => expect(told(feed)).toEqual(['seen live']));
    const place = feed.watches[0]?.place;
    feed.dispose();
    await foreign.put('b', 'missed.1', '1');
    await foreign.mark('b', 'seen', 'DEL');

    const next = new LiveFeed({ maxEntries: 1_000, sourceOf: () => source });
    onTestFinished(() => next.dispose());
    next.add(everything, place);
    await eventually(() => expect(told(next)).toEqual(['missed.1 caughtUp', 'seen caughtUp']));
    await foreign.put('b', 'later', '1');
    await eventually(() => expect(told(next).at(-1)).toBe('later live'));
  });
});

/** What is written within the one round trip that asks how far an outage went counts as missed. */
function untilToldLive(feed: LiveFeed, foreign: ForeignNats, key: string): Promise<void> {
  return eventually(async () => {
    const revision = await foreign.put('b', key, 'x');
    await eventually(() => revisions(feed).at(-1) === revision);
    expect(told(feed).at(-1)).toBe(`${key} live`);
  });
}

interface Exported {
  readonly value?: string;
  readonly valueBase64?: string;
}

async function setUp() {
  const system = await startSystem();
  await system.foreign.createBucket({ name: 'b', history: 5 });
  const connection = await system.connect({ reconnectDelay: () => 20 });
  const config = { id: 'local', name: 'local', url: system.proxy.url };
  const session = new ConnectionSession(config, () => Promise.resolve(connection));
  const feed = new LiveFeed({ maxEntries: 1_000, sourceOf: () => session });
  onTestFinished(() => feed.dispose());
  return { ...system, feed, source: session, liveState: () => feed.watches[0]?.state?.kind };
}

function changes(feed: LiveFeed): LiveChange[] {
  return [...feed.changes()];
}

function told(feed: LiveFeed): string[] {
  return changes(feed).map(({ entry, origin }) => `${entry.key} ${origin}`);
}

function keys(feed: LiveFeed): string[] {
  return changes(feed).map(({ entry }) => entry.key);
}

function revisions(feed: LiveFeed): number[] {
  return changes(feed).map(({ entry }) => entry.revision);
}
