import { describe, expect, it } from 'vitest';
import { listAsOf, stateAt } from '../../src/kv/asOf/listAsOf';
import { planRestore } from '../../src/kv/asOf/planRestore';
import { runRestore, undoRestore } from '../../src/kv/asOf/runRestore';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { fillBucket } from '../support/fillBucket';
import { listAll } from '../kv/contract/harness';
import { isServerAtLeast } from './serverVersion';
import { linkIs, startSystem } from './system';

const timeout = 120_000;
const { signal } = new AbortController();

describe('a bucket of a real server as of a moment', () => {
  it('reads 10,000 keys in at most 12 requests', { timeout }, async ({ skip }) => {
    skip(!isServerAtLeast('2.11'), 'there are no batched direct gets');
    const { connection, proxy } = await setUp(10_000);
    const keys = (await listAll(connection, 'b')).map(({ key }) => key);
    proxy.reset();

    const asOf = { kind: 'revision', revision: 10_000 } as const;
    const found = await connection.getMany('b', keys, { asOf });

    expect(found.every((entry) => entry && entry.revision <= 10_000)).toBe(true);
    expect(proxy.published.length).toBeLessThanOrEqual(12);
  });

  it('asks for nothing twice where most keys came later', { timeout }, async ({ skip }) => {
    skip(!isServerAtLeast('2.11'), 'there are no batched direct gets');
    const { connection, proxy } = await setUp(10_000);
    const keys = (await listAll(connection, 'b')).map(({ key }) => key);
    proxy.reset();

    const asOf = { kind: 'revision', revision: 100 } as const;
    const found = await connection.getMany('b', keys, { asOf });

    expect(found.filter((entry) => entry !== undefined)).toHaveLength(100);
    expect(proxy.published.length).toBeLessThanOrEqual(12);
  });

  it('tells the same as a client that has looked then', { timeout }, async () => {
    const { connection, foreign } = await setUp(0);
    const then = new Map<string, string>();
    const write = async (at: number, value: string): Promise<void> => {
      const key = `k.${at % 40}`;
      if (at % 7 === 0) {
        await foreign.mark('b', key, 'DEL');
      } else {
        await foreign.put('b', key, value);
      }
    };
    for (let at = 0; at < 150; at++) {
      await write(at, `value ${at}`);
    }
    const { lastRevision } = await connection.bucketStatus('b');
    for (const { key, operation, revision } of await listAll(connection, 'b')) {
      then.set(key, `${operation} ${revision}`);
    }
    for (let at = 150; at < 220; at++) {
      await write(at * 3, `later ${at}`);
    }

    const moment = { kind: 'revision', revision: lastRevision } as const;
    const listing = await listAsOf(connection, 'b', { moment, filter: '>' }, { signal });

    const told = new Map<string, string>();
    for (let at = 0; at < listing.rows.count; at++) {
      const row = listing.rows.at(at);
      if (row.then) {
        told.set(row.key, `${row.then.operation} ${row.then.revision}`);
      }
    }
    expect(told).toEqual(then);
  });
});

describe('restoring a bucket of a real server', () => {
  it('brings a prefix back over a restart, and forward again', { timeout }, async () => {
    const { connection, foreign, server } = await setUp(0);
    const count = 400;
    for (let at = 0; at < count; at++) {
      await foreign.put('b', `p.${at}`, `then ${at}`);
    }
    await foreign.put('b', 'other', 'then');
    const { lastRevision: revision } = await connection.bucketStatus('b');
    for (let at = 0; at < count; at++) {
      await (at % 2 === 0
        ? foreign.put('b', `p.${at}`, `now ${at}`)
        : foreign.mark('b', `p.${at}`, 'DEL'));
    }
    await foreign.put('b', 'p.new', 'now');
    await foreign.put('b', 'other', 'now');
    const moment = { kind: 'revision', revision } as const;
    const plan = await planRestore(connection, 'b', { moment, filter: 'p.>' }, { signal });
    expect(plan).toMatchObject({ puts: count, deletes: 1, unknown: 0 });
    await foreign.put('b', 'p.0', 'theirs');

    let restart: Promise<void> | undefined;
    const result = await runRestore(plan, {
      signal,
      onProgress(done) {
        if (done >= count / 4) {
          restart ??= server.restart();
        }
      },
    });
    await restart;
    await linkIs('connected', connection);
    expect(result).toMatchObject({ left: 0, done: { count }, skipped: { count: 1 } });
    const keys = ['p.0', 'p.1', 'p.2', 'p.new', 'other'];
    expect(await values(connection, keys)).toEqual(['theirs', 'then 1', 'then 2', 'DEL', 'now']);

    const undone = await undoRestore({ plan, result }, { signal });
    expect(undone.done.count).toBe(count);
    expect(await values(connection, keys)).toEqual(['theirs', 'DEL', 'now 2', 'now', 'now']);
  });

  it('says what the history has dropped, and leaves it', async () => {
    const { connection, foreign } = await setUp(0);
    await foreign.put('b', 'long', 'then');
    for (let at = 0; at < 6; at++) {
      await foreign.put('b', 'long', `${at}`);
    }
    await foreign.put('b', 'new', 'now');
    const moment = { kind: 'revision', revision: 1 } as const;
    const listing = await listAsOf(connection, 'b', { moment, filter: '>' }, { signal });
    expect([stateAt(listing, 0), stateAt(listing, 1)]).toEqual(['unknown', 'unknown']);
    const plan = await planRestore(connection, 'b', { moment, filter: '>' }, { signal });
    expect(plan).toMatchObject({ puts: 0, deletes: 0, unknown: 2 });
  });
});

/** A bucket with a history of 5 and, where some are wanted, keys that were all put twice. */
async function setUp(keys: number) {
  const system = await startSystem();
  if (keys > 0) {
    await fillBucket(system.server.url, { name: 'b', keys, revisions: 2 });
  }
  const connection = await system.connect();
  if (keys === 0) {
    await connection.createBucket({ name: 'b', history: 5 });
  }
  await connection.bucketStatus('b');
  return { ...system, connection };
}

async function values(connection: KvConnection, keys: readonly string[]): Promise<string[]> {
  const all = await connection.getMany('b', keys);
  return all.map((entry) =>
    entry?.operation === 'PUT' ? new TextDecoder().decode(entry.value) : `${entry?.operation}`,
  );
}
