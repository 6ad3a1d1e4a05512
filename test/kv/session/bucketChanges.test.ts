import { describe, expect, it, vi } from 'vitest';
import type { BucketStatus } from '../../../src/kv/model/bucket';
import { KvError } from '../../../src/kv/model/errors';
import { ObservableValue } from '../../../src/kv/base/event';
import type { BucketsState } from '../../../src/kv/session/bucketList';
import { BucketChanges } from '../../../src/kv/session/bucketChanges';

interface Read {
  readonly what: string;
  readonly finish: (status?: BucketStatus) => void;
  readonly fail: () => void;
}

/** Changes of a list of so many buckets, each read of which the test answers. */
function setUp(count = 0) {
  const reads: Read[] = [];
  const read = (what: string) =>
    new Promise<BucketStatus | undefined>((resolve, reject) => {
      const fail = () => reject(new KvError('timeout', 'no answer'));
      reads.push({ what, finish: resolve, fail });
    });
  const take = vi.fn();
  const buckets = Array.from({ length: count }, (_, at) => status(`old-${at}`));
  const bucketStatus = async (bucket: string) => {
    const found = await read(bucket);
    if (!found) {
      throw new KvError('notFound', 'there is no bucket of that name');
    }
    return found;
  };
  const state = new ObservableValue<BucketsState>({ kind: 'loaded', buckets });
  const changes = new BucketChanges({
    linkIfUp: () => ({ bucketStatus }),
    list: { state, put: take, readAgain: async () => void (await read('all')) },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const asked = () => reads.map(({ what }) => what);
  const settle = async () => {
    reads.forEach(({ finish }) => finish());
    await turn();
  };
  return { changes, reads, take, turn, asked, settle };
}

const status = (name: string) => ({ name }) as unknown as BucketStatus;

describe('BucketChanges', () => {
  it('asks for the one bucket that changed', async () => {
    const { changes, reads, take, turn, asked } = setUp();
    changes.add('a');
    await turn();
    expect(asked()).toEqual(['a']);
    reads[0]?.finish(status('a'));
    await turn();
    expect(take.mock.calls).toEqual([['a', status('a')]]);
    expect(asked()).toEqual(['a']);
  });

  it('tells that a bucket is gone', async () => {
    const { changes, take, turn, settle } = setUp();
    changes.add('a');
    await turn();
    await settle();
    expect(take.mock.calls).toEqual([['a', undefined]]);
  });

  it('lists once for all that came while it was listing, and only then', async () => {
    const { changes, turn, asked, settle } = setUp(10);
    ['a', 'b', 'c'].forEach((bucket) => changes.add(bucket));
    await turn();
    expect(asked()).toEqual(['all']);
    for (let at = 0; at < 100; at++) {
      changes.add(`new-${at}`);
    }
    await turn();
    expect(asked()).toEqual(['all']);
    await settle();
    expect(asked()).toEqual(['all', 'all']);
    await settle();
    expect(asked()).toEqual(['all', 'all']);
  });

  it('asks for a hundred among ten thousand one by one, sixteen at a time', async () => {
    const { changes, turn, asked, settle, take } = setUp(10_000);
    for (let at = 0; at < 100; at++) {
      changes.add(`new-${at}`);
    }
    await turn();
    expect(asked()).toHaveLength(16);
    for (let round = 0; round < 7; round++) {
      await settle();
    }
    expect(asked()).toHaveLength(100);
    expect(take).toHaveBeenCalledTimes(100);
  });

  it('asks once for a bucket that changes again and again', async () => {
    const { changes, turn, asked, settle } = setUp();
    changes.add('a');
    await turn();
    for (let at = 0; at < 50; at++) {
      changes.add('a');
    }
    await settle();
    await settle();
    expect(asked()).toEqual(['a', 'a']);
  });

  it('lists where one cannot be read, so that the reason is told', async () => {
    const { changes, reads, turn, asked } = setUp();
    changes.add('a');
    await turn();
    reads[0]?.fail();
    await turn();
    expect(asked()).toEqual(['a', 'all']);
  });

  it('takes nothing any more once it is disposed', async () => {
    const { changes, take, turn, settle } = setUp();
    changes.add('a');
    await turn();
    changes.dispose();
    await settle();
    expect(take).not.toHaveBeenCalled();
  });
});
