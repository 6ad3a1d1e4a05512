import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { BucketWatch } from '../../../../src/kv/session/bucketWatch';
import { KvError } from '../../../../src/kv/model/errors';
import { KeyIndex } from '../../../../src/kv/session/keyIndex';
import { ExpirySweep } from '../../../../src/views/buckets/keys/expirySweep';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';

let connection: FakeKvConnection;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B', ttl: 10_000 });
  connection.foreignCreateBucket({ name: 'forever' });
});

afterEach(() => vi.useRealTimers());

async function sweeping(bucket: string) {
  const watch = new BucketWatch(connection, bucket);
  const index = new KeyIndex(connection, watch);
  const sweep = new ExpirySweep(() => [index]);
  onTestFinished(() => [sweep, index, watch].forEach((each) => each.dispose()));
  index.open();
  await vi.advanceTimersByTimeAsync(10);
  expect(index.state.current.kind).toBe('ready');
  return { index, sweep };
}

/** What the server drops for its age, as it would. */
async function pass(seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at++) {
    connection.foreignLose('B', ({ created }) => created + 10_000 <= Date.now());
    await vi.advanceTimersByTimeAsync(1_000);
  }
}

function looks(): number {
  return connection.calls.filter((call) => call === 'bucketStatus').length;
}

describe('ExpirySweep', () => {
  it('drops a key within a second of its expiry, and asks seldom before one is due', async () => {
    connection.foreignPut('B', 'a', '1');
    const { index, sweep } = await sweeping('B');
    sweep.setVisible(true);
    await pass(5);
    connection.foreignPut('B', 'b', '1');
    const before = looks();
    await pass(4);
    expect(looks()).toBe(before + 1);
    await pass(2);
    expect([index.get('a'), index.get('b')]).toEqual([undefined, expect.anything()]);
    await pass(6);
    expect(index.count('')).toBe(0);
  });

  it('asks nothing while nobody looks, and at once when somebody does', async () => {
    connection.foreignPut('B', 'a', '1');
    const { index, sweep } = await sweeping('B');
    const before = looks();
    await pass(30);
    expect(looks()).toBe(before);
    sweep.setVisible(true);
    await pass(1);
    expect(index.count('')).toBe(0);
    sweep.setVisible(false);
    const after = looks();
    await pass(50);
    expect(looks()).toBe(after);
  });

  it('asks every five seconds where nothing is known to go, and seldom where it may not', async () => {
    const { sweep } = await sweeping('forever');
    sweep.setVisible(true);
    const before = looks();
    await pass(120);
    expect(looks()).toBe(before + 24);

    sweep.setVisible(false);
    const denied = await sweeping('B');
    denied.sweep.setVisible(true);
    connection.failNext('bucketStatus', new KvError('denied', 'no'));
    const first = looks();
    await pass(20);
    expect(looks()).toBe(first + 1);
  });
});
