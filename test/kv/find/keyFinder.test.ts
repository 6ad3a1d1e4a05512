import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { KvError } from '../../../src/kv/model/errors';
import { KeyFinder } from '../../../src/kv/find/keyFinder';
import { eventually } from '../../support/poll';
import { FakeKvConnection } from '../fakeKvConnection';

let connections: FakeKvConnection[];
let sessions: ConnectionSession[];
let finder: KeyFinder;

beforeEach(async () => {
  connections = [new FakeKvConnection(), new FakeKvConnection()];
  sessions = connections.map((connection, at) => {
    const config = { id: `c${at}`, name: `c${at}`, url: 'nats://127.0.0.1:4222' };
    return new ConnectionSession(config, () => Promise.resolve(connection));
  });
  await Promise.all(sessions.map((session) => session.connect()));
  fill(0, 'orders', ['eu.1', 'eu.2', 'us.1']);
  fill(0, 'flags', ['beta']);
  fill(1, 'orders', ['eu.9']);
  finder = new KeyFinder(sessions);
});

afterEach(() => {
  finder.dispose();
  sessions.forEach((session) => session.dispose());
});

function fill(at: number, bucket: string, keys: readonly string[]): void {
  const connection = connections[at];
  connection?.foreignCreateBucket({ name: bucket });
  keys.forEach((key) => connection?.foreignPut(bucket, key, 'x'));
}

/** What is found in the end. */
function finds(...expected: string[]): Promise<void> {
  return eventually(() => {
    const { best, busy } = finder.state.current;
    const rows = best.map(({ session, bucket, key }) => `${session.name} ${bucket} ${key}`);
    expect({ busy, rows: rows.sort() }).toEqual({ busy: false, rows: expected });
  });
}

function calls(name: string): number {
  return connections.flatMap((each) => each.calls).filter((call) => call === name).length;
}

describe('Go to Key', () => {
  it('finds keys of all buckets of all connections', async () => {
    finder.open();
    finder.type('eu');
    await finds('c0 orders eu.1', 'c0 orders eu.2', 'c1 orders eu.9');
    expect(finder.state.current).toMatchObject({
      total: 3,
      progress: { buckets: 3, taken: 3, keys: 5, failures: [], complete: true },
    });
  });

  it('shows keys before anything was typed', async () => {
    finder.open();
    await finds(
      'c0 flags beta',
      'c0 orders eu.1',
      'c0 orders eu.2',
      'c0 orders us.1',
      'c1 orders eu.9',
    );
  });

  it('answers only the last of what was typed', async () => {
    const told = new Set<string>();
    finder.state.onDidChange(({ typed }) => told.add(typed));
    finder.open();
    ['e', 'eu', 'be'].forEach((typed) => finder.type(typed));
    await finds('c0 flags beta');
    expect([...told]).toEqual(['be']);
  });

  it('reads a bucket that is listed already from memory, and its deleted keys not at all', async () => {
    const [session] = sessions;
    connections[0]?.foreignMark('orders', 'eu.2', 'DEL');
    const index = session?.index('orders');
    index?.open();
    await eventually(() => expect(index?.state.current.kind).toBe('ready'));
    finder.open();
    finder.type('eu');
    await finds('c0 orders eu.1', 'c1 orders eu.9');
    expect(calls('listNames')).toBe(2);
  });

  it.each([3, 1_000_000])(
    'looks without making an index of a bucket of %s keys',
    async (subjects) => {
      const [connection] = connections;
      const list = connection?.listBuckets.bind(connection);
      Object.assign(connection ?? {}, {
        listBuckets: async () => (await list?.())?.map((status) => ({ ...status, subjects })),
      });
      await sessions[0]?.loadBuckets();
      finder.open();
      finder.type('eu');
      await finds('c0 orders eu.1', 'c0 orders eu.2', 'c1 orders eu.9');
      expect(sessions[0]?.knownIndex('orders')).toBeUndefined();
      expect(connection?.openWatches).toBe(0);
    },
  );

  it('says what could not be listed and finds the rest', async () => {
    connections[1]?.failNext('listBuckets', new KvError('denied', 'not allowed'));
    finder.open();
    finder.type('eu');
    await finds('c0 orders eu.1', 'c0 orders eu.2');
    const [failure] = finder.state.current.progress.failures;
    expect([failure?.session.name, failure?.bucket, failure?.error.kind]).toEqual([
      'c1',
      undefined,
      'denied',
    ]);
  });

  it('is silent once it is closed', async () => {
    finder.open();
    finder.dispose();
    const told: unknown[] = [];
    finder.state.onDidChange((state) => told.push(state));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([]);
  });

  it('searches what is known of a connection that is down, and says which is left out', async () => {
    const [down] = sessions;
    await down?.loadBuckets();
    const index = down?.index('orders');
    index?.open();
    await eventually(() => expect(index?.state.current.kind).toBe('ready'));
    connections[0]?.goOffline();
    await eventually(() => expect(down?.state.current.kind).toBe('reconnecting'));
    finder.open();

    await finds('c0 orders eu.1', 'c0 orders eu.2', 'c0 orders us.1', 'c1 orders eu.9');
    expect(finder.state.current.progress.leftOut.map(({ name }) => name)).toEqual(['c0']);
  });
});
