import { describe, expect, it } from 'vitest';
import { BucketWatch } from '../../../src/kv/session/bucketWatch';
import { KvError } from '../../../src/kv/model/errors';
import type { WatchState } from '../../../src/kv/model/watch';
import { eventually } from '../../support/poll';
import { FakeKvConnection } from '../fakeKvConnection';

const denied = new KvError('denied', 'no');

/** The watch of a bucket with one message, and all that it tells. */
function setUp() {
  const connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'b' });
  connection.foreignPut('b', 'before', 'x');
  const watch = new BucketWatch(connection, 'b');
  const told: string[] = [];
  const states: WatchState['kind'][] = [];
  watch.onDidChange((changes) => told.push(...changes.map(({ key }) => key)));
  watch.state.onDidChange(({ kind }) => states.push(kind));
  return { connection, watch, told, states };
}

const isLive = (watch: BucketWatch) => eventually(() => watch.state.current.kind === 'live');

describe('BucketWatch', () => {
  it('asks for nothing until somebody holds it', () => {
    const { connection, watch } = setUp();
    expect(connection.calls).toEqual([]);
    expect(watch.state.current).toEqual({ kind: 'starting' });
    expect(watch.isHeld).toBe(false);
  });

  it('tells what comes after the revision that it starts from', async () => {
    const { connection, watch, told, states } = setUp();
    expect(await watch.hold().from).toBe(2);
    await isLive(watch);
    connection.foreignPut('b', 'after', 'x');
    await eventually(() => expect(told).toEqual(['after']));
    connection.goOffline();
    expect(states.filter((kind) => kind !== 'starting')).toEqual(['live', 'resuming']);
    expect(watch.isHeld).toBe(true);
  });

  it('is one for all who hold it, and ends with the last of them', async () => {
    const { connection, watch } = setUp();
    const [first, second] = [watch.hold(), watch.hold()];
    expect(await Promise.all([first.from, second.from])).toEqual([2, 2]);
    expect(connection.calls).toEqual(['bucketStatus']);
    first.dispose();
    first.dispose();
    expect([connection.openWatches, watch.isHeld]).toEqual([1, true]);
    second.dispose();
    expect([connection.openWatches, watch.isHeld]).toEqual([0, false]);
    expect(watch.state.current).toEqual({ kind: 'starting' });
  });

  it('starts anew, from where the bucket is by then, when it is held again', async () => {
    const { connection, watch, told } = setUp();
    const first = watch.hold();
    await first.from;
    first.dispose();
    connection.foreignPut('b', 'between', 'x');
    expect(await watch.hold().from).toBe(3);
    await isLive(watch);
    connection.foreignPut('b', 'after', 'x');
    await eventually(() => expect(told).toEqual(['after']));
  });

  it('opens no watch for a hold that was given up meanwhile', async () => {
    const { connection, watch } = setUp();
    const hold = watch.hold();
    hold.dispose();
    await hold.from;
    expect(connection.openWatches).toBe(0);
    expect(watch.state.current).toEqual({ kind: 'starting' });
  });

  it('opens one watch when it is held again before the first answer', async () => {
    const { connection, watch, told } = setUp();
    const first = watch.hold();
    first.dispose();
    const second = watch.hold();
    await Promise.all([first.from, second.from]);
    expect(connection.openWatches).toBe(1);
    await isLive(watch);
    connection.foreignPut('b', 'after', 'x');
    await eventually(() => expect(told).toEqual(['after']));
    second.dispose();
    expect(connection.openWatches).toBe(0);
  });

  it('has failed when the bucket cannot be looked up, until it is held again', async () => {
    const { connection, watch } = setUp();
    connection.failNext('bucketStatus', denied);
    const first = watch.hold();
    await expect(first.from).rejects.toBe(denied);
    expect(watch.state.current).toEqual({ kind: 'failed', error: denied });
    const second = watch.hold();
    expect(watch.state.current.kind).toBe('starting');
    expect(await second.from).toBe(2);
    expect(connection.openWatches).toBe(1);
  });

  it('starts where it is told to, asking nothing', async () => {
    const { connection, watch, told } = setUp();
    expect(await watch.hold(1).from).toBe(1);
    expect(connection.calls).toEqual([]);
    await eventually(() => expect(told).toEqual(['before']));
  });

  it('does not tell that a look-up failed which nobody waits for any more', async () => {
    const { connection, watch, states } = setUp();
    connection.failNext('bucketStatus', denied);
    const hold = watch.hold();
    hold.dispose();
    await expect(hold.from).rejects.toBe(denied);
    expect(states).not.toContain('failed');
  });

  it('ends for everybody when it is disposed', async () => {
    const { connection, watch, told } = setUp();
    const hold = watch.hold();
    await hold.from;
    watch.dispose();
    expect([connection.openWatches, watch.isHeld]).toEqual([0, false]);
    hold.dispose();
    expect(watch.isHeld).toBe(false);
    connection.foreignPut('b', 'after', 'x');
    await Promise.resolve();
    expect(told).toEqual([]);
  });
});
