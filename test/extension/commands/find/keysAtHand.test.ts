import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeysAtHand } from '../../../../src/extension/commands/find/keysAtHand';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { inBackground } from '../../../support/inBackground';
import { eventually } from '../../../support/poll';

let connection: FakeKvConnection;
let session: ConnectionSession;
let atHand: KeysAtHand;
let pinned: string[];
let recent: string[];

beforeEach(async () => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B' });
  ['here', 'pin', 'gone', 'lost'].forEach((key) => connection.foreignPut('B', key, 'x'));
  connection.foreignMark('B', 'gone', 'DEL');
  session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
    Promise.resolve(connection),
  );
  await session.loadBuckets();
  pinned = ['pin'];
  recent = ['gone', 'here', 'pin', 'never'];
  const pins = pinned.map((filter) => ({ bucket: 'B', filter }));
  atHand = new KeysAtHand({
    connections: { all: [session], get: () => session },
    recent: {
      get all() {
        return recent.map((key) => ({ connectionId: 'local', bucket: 'B', key }));
      },
    },
    pins: { of: () => pins } as never,
    inBackground,
  });
});

afterEach(() => {
  atHand.dispose();
  session.dispose();
});

const lately = () => atHand.lately.map(({ key }) => key);

describe('the keys that stand first in Go to Key', () => {
  it('are each there once', () => {
    expect(atHand.pinned.map(({ key }) => key)).toEqual(['pin']);
    expect(lately()).toEqual(['gone', 'here', 'never']);
  });

  it('leave out those that are gone, by one request for a bucket that is not listed', async () => {
    let told = 0;
    atHand.onDidChange(() => told++);
    const before = connection.calls.length;

    atHand.look();

    await eventually(() => expect(told).toBe(1));
    expect(lately()).toEqual(['here']);
    expect(connection.calls.slice(before)).toEqual(['getMany']);
  });

  it('say of a pinned one that it is gone', async () => {
    connection.foreignMark('B', 'pin', 'DEL');
    atHand.look();

    await eventually(() => expect(atHand.isGone({ session, bucket: 'B', key: 'pin' })).toBe(true));
    expect(atHand.pinned).toHaveLength(1);
  });

  it('ask nobody who is not connected', async () => {
    await session.disconnect();
    const before = connection.calls.length;

    atHand.look();

    expect(connection.calls).toHaveLength(before);
    expect(lately()).toEqual(['gone', 'here', 'never']);
  });
});
