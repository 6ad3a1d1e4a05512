import { AckPolicy } from 'nats';
import { describe, expect, it } from 'vitest';
import type { ConnectionSession } from '../../../src/kv/session/connectionSession';
import type { KeyIndex } from '../../../src/kv/session/keyIndex';
import { bytes, isIn, listAll } from '../../kv/contract/harness';
import { eventually } from '../../support/poll';
import { unhurried } from '../dial';
import { rejection } from '../rejection';
import { isServerAtLeast } from '../serverVersion';
import type { ForeignNats } from '../foreignNats';
import { startSystem } from '../system';
import { sessionOn } from './faultySystem';
import { makeStream } from './makeStream';

async function setUp(fields: object) {
  const system = await startSystem();
  await makeStream(system.foreign, 'b', fields);
  return { connection: await system.connect(), foreign: system.foreign };
}

const any = { expected: 'any' } as const;

describe('a limit of a bucket that stands in the way of a write', () => {
  // Servers before 2.10 look at the bytes only after they have stored them.
  const byBytes = isServerAtLeast('2.10')
    ? [[{ max_bytes: 60, storage: 'memory' }, 'at most 60 bytes (max_bytes)'] as const]
    : [];
  it.each([[{ max_msgs: 1 }, 'at most 1 message (max_msgs)'] as const, ...byBytes])(
    'of %j is named, for puts, deletes and purges',
    async (fields, limit) => {
      const { connection, foreign } = await setUp(fields);
      await foreign.put('b', 'one', 'x');
      for (const write of [
        () => connection.put('b', 'two', bytes('x'.repeat(30)), any),
        () => connection.delete('b', 'two-with-a-name-long-enough-to-fill-it', any),
        () => connection.purge('b', 'two-with-a-name-long-enough-to-fill-it', any),
      ]) {
        const { message } = await rejection('limitReached', write());
        expect(message).toContain(`the bucket "b" is full: it keeps ${limit}`);
        expect(message).toContain('compact it, or raise the limit');
      }
    },
  );

  it('of revisions is told from a full bucket', async () => {
    const { connection, foreign } = await setUp({ discard_new_per_subject: true });
    await foreign.put('b', 'one', 'x');
    const { message } = await rejection(
      'limitReached',
      connection.put('b', 'one', bytes('y'), any),
    );
    expect(message).toContain('keeps at most 1 revision of a key');
    expect(message).toContain('discard_new_per_subject');
  });
});

describe('limits of a bucket for its consumers', () => {
  it.each([
    [{ inactive_threshold: 10e9 }],
    [{ max_ack_pending: 10 }],
    [{ inactive_threshold: 10e9, max_ack_pending: 10 }],
  ])('%j are kept to by all that reads', async (consumer_limits) => {
    const { connection, foreign } = await setUp({ consumer_limits });
    await foreign.put('b', 'one', 'x');
    expect(await listAll(connection, 'b')).toHaveLength(1);
    expect(await connection.history('b', 'one')).toHaveLength(1);
    const watch = connection.watch('b', { from: 1 });
    await isIn('live', watch);
  });

  it('are named when there are no consumers left', async () => {
    const { connection, foreign } = await setUp({ max_consumers: 1 });
    await foreign.put('b', 'one', 'x');
    await occupy(foreign);
    const { message } = await rejection('limitReached', listAll(connection, 'b'));
    expect(message).toContain('the bucket "b" allows 1 consumer at once (max_consumers)');
  });

  it('let a watch begin when the listing that has the only one is over', async () => {
    const { connection, foreign } = await setUp({ max_consumers: 1 });
    await foreign.put('b', 'one', 'x');
    const listing = connection.list('b')[Symbol.asyncIterator]();
    await listing.next();
    const watch = connection.watch('b', { from: 1 });
    await eventually(async () => expect(await foreign.consumersOf('b')).toBe(1));
    await listing.return?.();
    await isIn('live', watch);
  });
});

describe('where a bucket allows one consumer', () => {
  it('that of a watch serves listings and histories too, and nothing is missed', async () => {
    const { connection, foreign } = await setUp({ max_consumers: 1, max_msgs_per_subject: 5 });
    await foreign.put('b', 'one', 'x');
    const told: number[] = [];
    const watch = connection.watch('b', { from: 1 });
    watch.onDidChange((changes) => told.push(...changes.map(({ revision }) => revision)));
    await isIn('live', watch);
    for (let revision = 2; revision <= 6; revision++) {
      const read = [listAll(connection, 'b'), connection.history('b', 'one')] as const;
      await foreign.put('b', 'one', 'x');
      const [listed, history] = await Promise.all(read);
      // What is put while it is listed may be told as well, after what was there.
      expect(new Set(listed.map(({ key }) => key))).toEqual(new Set(['one']));
      expect(listed.at(-1)?.revision).toBeGreaterThanOrEqual(revision - 1);
      expect(history.length).toBeGreaterThan(0);
    }
    await eventually(() => expect(told).toEqual([1, 2, 3, 4, 5, 6]));
    await isIn('live', watch);
    await eventually(async () => expect(await foreign.consumersOf('b')).toBe(1));
  });

  it('is not waited for by who reads it himself', async () => {
    const { connection, foreign } = await setUp({ max_consumers: 1 });
    await foreign.put('b', 'one', 'x');
    await foreign.put('b', 'two', 'x');
    const listing = connection.list('b')[Symbol.asyncIterator]();
    await listing.next();
    const stop = new AbortController();
    const stopped = rejection('cancelled', connection.history('b', 'one', { signal: stop.signal }));
    const refused = rejection('limitReached', connection.history('b', 'two'));
    stop.abort();
    await stopped;

    expect((await refused).message).toContain('max_consumers');
    await listing.return?.();
    expect(await connection.history('b', 'one')).toHaveLength(1);
  });

  it('an index is listed and followed with it', async () => {
    const { foreign, session } = await setUpSession({ max_consumers: 1 });
    await foreign.put('b', 'one', 'x');
    const index = openIndex(session);
    await eventually(() => expect(index.state.current.kind).toBe('ready'));
    await foreign.put('b', 'two', 'x');
    await eventually(() => expect(index.get('two')).toBeDefined());
    index.reload();
    await foreign.put('b', 'three', 'x');
    await eventually(() => {
      expect(index.count('')).toBe(3);
      expect(index.state.current.kind).toBe('ready');
    });
  });

  it('an index says that somebody else has it, and is listed when that is over', async () => {
    const { foreign, session } = await setUpSession({ max_consumers: 1 });
    await foreign.put('b', 'one', 'x');
    const release = await occupy(foreign);
    const index = openIndex(session);
    await eventually(() =>
      expect(index.state.current).toMatchObject({
        kind: 'failed',
        error: {
          kind: 'limitReached',
          message: expect.stringContaining('max_consumers') as string,
        },
      }),
    );
    await release();
    await eventually(() => expect(index.state.current.kind).toBe('ready'));
    await foreign.put('b', 'two', 'x');
    await eventually(() => expect(index.count('')).toBe(2));
  });
});

/** Takes the one consumer that there may be, until the result is called. */
async function occupy({ jsm }: ForeignNats): Promise<() => Promise<unknown>> {
  const config = { durable_name: 'theirs', ack_policy: AckPolicy.Explicit };
  await jsm.consumers.add('KV_b', config);
  return () => jsm.consumers.delete('KV_b', 'theirs');
}

async function setUpSession(fields: object) {
  const system = await startSystem();
  await makeStream(system.foreign, 'b', fields);
  const session = sessionOn(system.server.url, { timeoutMs: unhurried });
  await session.connect();
  return { foreign: system.foreign, session };
}

function openIndex(session: ConnectionSession): KeyIndex {
  const index = session.index('b');
  index?.open();
  return index as KeyIndex;
}

describe('a watch that starts beyond the last revision', () => {
  it('waits for its start, and tells nothing that is older', async () => {
    const { connection, foreign } = await setUp({ max_msgs_per_subject: 10 });
    await foreign.put('b', 'old', 'x');
    const told: number[] = [];
    const watch = connection.watch('b', { from: 5 });
    watch.onDidChange((changes) => told.push(...changes.map(({ revision }) => revision)));
    await isIn('live', watch);
    for (let revision = 2; revision <= 6; revision++) {
      await foreign.put('b', 'key', 'x');
    }
    await eventually(() => expect(told).toEqual([5, 6]));
    await isIn('live', watch);
  });
});
