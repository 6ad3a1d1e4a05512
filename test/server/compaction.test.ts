import { describe, expect, it } from 'vitest';
import { expectKind, listAll } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { startSystem } from './system';

describe('compaction', () => {
  it('keeps a value that is put after the listing and before the purge, and its history', async () => {
    const { connection, foreign, proxy } = await setUp();
    await foreign.put('b', 'key', 'old');
    await foreign.mark('b', 'key', 'DEL');
    let isHeld = false;
    const compacting = connection.compact('b', {
      olderThanMs: 0,
      onProgress({ found, done }) {
        if (found === 1 && done === 0 && !isHeld) {
          isHeld = true;
          proxy.stall();
        }
      },
    });
    await untilPurging(proxy.published);
    const first = await foreign.put('b', 'key', 'new');
    const second = await foreign.put('b', 'key', 'newer');
    proxy.reset();
    expect(await compacting).toEqual({ found: 1, done: 1, removed: 2 });
    expect(await connection.get('b', 'key')).toMatchObject({ operation: 'PUT', revision: second });
    const { state } = await foreign.jsm.streams.info('KV_b');
    expect(state).toMatchObject({ messages: 2, first_seq: first });
  });

  it('keeps a value that is put meanwhile when the marker is too young to go', async () => {
    const { connection, foreign, proxy } = await setUp();
    await foreign.put('b', 'key', 'old');
    await foreign.mark('b', 'key', 'DEL');
    const compacting = connection.compact('b', {
      olderThanMs: 3_600_000,
      onProgress: ({ found, done }) => found === 1 && done === 0 && proxy.stall(),
    });
    await untilPurging(proxy.published);
    const put = await foreign.put('b', 'key', 'new');
    proxy.reset();
    expect(await compacting).toEqual({ found: 1, done: 1, removed: 1 });
    expect(await connection.get('b', 'key')).toMatchObject({ operation: 'PUT', revision: put });
    const { state } = await foreign.jsm.streams.info('KV_b');
    expect(state.messages).toBe(2);
  });

  it('keeps every key that is written while thousands are removed', async () => {
    const { connection, foreign } = await setUp();
    const keys = Array.from({ length: 2000 }, (_, at) => `k${at}`);
    await Promise.all(keys.map((key) => foreign.put('b', key, 'x')));
    await Promise.all(keys.map((key) => foreign.mark('b', key, 'DEL')));
    const written = new Set<string>();
    const puts: Promise<number>[] = [];
    const counts = await connection.compact('b', {
      olderThanMs: 0,
      onProgress({ done }) {
        // Some keys before their purge, some during it, some after it.
        const key = `k${(done * 7) % 2000}`;
        written.add(key);
        puts.push(foreign.put('b', key, 'alive'));
      },
    });
    await Promise.all(puts);
    expect(counts.done).toBe(counts.found);
    const alive = await listAll(connection, 'b');
    expect(alive.map(({ key }) => key).toSorted()).toEqual([...written].toSorted());
    expect(new Set(alive.map(({ operation }) => operation))).toEqual(new Set(['PUT']));
    expect(written.size).toBeGreaterThan(500);
  });

  it('stops between two purges when it is aborted', async () => {
    const { connection, foreign } = await setUp();
    const keys = Array.from({ length: 200 }, (_, at) => `k${at}`);
    await Promise.all(keys.map((key) => foreign.mark('b', key, 'DEL')));
    const abort = new AbortController();
    let last = 0;
    const compacting = connection.compact('b', {
      olderThanMs: 0,
      signal: abort.signal,
      onProgress({ done }) {
        last = done;
        if (done === 50) {
          abort.abort();
        }
      },
    });
    await expectKind('cancelled', compacting);
    // Purges that were in flight may still be answered.
    expect(last).toBeLessThan(50 + 16);
    const left = (await listAll(connection, 'b')).length;
    expect(left).toBeLessThanOrEqual(150);
    expect(left).toBeGreaterThanOrEqual(200 - 50 - 2 * 16);
  });

  it('sends no request for a young marker that has no history', async () => {
    const { connection, foreign, proxy } = await setUp();
    await foreign.mark('b', 'purged', 'PURGE');
    await connection.compact('b', { olderThanMs: 3_600_000 });
    expect(proxy.published.filter(isPurge)).toEqual([]);
  });

  it('removes keys whose names other clients would refuse', async () => {
    const { connection, foreign } = await setUp();
    for (const key of ['a*b.c>d', 'foo:bar', 'kľúč']) {
      await foreign.put('b', key, 'x');
      await foreign.mark('b', key, 'DEL');
    }
    await foreign.put('b', 'axb.cxd', 'x');
    const counts = await connection.compact('b', { olderThanMs: 0 });
    expect(counts).toEqual({ found: 3, done: 3, removed: 6 });
    expect(await listAll(connection, 'b')).toMatchObject([{ key: 'axb.cxd' }]);
  });
});

async function setUp() {
  const system = await startSystem();
  const connection = await system.connect();
  await connection.createBucket({ name: 'b', history: 5 });
  return { ...system, connection };
}

/** Waits until the client has sent a purge, which the stalled proxy holds. */
async function untilPurging(published: readonly string[]): Promise<void> {
  await eventually(() => published.some(isPurge));
}

function isPurge(subject: string): boolean {
  return subject.startsWith('$JS.API.STREAM.PURGE.');
}
