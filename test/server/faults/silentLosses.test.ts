import { describe, expect, it, onTestFinished } from 'vitest';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { FollowedKey } from '../../../src/kv/session/followedKey';
import { KeyHistory } from '../../../src/kv/session/keyHistory';
import type { KeyIndex } from '../../../src/kv/session/keyIndex';
import { listAll } from '../../kv/contract/harness';
import { eventually } from '../../support/poll';
import { describeWhere } from '../../support/where';
import { connect } from '../dial';
import type { ForeignNats } from '../foreignNats';
import { isServerAtLeast } from '../serverVersion';
import { startSystem } from '../system';
import { makeStream } from './makeStream';

/** A server with the bucket `b` and a session that follows it. */
async function setUp(fields: object = {}) {
  const { foreign, server } = await startSystem();
  await makeStream(foreign, 'b', fields);
  const config = { id: 'a', name: 'a', url: server.url };
  const session = new ConnectionSession(config, () => connect({ servers: [server.url] }));
  onTestFinished(() => session.dispose());
  const connection = await session.connect();
  return { foreign, session, connection };
}

async function opened(session: ConnectionSession): Promise<KeyIndex> {
  const index = session.index('b');
  if (!index) {
    throw new Error('there is no link');
  }
  index.open();
  await eventually(() => {
    expect(index.state.current.kind).toBe('ready');
    expect(index.watch.state.current.kind).toBe('live');
  });
  return index;
}

/** Looks at the bucket again and again, as the tree does for an index in view. */
function catchesUp(index: KeyIndex, check: () => void): Promise<void> {
  return eventually(async () => {
    await index.dropExpired();
    check();
  });
}

function keysOf(index: KeyIndex): string[] {
  return index.keysFrom(0, 1_000).keys.toSorted();
}

async function followed(session: ConnectionSession, key: string): Promise<FollowedKey> {
  const bucket = { ttl: () => 0, replicas: () => 1 };
  const followedKey = new FollowedKey({ connectionId: 'a', bucket: 'b', key }, session, bucket);
  onTestFinished(() => followedKey.dispose());
  await followedKey.load();
  await eventually(() => expect(followedKey.freshness.current.kind).toBe('live'));
  return followedKey;
}

function put(foreign: ForeignNats, ...keys: string[]): Promise<unknown> {
  return Promise.all(keys.map((key) => foreign.put('b', key, 'x')));
}

const removals: readonly [
  name: string,
  fields: object,
  remove: (foreign: ForeignNats) => Promise<unknown>,
  left: readonly string[],
][] = [
  [
    'a purge of a subject',
    {},
    (foreign) => foreign.jsm.streams.purge('KV_b', { filter: '$KV.b.a' }),
    ['b', 'c'],
  ],
  [
    'a purge of a folder',
    {},
    (foreign) => foreign.jsm.streams.purge('KV_b', { filter: '$KV.b.*' }),
    [],
  ],
  [
    'a purge up to a revision',
    {},
    (foreign) => foreign.jsm.streams.purge('KV_b', { seq: 3 }),
    ['c'],
  ],
  [
    'the deletion of a message',
    {},
    (foreign) => foreign.jsm.streams.deleteMessage('KV_b', 1),
    ['b', 'c'],
  ],
  [
    'what is new taking the place of what is old',
    { max_msgs: 3, discard: 'old' },
    (foreign) => put(foreign, 'd'),
    ['b', 'c', 'd'],
  ],
  [
    'a purge beside which others put new keys',
    {},
    async (foreign) => {
      await foreign.jsm.streams.purge('KV_b', { filter: '$KV.b.a' });
      await put(foreign, 'd');
    },
    ['b', 'c', 'd'],
  ],
];

describe('keys that go without a marker', () => {
  it.each(removals)('leave the index after %s', async (_, fields, remove, left) => {
    const { foreign, session } = await setUp(fields);
    for (const key of ['a', 'b', 'c']) {
      await foreign.put('b', key, 'x');
    }
    const index = await opened(session);
    expect(keysOf(index)).toEqual(['a', 'b', 'c']);
    await remove(foreign);
    await catchesUp(index, () => expect(keysOf(index)).toEqual(left));
    await foreign.put('b', 'later', 'x');
    await catchesUp(index, () => expect(keysOf(index)).toContain('later'));
  });

  it.each(removals.slice(0, 5))('leave their editor after %s', async (_, fields, remove) => {
    const { foreign, session } = await setUp(fields);
    for (const key of ['a', 'b', 'c']) {
      await foreign.put('b', key, 'x');
    }
    const editor = await followed(session, 'a');
    expect(editor.entry).toMatchObject({ revision: 1 });
    await remove(foreign);
    await eventually(() => expect(editor.entry).toBeUndefined());
    await foreign.put('b', 'a', 'x');
    await eventually(() => expect(editor.entry).toBeDefined());
  });

  it('leave a history, one revision after the other', async () => {
    const { foreign, session } = await setUp({ max_msgs_per_subject: 5 });
    for (let times = 0; times < 4; times++) {
      await foreign.put('b', 'a', 'x');
    }
    const history = new KeyHistory({ session, bucket: 'b', key: 'a' });
    onTestFinished(() => history.dispose());
    const shows = (revisions: number[]) =>
      eventually(() =>
        expect(history.state.current).toMatchObject({
          kind: 'loaded',
          revisions: revisions.map((revision) => ({ revision })),
        }),
      );
    await shows([4, 3, 2, 1]);
    await foreign.jsm.streams.purge('KV_b', { seq: 2 });
    await shows([4, 3, 2]);
    await foreign.jsm.streams.deleteMessage('KV_b', 3);
    await shows([4, 2]);
    await foreign.jsm.streams.purge('KV_b');
    await shows([]);
  });

  it('leave the older value behind where the last message alone was deleted', async () => {
    const { foreign, session, connection } = await setUp({ max_msgs_per_subject: 5 });
    await put(foreign, 'b');
    await put(foreign, 'a');
    await put(foreign, 'a');
    const index = await opened(session);
    const editor = await followed(session, 'a');
    await foreign.jsm.streams.deleteMessage('KV_b', 3);
    // Server 2.9 knows no key any more of which the last message was deleted.
    const left = await connection.get('b', 'a', { consistent: true });
    await eventually(() => expect(editor.entry?.revision).toBe(left?.revision));
    const listed = (await listAll(connection, 'b')).find(({ key }) => key === 'a');
    await catchesUp(index, () => expect(index.get('a')?.revision).toBe(listed?.revision));
  });
});

describeWhere(isServerAtLeast('2.11'), 'this server lets no single values expire')(
  'keys with a time to live of their own, in a bucket without markers',
  () => {
    it.each([
      ['that are listed', true],
      ['that the watch tells of', false],
    ])('%s leave the index when their time is over, without a listing', async (_, isListed) => {
      const { foreign, session, connection } = await setUp({ allow_msg_ttl: true });
      const putAll = async () => {
        for (let at = 0; at < 150; at++) {
          await putWithTtl(connection, `short.${at}`, 1_000);
          await putWithTtl(connection, `long.${at}`, 600_000);
        }
      };
      await put(foreign, 'kept');
      if (isListed) {
        await putAll();
      }
      const index = await opened(session);
      if (!isListed) {
        await putAll();
      }
      await eventually(() => expect(index.count('long')).toBe(150));
      await catchesUp(index, () => expect(index.count('short')).toBe(0));
      expect(index.count('long')).toBe(150);
      expect(index.get('kept')).toBeDefined();
    });
  },
);

async function putWithTtl(connection: KvConnection, key: string, ttl: number): Promise<void> {
  const options = { expected: 'any', ttl: { kind: 'set', ttl } } as const;
  expect(await connection.put('b', key, new Uint8Array(), options)).toMatchObject({
    kind: 'saved',
  });
}
