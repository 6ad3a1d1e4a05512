import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batchOf, type BatchChange } from '../../src/kv/model/batch';
import type { Entry } from '../../src/kv/model/entry';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { writeBatch } from '../../src/kv/operations/writeBatch';
import { writeInTurn } from '../../src/kv/operations/writeInTurn';
import { wayBack } from '../../src/kv/operations/wayBack';
import { bytes, isIn, text } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { describeWhere } from '../support/where';
import { createInCluster, patient, startCluster, urlsOf } from './natsCluster';
import { isServerAtLeast } from './serverVersion';
import { connectTo, linkIs, startSystem } from './system';

const { signal } = new AbortController();
/** `KV_BATCH_RACES=1000` runs what a release is held to. */
const races = Number(process.env['KV_BATCH_RACES'] ?? 20);

const describeWithBatches = describeWhere(isServerAtLeast('2.12'), 'the server takes no batches');

describeWithBatches('several keys in one atomic batch', () => {
  it('are stored whole or not at all wherever the link breaks', async () => {
    const count = 12;
    const { connection, proxy, told } = await setUp();
    let revisions = Array.from({ length: count }, () => 0);
    for (let sent = 0; sent <= count; sent++) {
      const round = revisions;
      const changes = round.map((expected, at) => put(`key.${at}`, `round ${sent}`, expected));
      proxy.cutAfter(sent, '$KV.b.');
      const result = await writeBatch({ connection, bucket: 'b' }, changes, { patient: true });
      if (result.kind !== 'saved') {
        throw new Error(`cut after ${sent} messages: ${JSON.stringify(result)}`);
      }
      revisions = round.map((_, at) => result.first + at);
      await linkIs('connected', connection);
      const entries = await connection.getMany(
        'b',
        changes.map(({ key }) => key),
      );
      expect(entries.map((entry) => [text(entry?.value), entry?.revision])).toEqual(
        revisions.map((revision) => [`round ${sent}`, revision]),
      );
    }
    // One that was cut has been stored once: none of them is there in parts, or twice.
    await eventually(() => expect(told).toHaveLength((count + 1) * count));
    expectWhole(told, count);
  });

  it('are written by nobody where the link breaks before the last of them', async () => {
    const { connection, proxy } = await setUp();
    const changes = Array.from({ length: 6 }, (_, at) => put(`key.${at}`, 'x', 0));
    proxy.cutAfter(0, '$KV.b.');
    const result = await writeBatch({ connection, bucket: 'b' }, changes);
    expect(result).toMatchObject({ kind: 'notWritten', error: { kind: 'disconnected' } });
    await linkIs('connected', connection);
    proxy.cutAfter(3, '$KV.b.');
    const outcome = await connection.writeBatch('b', changes, { id: 'one' });
    expect(outcome).toMatchObject({ kind: 'unknown' });
    await linkIs('connected', connection);
    expect(await connection.bucketStatus('b')).toMatchObject({ values: 0 });
  });

  it(
    'lose against another writer of one of a thousand of them as a whole, never in part',
    { timeout: 1_200_000 },
    async () => {
      const count = 1_000;
      const { connection, foreign } = await setUpBucket();
      const told = await followBatches(connection);
      const keys = Array.from({ length: count }, (_, at) => `key.${at}`);
      const seed = keys.map((key) => put(key, 'seed', 0));
      const seeding = connection.writeBatch('b', seed, { id: 'seed' });
      const span = await turnsOf(seeding);
      const first = await seeding;
      let revisions = keys.map((_, at) => (first.kind === 'saved' ? first.first + at : 0));
      const ended = { saved: 0, conflict: 0 };
      for (let round = 0; round < races; round++) {
        const before = revisions;
        const changes = keys.map((key, at) => put(key, `round ${round}`, before[at] ?? 0));
        const at = (round * 37) % count;
        const raced = `key.${at}`;
        const writing = writeBatch({ connection, bucket: 'b' }, changes);
        // Before the batch, amid it, or behind it.
        await turnsOf(writing, Math.round((span * (round % 10)) / 8));
        const theirs = await foreign.put('b', raced, `theirs ${round}`);
        const result = await writing;
        if (result.kind === 'saved') {
          revisions = keys.map((_, each) => result.first + each);
        } else {
          expect(result).toEqual({ kind: 'conflict', keys: [{ key: raced, revision: theirs }] });
        }
        // Theirs is never lost: the batch is before it, or was refused.
        revisions = revisions.with(at, theirs);
        expect(text((await connection.get('b', raced))?.value)).toBe(`theirs ${round}`);
        ended[result.kind === 'saved' ? 'saved' : 'conflict']++;
      }
      const whole = Array.from({ length: 1 + ended.saved }, () => count);
      await eventually(() => expect(told.counts()).toEqual(whole), patient);
      const last = await connection.getMany('b', keys);
      expect(last.map((entry) => entry?.revision)).toEqual(revisions);
      process.stdout.write(
        `${races} races: ${ended.saved} before the other, ${ended.conflict} refused\n`,
      );
    },
  );

  it('lose against a writer a thousand times, never in part', async () => {
    const { connection, foreign, told } = await setUp();
    let saved = 0;
    for (let round = 0; round < 1_000; round++) {
      const [last] = await connection.getMany('b', ['raced']);
      const changes = ['a', 'raced', 'z'].map((key) =>
        put(
          key === 'raced' ? key : `${key}.${round}`,
          'ours',
          key === 'raced' ? (last?.revision ?? 0) : 0,
        ),
      );
      const [outcome] = await Promise.all([
        connection.writeBatch('b', changes, { id: `b${round}` }),
        foreign.put('b', 'raced', 'theirs'),
      ]);
      saved += outcome.kind === 'saved' ? 1 : 0;
    }
    await eventually(() => expect(told).toHaveLength(3 * saved + 1_000), patient);
    expectWhole(told, 3);
  });

  it.each([
    [{ max_msgs: 3 }, /at most 3 messages \(max_msgs\)/],
    [{ max_bytes: 600 }, /at most 600 bytes \(max_bytes\)/],
    [{ max_msg_size: 600 }, /the value of key\.2 has 800 bytes, the bucket takes at most/],
  ])('are refused by the limit %j by its name, and none is stored', async (limit, message) => {
    const { connection } = await setUp(limit);
    const changes = Array.from({ length: 4 }, (_, at) =>
      put(`key.${at}`, 'x'.repeat(at === 2 ? 800 : 80), 0),
    );
    const result = await writeBatch({ connection, bucket: 'b' }, changes);
    expect(result.kind === 'notWritten' && result.error.message).toMatch(message);
    expect(await connection.bucketStatus('b')).toMatchObject({ values: 0 });
  });

  it('are stored whole or not at all when the leader of three crashes', async () => {
    const servers = await startCluster();
    const connection = await connectTo(urlsOf(servers), {
      reconnectDelay: () => 20,
      timeoutMs: 2_000,
    });
    const stream = { allow_atomic: true };
    const bucket = { name: 'b', history: 64, replicas: 3, stream };
    await createInCluster(connection, bucket);
    const told = await follow(connection);
    const count = 200;
    let revisions = Array.from({ length: count }, () => 0);
    const seen: (readonly [before: number[], after: number[], stored: number[]])[] = [];
    for (let crash = 0; crash < 3; crash++) {
      const leader = servers.get((await leaderOf(connection)) ?? '');
      const changes = revisions.map((expected, at) => put(`key.${at}`, `${crash}`, expected));
      const place = { connection, bucket: 'b' };
      const [result] = await Promise.all([
        writeBatch(place, changes, { patient: true }),
        leader?.kill9(),
      ]);
      await leader?.restart();
      await leaderOf(connection);
      const keys = changes.map(({ key }) => key);
      const before = revisions;
      revisions = await eventually(async () => {
        const entries = await connection.getMany('b', keys);
        const stored = entries.map((entry) => entry?.revision ?? 0);
        seen.push([before, stored.map((_, at) => (stored[0] ?? 0) + at), stored]);
        // A replica that has just come back may answer, and be a moment behind.
        expect(result.kind === 'saved' ? result.first : stored[0]).toBe(stored[0]);
        return stored;
      }, patient);
    }
    seen.forEach(([before, after, stored]) => expect([before, after]).toContainEqual(stored));
    await eventually(() => expectWhole(told, count), patient);
  });
});

describe('several keys one after the other', () => {
  it('stop at the first that somebody else has changed, with a way back', async () => {
    const { foreign, ...system } = await startSystem();
    const connection = await system.connect();
    await connection.createBucket({ name: 'b', history: 5 });
    const first = await foreign.put('b', 'a', '1');
    const second = await foreign.put('b', 'c', '1');
    await foreign.put('b', 'c', '2');
    const before = new Map<string, Entry | undefined>([['a', await connection.get('b', 'a')]]);
    const changes = [
      put('a', 'x', first),
      put('b', 'x', 0),
      put('c', 'x', second),
      put('d', 'x', 0),
    ];
    const place = { connection, bucket: 'b' };
    const result = await writeInTurn(place, changes, { signal });
    expect(result).toMatchObject({
      revisions: [4, 5],
      stopped: { kind: 'skipped', why: 'changed' },
    });
    expect(await valuesOf(connection, ['a', 'b', 'c', 'd'])).toEqual(['x', 'x', '2', undefined]);
    const back = wayBack(changes, result.revisions, (key) => before.get(key));
    expect(await writeInTurn(place, back, { signal })).toMatchObject({ revisions: [6, 7] });
    expect(await valuesOf(connection, ['a', 'b', 'c', 'd'])).toEqual(['1', '', '2', undefined]);
  });
});

async function setUp(others: object = {}) {
  const place = await setUpBucket(others);
  return { ...place, told: await follow(place.connection) };
}

async function setUpBucket(others: object = {}) {
  const { proxy, foreign, ...system } = await startSystem();
  const connection = await system.connect({ reconnectDelay: () => 5 });
  const stream = { allow_atomic: true, ...others };
  await connection.createBucket({ name: 'b', history: 64, stream });
  return { connection, proxy, foreign };
}

/** Every message of the bucket, as a watch tells them. */
async function follow(connection: KvConnection): Promise<Entry[]> {
  const told: Entry[] = [];
  const watch = connection.watch('b', { from: 1, values: true });
  watch.onDidChange((changes) => told.push(...changes));
  await isIn('live', watch);
  return told;
}

/** Counts the turns of the event loop until something is done, at most so many. */
async function turnsOf(work: Promise<unknown>, most = Infinity): Promise<number> {
  let turns = 0;
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  work.then(done, done);
  while (!isDone && turns < most) {
    await setImmediate();
    turns++;
  }
  return turns;
}

/** How many messages of each batch a watch has told; throws where others were between them. */
async function followBatches(connection: KvConnection): Promise<{ counts(): number[] }> {
  const batches = new Map<string, { readonly first: number; count: number }>();
  const broken: string[] = [];
  const watch = connection.watch('b', { from: 1, values: true });
  watch.onDidChange((changes) => {
    for (const { revision, headers } of changes) {
      const batch = batchOf({ headers });
      if (batch) {
        const known = batches.get(batch.id) ?? { first: revision, count: 0 };
        batches.set(batch.id, known);
        if (revision !== known.first + known.count++) {
          broken.push(`r${revision} of ${batch.id}`);
        }
      }
    }
  });
  await isIn('live', watch);
  return {
    counts: () => {
      expect(broken).toEqual([]);
      return [...batches.values()].map(({ count }) => count);
    },
  };
}

/** No batch is there in part, or with others between. */
function expectWhole(told: readonly Entry[], count: number): void {
  const batches = Map.groupBy(told, (entry) => batchOf(entry)?.id);
  batches.delete(undefined);
  for (const entries of batches.values()) {
    const first = entries[0]?.revision ?? 0;
    expect(entries.map(({ revision }) => revision)).toEqual(
      Array.from({ length: count }, (_, at) => first + at),
    );
  }
}

function put(key: string, value: string, expected: number): BatchChange {
  return { kind: 'put', key, value: bytes(value), expected };
}

async function valuesOf(connection: KvConnection, keys: readonly string[]) {
  return (await connection.getMany('b', keys)).map((entry) => entry && text(entry.value));
}

/** Waits until every replica has everything. */
function leaderOf(connection: KvConnection): Promise<string | undefined> {
  return eventually(async () => {
    const { cluster } = await connection.bucketStatus('b');
    expect(cluster?.leader).toBeDefined();
    expect(cluster?.peers.map(({ current, offline }) => current && !offline)).toEqual([true, true]);
    return cluster?.leader;
  }, patient);
}
