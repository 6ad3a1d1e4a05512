import { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { expectKind, listAll } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import type { ForeignNats } from './foreignNats';
import { startSystem } from './system';

const many = 20_000;

describe('a listing', () => {
  it('tells every key of a bucket of twenty thousand, in batches', async () => {
    const { connection } = await setUp(many);
    const sizes: number[] = [];
    const keys = new Set<string>();
    for await (const batch of connection.list('b')) {
      sizes.push(batch.length);
      batch.forEach(({ key }) => keys.add(key));
    }
    expect(keys.size).toBe(many);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    expect(sizes.length).toBeGreaterThanOrEqual(many / 1000);
  });

  it('deletes its consumer at the end', async () => {
    const { foreign, connection } = await setUp(10);
    await listAll(connection, 'b');
    await noConsumers(foreign);
  });

  it('stops when it is aborted before another batch comes, and deletes its consumer', async () => {
    const { foreign, connection } = await setUp(many);
    const abort = new AbortController();
    let batches = 0;
    const listing = forEachBatch(connection, abort.signal, () => {
      batches++;
      abort.abort();
    });
    await expectKind('cancelled', listing);
    expect(batches).toBe(1);
    await noConsumers(foreign);
  });

  it('stops when it is aborted before the server has answered', async () => {
    const { proxy, foreign, connection } = await setUp(10);
    const abort = new AbortController();
    proxy.stall();
    const listing = listAll(connection, 'b', { signal: abort.signal });
    await eventually(() => expect(proxy.published).toHaveLength(1));
    abort.abort();
    await expectKind('cancelled', listing);
    proxy.reset();
    await noConsumers(foreign);
  });

  it('deletes its consumer when the caller stops early', async () => {
    const { foreign, connection } = await setUp(many);
    for await (const batch of connection.list('b')) {
      expect(batch.length).toBeLessThan(many);
      break;
    }
    await noConsumers(foreign);
  });

  it('starts anew when the link breaks, and misses no key', async () => {
    const { proxy, connection } = await setUp(many);
    const keys = new Set<string>();
    let isCut = false;
    for await (const batch of connection.list('b')) {
      batch.forEach(({ key }) => keys.add(key));
      if (!isCut) {
        isCut = true;
        proxy.cut();
      }
    }
    expect(keys.size).toBe(many);
  });

  it('ends in a bucket that is written to all the time', async () => {
    const { foreign, connection } = await setUp(2000);
    let isListing = true;
    const writing = (async () => {
      for (let at = 0; isListing; at++) {
        await foreign.put('b', `key.${at % 2000}`, 'again');
      }
    })();
    const keys = new Set((await listAll(connection, 'b')).map(({ key }) => key));
    isListing = false;
    await writing;
    expect(keys.size).toBe(2000);
  });

  it.each([1, 5])(
    'misses no key of %i revisions that is put while others are purged',
    async (history) => {
      const { foreign, connection } = await setUp(2000, history);
      const storm = startStorm(foreign, 2000);
      for (let round = 0; round < 4; round++) {
        const listed = await listAll(connection, 'b');
        const keys = new Set(listed.map(({ key }) => key).filter((key) => key.startsWith('key.')));
        expect(keys.size).toBe(2000);
      }
      await storm.stop();
    },
    // A listing begins anew where a purge made its consumer skip, and the storm takes what the machine has.
    600_000,
  );

  it('ends when keys vanish before they were told', async () => {
    const { proxy, foreign, connection } = await setUp(many);
    proxy.delay(20);
    const keys = new Set<string>();
    let isPurged = false;
    for await (const batch of connection.list('b')) {
      batch.forEach(({ key }) => keys.add(key));
      if (!isPurged) {
        isPurged = true;
        await foreign.jsm.streams.purge('KV_b');
        proxy.reset();
      }
    }
    expect(keys.size).toBeGreaterThan(0);
  });

  it('lets the server wait while the caller does not take what came', async () => {
    const { foreign, connection } = await setUp(60_000);
    const batches = connection.list('b')[Symbol.asyncIterator]();
    const first = await batches.next();
    let keys = first.done ? 0 : first.value.length;
    const delivered = await settledDelivery(foreign);
    expect(delivered).toBeGreaterThan(keys);
    expect(delivered).toBeLessThan(40_000);
    for (let next = await batches.next(); !next.done; next = await batches.next()) {
      keys += next.value.length;
    }
    expect(keys).toBe(60_000);
  });

  it('lets others have their turn after each part that it reads', async () => {
    const { connection } = await setUp(many);
    const paused = vi.spyOn(Socket.prototype, 'pause');
    onTestFinished(() => paused.mockRestore());
    await listAll(connection, 'b');
    // At least 130 bytes come for each key, and a turn ends with the frame that makes 256 KiB full.
    const [bytes, mostInTurn] = [many * 130, (256 + 64) * 1024];
    expect(paused.mock.calls.length).toBeGreaterThanOrEqual(Math.floor(bytes / mostInTurn));
  });
});

async function setUp(keys: number, history = 1) {
  const system = await startSystem();
  await system.foreign.createBucket({ name: 'b', history });
  const connection = await system.connect({ reconnectDelay: () => 5 });
  await fill(connection, keys);
  system.proxy.reset();
  return { ...system, connection };
}

/** Stores that many keys, a few thousand at a time. */
async function fill(connection: KvConnection, keys: number): Promise<void> {
  const value = new TextEncoder().encode('x');
  const atOnce = 4000;
  for (let start = 0; start < keys; start += atOnce) {
    const puts = Array.from({ length: Math.min(atOnce, keys - start) }, (_, at) =>
      connection.put('b', `key.${start + at}`, value, { expected: 0 }),
    );
    const outcomes = await Promise.all(puts);
    expect(outcomes.every(({ kind }) => kind === 'saved')).toBe(true);
  }
}

/** Puts the keys again and again, and puts and purges others in between, until it is stopped. */
function startStorm(foreign: ForeignNats, keys: number) {
  const writersAtOnce = 300;
  let isOver = false;
  const write = async (first: number) => {
    for (let at = first; !isOver; at++) {
      const other = `other.${at % 50}`;
      await (at % 10 === 0
        ? Promise.all([foreign.put('b', other, 'x'), foreign.mark('b', other, 'PURGE')])
        : foreign.put('b', `key.${(at * 7919) % keys}`, 'again'));
    }
  };
  const writers = Array.from({ length: writersAtOnce }, (_, at) => write(at * 31));
  return {
    async stop() {
      isOver = true;
      await Promise.all(writers);
    },
  };
}

async function forEachBatch(
  connection: KvConnection,
  signal: AbortSignal,
  onBatch: () => void,
): Promise<void> {
  for await (const batch of connection.list('b', { signal })) {
    expect(batch.length).toBeGreaterThan(0);
    onBatch();
  }
}

function noConsumers(foreign: ForeignNats): Promise<void> {
  return eventually(async () => expect(await foreign.consumersOf('b')).toBe(0));
}

/** How many messages the listing's consumer has sent, once it sends no more. */
async function settledDelivery(foreign: ForeignNats): Promise<number> {
  const seen: number[] = [];
  return eventually(
    async () => {
      const [consumer] = await foreign.jsm.consumers.list('KV_b').next();
      const delivered = consumer?.delivered.consumer_seq ?? 0;
      seen.push(delivered);
      return delivered > 0 && seen.length > 5 && new Set(seen.slice(-5)).size === 1 && delivered;
    },
    { intervalMs: 100 },
  );
}
