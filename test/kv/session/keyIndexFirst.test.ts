import { describe, expect, it, onTestFinished } from 'vitest';
import { BucketWatch } from '../../../src/kv/session/bucketWatch';
import { KvError } from '../../../src/kv/model/errors';
import { KeyIndex } from '../../../src/kv/session/keyIndex';
import { eventually } from '../../support/poll';
import { FakeKvConnection } from '../fakeKvConnection';

describe('The first keys of an index', () => {
  it('are there before the listing tells any, with their facts', async () => {
    const { connection, index, release } = setUp();
    const revision = connection.foreignPut('B', 'a', '1');
    connection.foreignPut('B', 'b', '22');

    index.open();
    await eventually(() => expect(index.count('')).toBe(2));

    expect(index.state.current).toEqual({ kind: 'listing', found: 2 });
    expect(index.get('a')).toMatchObject({ revision, size: 1, operation: 'PUT' });
    await release();
    expect(index.count('')).toBe(2);
    expect(index.get('a')?.revision).toBe(revision);
  });

  it('go at the end when they are of a moment ago and the bucket has them no more', async () => {
    const { connection, index, release } = setUp();
    for (const key of ['stays', 'goes', 'deleted', 'changes']) {
      connection.foreignPut('B', key, '1');
    }
    connection.lagBehind();
    connection.foreignLose('B', ({ key }) => key === 'goes');
    connection.foreignMark('B', 'deleted', 'DEL');
    const changed = connection.foreignPut('B', 'changes', '22');

    index.open();
    await eventually(() => expect(index.count('')).toBe(4));
    let changes = 0;
    await release(() => index.onDidChange(({ structural }) => (changes += structural ? 1 : 0)));

    expect(index.children('').map(({ token }) => token)).toEqual(['changes', 'stays']);
    expect(index.get('changes')?.revision).toBe(changed);
    expect(changes).toBeGreaterThan(0);
  });

  it('go when the listing does not come to its end', async () => {
    const { connection, index } = setUp();
    connection.foreignPut('B', 'a', '1');

    index.open();
    await eventually(() => expect(index.count('')).toBe(1));
    index.cancelListing();
    await eventually(() => expect(index.state.current.kind).toBe('partial'));

    expect(index.count('')).toBe(0);
  });

  it('are not asked for while keys are in view, nor for a part of the bucket', async () => {
    const { connection, index, part, release } = setUp();
    connection.foreignPut('B', 'a', '1');
    index.open();
    await release();

    index.reload();
    await eventually(() => expect(index.state.current.kind).toBe('ready'));
    part.open();
    await eventually(() => expect(part.state.current.kind).toBe('ready'));

    expect(connection.calls.filter((call) => call === 'firstKeys')).toHaveLength(1);
  });

  it('may be refused without harm', async () => {
    const { connection, index, release } = setUp();
    connection.foreignPut('B', 'a', '1');
    connection.failNext('firstKeys', new KvError('denied', 'no direct gets'));

    index.open();
    await release();

    expect(index.count('')).toBe(1);
  });
});

/** An index whose listing has to wait for `release`, and one of a part of its bucket. */
function setUp() {
  const connection = new HeldConnection();
  connection.foreignCreateBucket({ name: 'B' });
  const watch = new BucketWatch(connection, 'B');
  const index = new KeyIndex(connection, watch);
  const part = new KeyIndex(connection, watch, { id: 'a', filter: 'a' });
  onTestFinished(() => {
    part.dispose();
    index.dispose();
    watch.dispose();
  });
  const release = async (before: () => void = () => undefined) => {
    before();
    connection.letList();
    await eventually(() => expect(index.state.current.kind).toBe('ready'));
  };
  return { connection, index, part, release };
}

class HeldConnection extends FakeKvConnection {
  letList: () => void = () => undefined;
  private readonly mayList = new Promise<void>((resolve) => (this.letList = resolve));

  constructor() {
    super({ firstKeys: 10 });
  }

  override async *list(...args: Parameters<FakeKvConnection['list']>) {
    const [, { signal } = {}] = args;
    const aborted = new Promise((resolve) => signal?.addEventListener('abort', resolve));
    await Promise.race([this.mayList, aborted]);
    yield* super.list(...args);
  }
}
