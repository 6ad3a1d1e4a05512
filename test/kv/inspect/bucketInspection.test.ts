import { afterEach, describe, expect, it, vi } from 'vitest';
import { BucketInspection, listedByItself } from '../../../src/kv/inspect/bucketInspection';
import { KvError } from '../../../src/kv/model/errors';
import type { ConnectionSession } from '../../../src/kv/session/connectionSession';
import type { FakeKvConnection } from '../fakeKvConnection';
import { setUpSession } from '../session/sessionSetUp';

const ends: (() => void)[] = [];

afterEach(() => {
  vi.useRealTimers();
  ends.splice(0).forEach((end) => end());
});

/** An inspection of the bucket `b` with these keys. */
async function inspect(keys: readonly string[] = []) {
  const { session, connected } = setUpSession();
  const link = await connected();
  link.foreignCreateBucket({ name: 'b', history: 3 });
  keys.forEach((key) => link.foreignPut('b', key, 'value'));
  const now = { time: 1_000 };
  const places: { session: ConnectionSession | undefined } = { session };
  const inspection = new BucketInspection({
    sessionOf: () => places.session,
    bucket: 'b',
    now: () => now.time,
  });
  ends.push(() => {
    inspection.dispose();
    session.dispose();
  });
  link.calls.length = 0;
  return { session, link, inspection, now, places };
}

function settled(inspection: BucketInspection): Promise<unknown> {
  return vi.waitFor(() => expect(inspection.survey.value).toBeDefined());
}

/** What was asked, but for how long a round trip takes, which the session measures by itself. */
function asked({ calls }: FakeKvConnection): string[] {
  return calls.filter((call) => call !== 'rtt');
}

/** A bucket of so many keys that listing them has to be asked for. */
function manyKeys(link: FakeKvConnection): void {
  const bucketStatus = link.bucketStatus.bind(link);
  vi.spyOn(link, 'bucketStatus').mockImplementation(async (...args) => ({
    ...(await bucketStatus(...args)),
    subjects: listedByItself + 1,
  }));
}

describe('the inspection of a bucket', () => {
  it('tells its first numbers by one request, whatever the number of its keys', async () => {
    const { link, inspection, now } = await inspect(['a', 'b']);
    manyKeys(link);
    const told: (number | undefined)[] = [];
    const calls: string[][] = [];
    inspection.onDidChange(() => {
      if (inspection.status.value && told.length === 0) {
        told.push(inspection.status.value.values);
        calls.push(asked(link));
      }
    });
    now.time = 5_000;
    await inspection.refresh();

    expect(told).toEqual([2]);
    expect(calls).toEqual([['bucketStatus']]);
    expect(asked(link)).toEqual(['bucketStatus', 'accountInfo', 'listConsumers']);
    expect(inspection.status).toMatchObject({ at: 5_000, failed: undefined, isReading: false });
    expect(inspection.listing).toBeUndefined();
  });

  it('lists few keys by itself, and many when it is asked', async () => {
    const few = await inspect(['a.1', 'a.2', 'b']);
    await few.inspection.refresh();
    await settled(few.inspection);
    expect(few.inspection.survey.value?.parts.map(({ path }) => path)).toEqual(['a', 'b']);
    expect(few.inspection.liveKeys).toBe(3);

    const many = await inspect(['a.1']);
    manyKeys(many.link);
    await many.inspection.refresh();
    expect(many.link.calls).not.toContain('list');
    many.inspection.list();
    await settled(many.inspection);
    expect(many.inspection.survey.value?.keys).toBe(1);
  });

  it('stops listing when it is told to, and lists again when it is asked', async () => {
    const { link, inspection } = await inspect(['a', 'b']);
    manyKeys(link);
    await inspection.refresh();
    inspection.list();
    expect(inspection.listing?.kind).toBe('listing');
    inspection.cancelListing();
    await vi.waitFor(() => expect(inspection.listing?.kind).toBe('partial'));
    expect(inspection.liveKeys).toBeUndefined();
    inspection.list();
    await settled(inspection);
    expect(inspection.liveKeys).toBe(2);
  });

  it('takes the index that somebody has opened, and asks for none', async () => {
    const { session, link, inspection } = await inspect(['a.1', 'a.2']);
    manyKeys(link);
    session.index('b')?.open();
    await vi.waitFor(() => expect(session.knownIndex('b')?.state.current.kind).toBe('ready'));
    link.calls.length = 0;
    await inspection.refresh();
    expect(link.calls).not.toContain('list');
    expect(inspection.survey.value?.keys).toBe(2);

    await inspection.look('a');
    expect(inspection.survey.value?.parts.map(({ path }) => path)).toEqual(['a.1', 'a.2']);
  });

  it('says of each part why it could not be read, and keeps what was known', async () => {
    const { link, inspection, now } = await inspect(['a']);
    await inspection.refresh();
    const denied = new KvError('denied', 'no permission');
    link.failNext('bucketStatus', denied);
    link.failNext('accountInfo', denied);
    now.time = 2_000;
    await inspection.refresh();

    expect(inspection.status).toMatchObject({ at: 1_000, failed: { error: denied, since: 2_000 } });
    expect(inspection.status.value?.values).toBe(1);
    expect(inspection.account.failed?.error).toBe(denied);
    expect(inspection.consumers).toMatchObject({ failed: undefined, at: 2_000 });

    now.time = 3_000;
    await inspection.refresh();
    expect(inspection.status).toMatchObject({ at: 3_000, failed: undefined });
  });

  it('knows that a bucket was made anew, and forgets what was of the one before', async () => {
    const { link, inspection, now } = await inspect(['a.1', 'a.2']);
    inspection.setVisible(true);
    await inspection.refresh();
    await settled(inspection);
    await inspection.look('a');
    now.time = 9_000;
    link.foreignDeleteBucket('b');
    await vi.waitFor(() => expect(inspection.status.failed?.error.kind).toBe('notFound'));
    link.foreignCreateBucket({ name: 'b' });
    link.foreignPut('b', 'new', 'value');
    await inspection.refresh();

    expect(inspection.recreatedAt).toBe(9_000);
    expect(inspection.prefix).toBe('');
    await vi.waitFor(() =>
      expect(inspection.survey.value?.parts.map(({ path }) => path)).toEqual(['new']),
    );
  });

  it('tells since when the link is lost, asks nothing meanwhile, and reads anew when it is back', async () => {
    const { link, inspection, now } = await inspect(['a']);
    inspection.setVisible(true);
    await inspection.refresh();
    now.time = 7_000;
    link.goOffline();
    expect(inspection.lostSince).toBe(7_000);
    link.foreignPut('b', 'more', 'value');
    now.time = 8_000;
    link.goOnline();
    await vi.waitFor(() => expect(inspection.status.value?.values).toBe(2));
    expect(inspection.lostSince).toBeUndefined();
  });

  it('asks again every five seconds while it is seen, and nothing while it is not', async () => {
    const { link, inspection } = await inspect(['a']);
    await inspection.refresh();
    vi.useFakeTimers();
    inspection.setVisible(true);
    link.calls.length = 0;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(link.calls.filter((call) => call === 'bucketStatus')).toHaveLength(3);
    expect(link.calls).toContain('listConsumers');

    inspection.setVisible(false);
    link.calls.length = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked(link)).toEqual([]);

    inspection.setVisible(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked(link)).toEqual(['bucketStatus']);
  });

  it('asks once where it may not, until somebody asks again', async () => {
    const { link, inspection } = await inspect(['a']);
    const denied = new KvError('denied', 'no permission');
    for (const call of ['bucketStatus', 'accountInfo', 'listConsumers'] as const) {
      link.failNext(call, denied);
    }
    await inspection.refresh();
    vi.useFakeTimers();
    inspection.setVisible(true);
    link.calls.length = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked(link)).toEqual([]);

    await inspection.refresh();
    expect(inspection.status.failed).toBeUndefined();
    link.calls.length = 0;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked(link)).toContain('bucketStatus');
  });

  it('waits for an answer that takes longer than it would wait between two', async () => {
    const { link, inspection } = await inspect(['a']);
    await inspection.refresh();
    const before = link.foreignPut('b', 'more', 'value');
    const status = await link.bucketStatus('b');
    let answer: (() => void) | undefined;
    const slow = vi
      .spyOn(link, 'bucketStatus')
      .mockImplementation(() => new Promise((resolve) => (answer = () => resolve(status))));
    vi.useFakeTimers();
    inspection.setVisible(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(slow).toHaveBeenCalledTimes(1);
    answer?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(inspection.status.value?.lastRevision).toBe(before);
  });

  it('asks nothing for a change of the bucket that comes while nobody looks', async () => {
    const { link, inspection } = await inspect(['a']);
    inspection.setVisible(true);
    await inspection.refresh();
    await settled(inspection);
    inspection.setVisible(false);
    link.calls.length = 0;
    link.foreignUpdateBucket('b', { description: 'other' });
    await Promise.resolve();
    expect(inspection.status.isReading).toBe(false);
    inspection.setVisible(true);
    await vi.waitFor(() => expect(inspection.status.value?.description).toBe('other'));
  });

  it('holds the connection only while it is seen', async () => {
    const { link, session, inspection } = await inspect();
    manyKeys(link);
    await inspection.refresh();
    expect(session.isWatched).toBe(false);
    inspection.setVisible(true);
    expect(session.isWatched).toBe(true);
    inspection.setVisible(false);
    expect(session.isWatched).toBe(false);
  });

  it('says so when its connection is not configured any more', async () => {
    const { inspection, places } = await inspect(['a']);
    await inspection.refresh();
    places.session = undefined;
    inspection.sessionsChanged();
    await inspection.refresh();
    expect(inspection.session).toBeUndefined();
    expect(inspection.status.value?.values).toBe(1);
  });

  it('tells what the keys hold of an index that was made while somebody looked', async () => {
    const { session, link, inspection } = await inspect(['a.1', 'a.2']);
    manyKeys(link);
    await inspection.refresh();
    session.index('b')?.open();
    await vi.waitFor(() => expect(session.knownIndex('b')?.state.current.kind).toBe('ready'));
    vi.useFakeTimers();
    inspection.setVisible(true);
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    await settled(inspection);
    expect(inspection.survey.value?.keys).toBe(2);
  });

  it('lists nothing for a page that was closed before the first answer came', async () => {
    const { session, link, inspection } = await inspect(['a']);
    const reading = inspection.refresh();
    inspection.dispose();
    await reading;
    expect(link.calls).not.toContain('list');
    expect(session.knownIndex('b')).toBeUndefined();
  });
});
