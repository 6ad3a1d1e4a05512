import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConnectionInspection } from '../../../src/kv/inspect/connectionInspection';
import { KvError } from '../../../src/kv/model/errors';
import { FakeBucket } from '../fakeBucket';
import { setUpSession } from '../session/sessionSetUp';

const ends: (() => void)[] = [];

afterEach(() => {
  vi.useRealTimers();
  ends.splice(0).forEach((end) => end());
});

async function inspect(...names: readonly string[]) {
  const { session, connected } = setUpSession();
  const link = await connected();
  names.forEach((name) => link.foreignCreateBucket({ name }));
  const now = { time: 1_000 };
  const inspection = new ConnectionInspection({
    sessionOf: () => session,
    now: () => now.time,
  });
  ends.push(() => {
    inspection.dispose();
    session.dispose();
  });
  link.calls.length = 0;
  const asked = (call: string) => link.calls.filter((each) => each === call).length;
  return { session, link, inspection, now, asked };
}

describe('the inspection of a connection', () => {
  it('reads the account and all buckets, those too that cannot be used', async () => {
    const { link, inspection } = await inspect('a', 'b');
    link.unavailable = [{ name: 'c', reason: 'no leader' }];
    await inspection.refresh();

    expect(inspection.list.value?.buckets.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(inspection.list.value?.unavailable).toEqual([{ name: 'c', reason: 'no leader' }]);
    expect(inspection.account.value?.streams.used).toBe(2);
    expect(inspection.pace).toEqual({ requests: 1, seconds: 10 });
  });

  it('tells what has grown since it was first read', async () => {
    const { link, inspection } = await inspect('a', 'b');
    await inspection.refresh();
    link.foreignPut('b', 'key', 'value');
    await inspection.refresh();
    const grown = inspection.list.value?.buckets.map((status) => inspection.growth.of(status));
    expect(grown?.map((growth) => growth?.changes)).toEqual([0, 1]);
  });

  it('says why a part could not be read, and keeps what was known', async () => {
    const { link, inspection, now } = await inspect('a');
    await inspection.refresh();
    link.failNext('listBuckets', new KvError('denied', 'no right to list'));
    now.time = 2_000;
    await inspection.refresh();
    expect(inspection.list.value?.buckets).toHaveLength(1);
    expect(inspection.list.failed).toMatchObject({ since: 2_000 });
    expect(inspection.account.failed).toBeUndefined();
  });

  it('reads again while it is seen, a long list less often', async () => {
    const { link, inspection, asked } = await inspect('a');
    const list = vi.spyOn(link, 'listBuckets');
    await inspection.refresh();
    vi.useFakeTimers();
    inspection.setVisible(true);
    list.mockClear();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(list).toHaveBeenCalledTimes(3);

    const status = new FakeBucket({ name: 'a' }, 1).status(0);
    const many = Array.from({ length: 3_000 }, (_, at) => ({ ...status, name: `b${at}` }));
    list.mockResolvedValue(many);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(inspection.pace).toEqual({ requests: 12, seconds: 30 });
    list.mockClear();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(list).toHaveBeenCalledTimes(2);

    inspection.setVisible(false);
    list.mockClear();
    const before = asked('accountInfo');
    await vi.advanceTimersByTimeAsync(120_000);
    expect(list).not.toHaveBeenCalled();
    expect(asked('accountInfo')).toBe(before);
  });

  it('tells since when the link is lost, and reads anew when it is back', async () => {
    const { link, inspection, now } = await inspect('a');
    inspection.setVisible(true);
    await inspection.refresh();
    now.time = 5_000;
    link.goOffline();
    expect(inspection.lostSince).toBe(5_000);
    link.foreignCreateBucket({ name: 'b' });
    link.goOnline();
    await vi.waitFor(() => expect(inspection.list.value?.buckets).toHaveLength(2));
    expect(inspection.lostSince).toBeUndefined();
  });
});
