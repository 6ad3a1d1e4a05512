import { describe, expect, it } from 'vitest';
import { BucketGrowth } from '../../../src/kv/inspect/bucketGrowth';
import type { Reading } from '../../../src/kv/inspect/reading';
import type { BucketStatus } from '../../../src/kv/model/bucket';
import { KvError } from '../../../src/kv/model/errors';
import type { AccountInfo } from '../../../src/kv/model/kvConnection';
import {
  glanceView,
  type GlancedAt,
  type GlanceLook,
} from '../../../src/views/properties/glanceView';
import type { BlockView, PageView } from '../../../src/views/page/pageProtocol';
import { FakeBucket } from '../../kv/fakeBucket';
import { setUpSession } from '../../kv/session/sessionSetUp';

const now = Date.UTC(2026, 0, 1, 12);
const unread = { value: undefined, at: undefined, failed: undefined, isReading: false };
const bySize: GlanceLook = { order: 'size', firstBucket: 0, firstUnhealthy: 0 };

function read<T>(value: T): Reading<T> {
  return { value, at: now, failed: undefined, isReading: false };
}

function status(name: string, some: Partial<BucketStatus> = {}): BucketStatus {
  return { ...new FakeBucket({ name }, now).status(now), ...some };
}

function account(some: Partial<AccountInfo> = {}): AccountInfo {
  const free = { used: 0, limit: -1 };
  const limited = { used: 95, limit: 100 };
  const uses = { memory: free, storage: limited, streams: free, consumers: free };
  return { ...uses, tiers: [], domain: undefined, apiLevel: 3, ...some };
}

function glancedAt(buckets: readonly BucketStatus[], some: Partial<GlancedAt> = {}): GlancedAt {
  return {
    session: setUpSession().session,
    account: read(account()),
    list: read({ buckets, unavailable: [] }),
    growth: new BucketGrowth(),
    lostSince: undefined,
    pace: { requests: 1, seconds: 10 },
    ...some,
  };
}

function blocks<Kind extends BlockView['kind']>(page: PageView, id: string, kind: Kind) {
  const all = page.sections.find((each) => each.id === id)?.blocks ?? [];
  return all.filter((each): each is BlockView & { kind: Kind } => each.kind === kind);
}

function rowsOf(page: PageView, id: string): string[][] {
  return (blocks(page, id, 'table')[0]?.rows ?? []).map(({ cells }) =>
    cells.map(({ text }) => text),
  );
}

describe('JetStream at a glance', () => {
  it('tells what the account may use and uses, its tiers too', () => {
    const { memory, storage, streams, consumers } = account();
    const tier = { name: 'R3', memory, storage, streams, consumers };
    const page = glanceView(glancedAt([], { account: read(account({ tiers: [tier] })) }), bySize);
    const facts = blocks(page, 'account', 'facts')[0]?.facts.map(
      ({ label, value }) => `${label}: ${value}`,
    );
    expect(facts).toEqual([
      'File storage: 95 B of 100 B (95%)',
      'Memory: 0 B, unlimited',
      'Streams: 0, unlimited',
      'Consumers: 0, unlimited',
      'Tier R3: File storage: 95 B of 100 B (95%) · Memory: 0 B, unlimited · Streams: 0, unlimited · Consumers: 0, unlimited',
    ]);
    expect(page.notices).toMatchObject([{ level: 'warning' }]);
  });

  it('shows thousands of buckets a page at a time, by what is asked', () => {
    const many = Array.from({ length: 3_000 }, (_, at) =>
      status(`b${String(at).padStart(4, '0')}`, { size: at, subjects: 3_000 - at }),
    );
    const page = glanceView(glancedAt(many), bySize);
    expect(rowsOf(page, 'buckets')).toHaveLength(50);
    expect(rowsOf(page, 'buckets')[0]?.slice(0, 2)).toEqual(['b2999', '2.9 KiB']);
    const [table] = blocks(page, 'buckets', 'table');
    expect(table?.part).toMatchObject({ text: '1 to 50 of 3,000', next: { value: '50' } });
    expect(table?.columns[1]).toMatchObject({ sorted: 'descending', sort: { value: 'size' } });

    const byKeys = glanceView(glancedAt(many), { ...bySize, order: 'keys', firstBucket: 2_950 });
    expect(rowsOf(byKeys, 'buckets').at(-1)?.[0]).toBe('b2999');
    expect(blocks(byKeys, 'buckets', 'table')[0]?.part?.next).toBeUndefined();
    const byName = glanceView(glancedAt(many), { ...bySize, order: 'name' });
    expect(rowsOf(byName, 'buckets')[0]?.[0]).toBe('b0000');
  });

  it('says that growth is only what was seen since the page was opened', () => {
    const growth = new BucketGrowth();
    growth.see([status('a'), status('b'), status('c')], now);
    const buckets = [
      status('a'),
      status('b', { size: 2_048, lastRevision: 7 }),
      status('c', { size: 10, lastRevision: 9 }),
    ];
    const page = glanceView(glancedAt(buckets, { growth }), bySize);
    expect(page.sections.find(({ id }) => id === 'growth')?.how).toMatch(
      /^only what was seen since .*, when the page was opened$/,
    );
    expect(rowsOf(page, 'growth')).toEqual([
      ['b', '+2.0 KiB', '7'],
      ['c', '+10 B', '9'],
    ]);
  });

  it('names what is unhealthy, the worst first, and what cannot be used', () => {
    const full = { maxBytes: 100, size: 100, values: 10 };
    const late = { maxBytes: 1_000, size: 950, values: 100 };
    const buckets = [status('late', late), status('fine'), status('full', full)];
    const unavailable = [{ name: 'lost', reason: 'no server answers\u202e' }];
    const page = glanceView(glancedAt(buckets, { list: read({ buckets, unavailable }) }), bySize);

    expect(rowsOf(page, 'unhealthy').map(([name]) => name)).toEqual(['lost', 'full', 'late']);
    expect(rowsOf(page, 'unhealthy')[0]?.[1]).toBe('no server answers\\u202e');
    const health = rowsOf(page, 'buckets').map((cells) => `${cells[0]}: ${cells.at(-1)}`);
    expect(health).toEqual(expect.arrayContaining(['fine: well', 'full: full']));
  });

  it('says why the buckets or the account cannot be told', () => {
    const error = new KvError('denied', 'no right to list');
    const failed = { error, since: now };
    const page = glanceView(
      glancedAt([], { list: { ...unread, failed }, account: { ...unread, failed } }),
      bySize,
    );
    expect(page.state).toEqual({ level: 'error', text: 'not readable: no right to list' });
    expect(page.sections.map(({ id }) => id)).toEqual(['buckets', 'account']);
    for (const id of ['buckets', 'account']) {
      expect(blocks(page, id, 'text')[0]?.text).toBe('It could not be read: no right to list.');
    }
  });

  it('says since when it is stale, and that a long list takes many requests', () => {
    const page = glanceView(
      glancedAt([status('a')], { lostSince: now, pace: { requests: 12, seconds: 30 } }),
      bySize,
    );
    expect(page.state).toMatchObject({ level: 'warning' });
    expect(page.sections.find(({ id }) => id === 'buckets')?.how).toMatch(
      /^STREAM\.LIST, 12 requests each 30 s, /,
    );
    expect(glanceView(glancedAt([], { session: undefined }), bySize).state.level).toBe('error');
    const empty = glanceView(glancedAt([]), bySize);
    expect(blocks(empty, 'buckets', 'table')[0]?.empty).toBe('There are no buckets.');
  });
});
