import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import type { LiveWatchSpec } from '../../../src/kv/live/liveChange';
import { LiveFeed } from '../../../src/kv/live/liveFeed';
import { noFilter } from '../../../src/kv/live/liveFilter';
import { keepLive } from '../../../src/extension/live/keepLive';
import type { LiveMemory, LiveSettings } from '../../../src/views/live/liveMemory';
import { FakeKvConnection } from '../../kv/fakeKvConnection';
import { inBackground } from '../../support/inBackground';

const spec: LiveWatchSpec = {
  connectionId: 'local',
  bucket: 'b',
  filter: '>',
  start: { kind: 'updates' },
  operations: [],
};

let connection: FakeKvConnection;
let session: ConnectionSession;
let kept: LiveSettings;
let writes: number;

const memory: Pick<LiveMemory, 'read' | 'write'> = {
  read: () => kept,
  write: (settings) => {
    writes++;
    kept = structuredClone(settings);
    return Promise.resolve();
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'b', history: 5 });
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  session = new ConnectionSession(config, () => Promise.resolve(connection));
  kept = { watches: [], filter: noFilter, rules: [] };
  writes = 0;
});

afterEach(() => {
  session.dispose();
  vi.useRealTimers();
});

/** The panel's state as it is after a start of the window. */
async function open() {
  const feed = new LiveFeed({ maxEntries: 100, sourceOf: () => session });
  const keeping = keepLive(feed, memory as LiveMemory, inBackground);
  await vi.advanceTimersByTimeAsync(50);
  return { feed, keeping };
}

function told(feed: LiveFeed): string[] {
  return [...feed.changes()].map(({ entry, origin }) => `${entry.key} ${origin}`);
}

describe('keepLive', () => {
  it('goes on after a restart from the last change shown, whatever came meanwhile', async () => {
    const { feed, keeping } = await open();
    feed.add(spec);
    await vi.advanceTimersByTimeAsync(50);
    connection.foreignPut('b', 'seen', '1');
    await vi.advanceTimersByTimeAsync(50);
    expect(told(feed)).toEqual(['seen live']);
    keeping.dispose();
    feed.dispose();
    connection.foreignPut('b', 'missed', '1');

    const { feed: next } = await open();
    expect(told(next)).toEqual(['missed caughtUp']);
    next.dispose();
  });

  it('shows what a pause held back only after it, over a restart too', async () => {
    const { feed, keeping } = await open();
    feed.pause(feed.add(spec));
    await vi.advanceTimersByTimeAsync(50);
    connection.foreignPut('b', 'held', '1');
    await vi.advanceTimersByTimeAsync(5_000);
    keeping.dispose();
    feed.dispose();

    const { feed: next } = await open();
    expect(next.watches[0]).toMatchObject({ isPaused: true, held: 1 });
    next.resume(next.watches[0]?.id ?? 0);
    expect(told(next)).toEqual(['held caughtUp']);
    next.dispose();
  });

  it('keeps a place at once, and every two seconds while changes go on', async () => {
    const { feed } = await open();
    feed.add(spec);
    await vi.advanceTimersByTimeAsync(5_000);
    writes = 0;
    connection.foreignPut('b', 'k', '0');
    await vi.advanceTimersByTimeAsync(10);
    expect(kept.watches[0]?.place?.revision).toBe(1);
    for (let step = 0; step < 100; step++) {
      connection.foreignPut('b', 'k', String(step));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(writes).toBeLessThanOrEqual(9);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(kept.watches[0]?.place?.revision).toBe(101);
    writes = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(writes).toBe(0);
    feed.dispose();
  });
});
