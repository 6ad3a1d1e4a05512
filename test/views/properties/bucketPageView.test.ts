import { describe, expect, it } from 'vitest';
import { ChangeRates } from '../../../src/kv/inspect/changeRates';
import type { Reading } from '../../../src/kv/inspect/reading';
import { KvError } from '../../../src/kv/model/errors';
import { KeyTree } from '../../../src/kv/keys/tree/keyTree';
import type { ConsumerStatus } from '../../../src/kv/model/consumer';
import { bucketPageView, type Inspected } from '../../../src/views/properties/bucketPageView';
import type { BlockView, PageView, SectionView } from '../../../src/views/page/pageProtocol';
import { FakeBucket } from '../../kv/fakeBucket';
import { setUpSession } from '../../kv/session/sessionSetUp';

const now = Date.UTC(2026, 0, 1, 12);
const unread = { value: undefined, at: undefined, failed: undefined, isReading: false };

function read<T>(value: T): Reading<T> {
  return { value, at: now, failed: undefined, isReading: false };
}

function failing<T>(value: T | undefined, message: string): Reading<T> {
  const failed = { error: new KvError('denied', message), since: now };
  return { value, at: value === undefined ? undefined : now, failed, isReading: false };
}

function bucketOf(...keys: string[]): FakeBucket {
  const bucket = new FakeBucket({ name: 'b', history: 3, maxBytes: 1_000 }, now);
  keys.forEach((key) =>
    bucket.write({ key, operation: 'PUT', value: new Uint8Array(10) }, now - 30_000),
  );
  return bucket;
}

function inspected(some: Partial<Inspected> = {}): Inspected {
  return {
    bucket: 'b',
    session: setUpSession().session,
    status: read(bucketOf('a.1', 'a.1', 'a.2', 'c').status(now)),
    account: unread,
    consumers: unread,
    survey: unread,
    listing: undefined,
    liveKeys: undefined,
    otherMessages: 0,
    prefix: '',
    rates: new ChangeRates(),
    lostSince: undefined,
    recreatedAt: undefined,
    ...some,
  };
}

async function listed(prefix = ''): Promise<Partial<Inspected>> {
  const tree = new KeyTree();
  ['a.1', 'a.2', 'c'].forEach((key, at) =>
    tree.apply({ key, revision: at + 1, operation: 'PUT', created: now, size: 10 * (at + 1) }),
  );
  const survey = read(await tree.survey(prefix, { now, most: 2 }));
  return { survey, listing: { kind: 'ready' }, liveKeys: 3, prefix };
}

function sectionOf(page: PageView, id: string): SectionView | undefined {
  return page.sections.find((each) => each.id === id);
}

function blocks<Kind extends BlockView['kind']>(page: PageView, id: string, kind: Kind) {
  const all = sectionOf(page, id)?.blocks ?? [];
  return all.filter((each): each is BlockView & { kind: Kind } => each.kind === kind);
}

function texts(page: PageView, id: string): string[] {
  return blocks(page, id, 'text').map(({ text }) => text);
}

describe('the page of a bucket', () => {
  it('tells size, keys, history and pace first, each with where it is from and when', () => {
    const page = bucketPageView(inspected(), now);
    const [tiles] = blocks(page, 'tiles', 'tiles');

    expect(tiles?.tiles.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'Size: 50 B',
      'Keys at most: 3',
      'History: 1',
      'Changes a minute: –',
    ]);
    for (const { how } of tiles?.tiles ?? []) {
      expect(how).toMatch(/STREAM\.INFO/);
    }
    const others = page.sections.filter(({ blocks: all }) =>
      all.some(({ kind }) => kind === 'facts'),
    );
    for (const { how } of others) {
      expect(how).toMatch(/, /);
    }
  });

  it('tells live keys from markers once the keys are known', async () => {
    const page = bucketPageView(inspected(await listed()), now);
    const [facts] = blocks(page, 'contents', 'facts');
    const values = Object.fromEntries(facts?.facts.map(({ label, value }) => [label, value]) ?? []);

    expect(values).toMatchObject({
      'Live keys': '3',
      Markers: '0 of deleted, purged or expired keys',
      'Last values': '60 B; names, headers, markers and history take the other 0 B',
    });
  });

  it('offers to list the keys, with what that costs, and to stop', () => {
    const idle = bucketPageView(inspected(), now);
    expect(texts(idle, 'prefixes')[0]).toContain(
      'sends 3 messages without their values (about 540 B)',
    );
    expect(blocks(idle, 'prefixes', 'actions')[0]?.actions[0]?.id).toBe('list');

    const listing = bucketPageView(inspected({ listing: { kind: 'listing', found: 2 } }), now);
    const [progress] = blocks(listing, 'prefixes', 'progress');
    expect(progress).toMatchObject({
      text: 'Listing: 2 of about 3',
      action: { id: 'stopListing' },
    });

    const error = new KvError('denied', 'no right to watch');
    const failed = bucketPageView(inspected({ listing: { kind: 'failed', error } }), now);
    expect(texts(failed, 'prefixes')).toEqual(['The keys could not be listed: no right to watch.']);
    expect(
      texts(bucketPageView(inspected({ listing: { kind: 'partial' } }), now), 'prefixes'),
    ).toEqual(['Listing was stopped: the keys are not all known.']);
  });

  it('shows prefixes as a plot and a table whose folders lead down, and the way back', async () => {
    const top = bucketPageView(inspected(await listed()), now);
    const [table] = blocks(top, 'prefixes', 'table');
    const [plot] = blocks(top, 'prefixes', 'bars');

    expect(table?.rows.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
      ['a', '30 B', '50%', '2'],
      ['c', '30 B', '50%', '1'],
    ]);
    expect(table?.rows[0]?.cells[0]?.action).toMatchObject({ id: 'look', value: 'a' });
    expect(plot?.actions?.map((action) => action?.value)).toEqual(['a', undefined]);
    expect(plot?.series.map(({ values }) => values)).toEqual([
      [30, 30],
      [2, 1],
    ]);

    const below = bucketPageView(inspected(await listed('a')), now);
    const path = blocks(below, 'prefixes', 'table')[0]?.path ?? [];
    expect(path.map(({ label, value }) => [label, value])).toEqual([
      ['b', ''],
      ['a', 'a'],
    ]);
  });

  it('says of each part why it cannot be told', () => {
    const page = bucketPageView(
      inspected({
        account: failing(undefined as never, 'no right to ask $JS.API.INFO'),
        consumers: failing({ total: 0, consumers: [] }, 'no right any more'),
      }),
      now,
    );
    expect(texts(page, 'account')).toEqual(['It could not be read: no right to ask $JS.API.INFO.']);
    const uncounted = inspected({ consumers: failing(undefined as never, 'no right to list') });
    expect(texts(bucketPageView(uncounted, now), 'consumers')).toEqual([
      'It could not be read: no right to list.',
      'STREAM.INFO counts 0 consumers.',
    ]);
    expect(texts(page, 'consumers')[0]).toMatch(
      /^Stale: since .* could not be read: no right any more\.$/,
    );

    const none = bucketPageView(
      inspected({ status: failing(undefined as never, 'no right to ask STREAM.INFO') }),
      now,
    );
    expect(none.state).toEqual({
      level: 'error',
      text: 'not readable: no right to ask STREAM.INFO',
    });
    expect(texts(none, 'contents')).toEqual(['It could not be read: no right to ask STREAM.INFO.']);
  });

  it('says what became of the link, the bucket and the connection', () => {
    const states = (some: Partial<Inspected>) => bucketPageView(inspected(some), now).state;
    const status = bucketOf('a').status(now);

    expect(states({}).level).toBe('ok');
    expect(states({ status: { ...unread, isReading: true } }).text).toBe('reading…');
    expect(states({ lostSince: now })).toMatchObject({ level: 'warning' });
    expect(states({ lostSince: now }).text).toMatch(/^stale since .*: not connected$/);
    expect(states({ recreatedAt: now }).text).toMatch(/made anew/);
    expect(states({ session: undefined }).text).toBe('its connection is not configured any more');
    const failed = { error: new KvError('notFound', 'no such bucket'), since: now };
    const gone = inspected({ status: { ...read(status), failed } });
    const page = bucketPageView(gone, now);
    expect(page.state.text).toMatch(/^gone since .*: deleted/);
    expect(page.actions.map(({ id }) => id)).toEqual(['refresh']);
    expect(blocks(page, 'prefixes', 'actions')).toEqual([]);
  });

  it('points out what is unhealthy', () => {
    const status = { ...bucketOf('a').status(now), size: 1_000 };
    const page = bucketPageView(inspected({ status: read(status) }), now);
    expect(page.notices).toEqual([
      { level: 'error', text: expect.stringMatching(/full/) as string },
    ]);
  });

  it('shows consumers by name, whose they are, a page at a time', () => {
    const consumers = Array.from({ length: 60 }, (_, at): ConsumerStatus => ({
      name: `c${at}\u202e`,
      created: now,
      isOwn: at === 0,
      description: at === 1 ? 'billing' : '',
      isDurable: at > 0,
      kind: 'push',
      isBound: true,
      filters: at === 2 ? ['$KV.b.orders.>'] : [],
      pending: at,
      unacknowledged: 0,
      lastDelivered: undefined,
      isPaused: false,
    }));
    const page = bucketPageView(inspected({ consumers: read({ total: 60, consumers }) }), now);
    const [table] = blocks(page, 'consumers', 'table');
    const cells = table?.rows.map((row) => row.cells.map(({ text }) => text)) ?? [];

    expect(texts(page, 'consumers')).toEqual([
      '60 consumers: 1 of this extension, here or in another window.',
    ]);
    expect(cells).toHaveLength(25);
    expect(cells.slice(0, 3).map(([name, whose, , delivers]) => [name, whose, delivers])).toEqual([
      ['c0\\u202e', 'this extension', 'all keys'],
      ['c1\\u202e', 'billing', 'all keys'],
      ['c2\\u202e', 'another client', 'orders.>'],
    ]);
    expect(table?.part).toMatchObject({ text: '1 to 25 of 60', next: { value: '25' } });
    const last = bucketPageView(inspected({ consumers: read({ total: 60, consumers }) }), now, 50);
    expect(blocks(last, 'consumers', 'table')[0]?.part).toMatchObject({
      text: '51 to 60 of 60',
      previous: { value: '25' },
    });
  });

  it('shows what the server told of other languages and hidden marks as it is', () => {
    const page = bucketPageView(inspected({ bucket: 'b\u202ex' }), now);
    expect(page.title).toBe('b\\u202ex');
  });
});
