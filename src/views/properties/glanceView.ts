import * as vscode from 'vscode';
import { accountHealth, bucketHealth, severityOf } from '../../kv/health/bucketHealth';
import type { ConnectionInspection } from '../../kv/inspect/connectionInspection';
import type { BucketStatus } from '../../kv/model/bucket';
import { messageOf } from '../../kv/model/errors';
import { placeOf } from '../buckets/rows/productionMark';
import { formatCount, formatMoment, formatSize } from '../format/format';
import { healthText } from '../format/healthText';
import type { Notice, PageView, RowView, SectionView, TileView } from '../page/pageProtocol';
import { accountSection } from './accountSection';
import { bucketsTable, type BucketOrder } from './bucketsTable';
import { pagePart } from './pagePart';
import { howText, percent, problemBlocks, shareOf, shown } from './readingTexts';

/** What of an inspection is shown. */
export type GlancedAt = Pick<
  ConnectionInspection,
  'session' | 'account' | 'list' | 'growth' | 'lostSince' | 'pace'
>;

/** Which part of the page's tables is shown, and in which order. */
export interface GlanceLook {
  readonly order: BucketOrder;
  readonly firstBucket: number;
  readonly firstUnhealthy: number;
}

/** Rows of one page of the list of what is unhealthy, and of the list of what grows. */
const unhealthyAtOnce = 10;
const topGrowing = 10;

/** The page of JetStream at a glance of a connection. */
export function glanceView(glanced: GlancedAt, look: GlanceLook): PageView {
  const { t } = vscode.l10n;
  const { session } = glanced;
  return {
    title: t('JetStream at a Glance'),
    subtitle: session ? shown(placeOf(session.config)) : '',
    state: stateOf(glanced),
    notices: notices(glanced),
    actions: [{ id: 'refresh', label: t('Refresh') }],
    sections: sections(glanced, look),
  };
}

function stateOf({ session, list, lostSince }: GlancedAt): PageView['state'] {
  const { t } = vscode.l10n;
  const { failed, at, isReading, value } = list;
  if (!session) {
    return { level: 'error', text: t('its connection is not configured any more') };
  }
  const since = lostSince ?? (value && failed?.since);
  if (since !== undefined) {
    const reason = failed ? `: ${shown(messageOf(failed.error))}` : t(': not connected');
    return { level: 'warning', text: t('stale since {0}', formatMoment(since)) + reason };
  }
  if (failed) {
    return { level: 'error', text: t('not readable: {0}', shown(messageOf(failed.error))) };
  }
  return at === undefined
    ? { level: 'plain', text: isReading ? t('reading…') : t('not connected') }
    : { level: 'ok', text: t('as of {0}', formatMoment(at)) };
}

function notices({ account }: GlancedAt): Notice[] {
  return (account.value ? accountHealth(account.value) : []).map((fact) => ({
    level: severityOf(fact),
    text: healthText(fact),
  }));
}

function sections(glanced: GlancedAt, look: GlanceLook): SectionView[] {
  const { t } = vscode.l10n;
  const { account, list, growth, pace } = glanced;
  const { value } = list;
  const source =
    pace.requests === 1
      ? t('STREAM.LIST')
      : t('STREAM.LIST, {0} requests each {1} s', pace.requests, pace.seconds);
  const how = howText(source, list);
  if (!value) {
    const buckets = { id: 'buckets', title: t('Buckets'), blocks: problemBlocks(list) };
    return [...(buckets.blocks.length > 0 ? [buckets] : []), accountSection(account)];
  }
  return [
    {
      id: 'tiles',
      title: t('In Short'),
      isWide: true,
      blocks: [{ kind: 'tiles', tiles: tiles(glanced, value.buckets) }],
    },
    accountSection(account),
    growthSection(value.buckets, growth),
    unhealthySection(glanced, look.firstUnhealthy, how),
    {
      id: 'buckets',
      title: t('Buckets'),
      how,
      isWide: true,
      blocks: [...problemBlocks(list), bucketsTable(value.buckets, growth, look)],
    },
  ];
}

function tiles({ account, list }: GlancedAt, buckets: readonly BucketStatus[]): TileView[] {
  const { t } = vscode.l10n;
  const sum = (of: (status: BucketStatus) => number) =>
    buckets.reduce((total, status) => total + of(status), 0);
  const how = howText('STREAM.LIST', list);
  const size = sum((status) => status.size);
  const { storage } = account.value ?? {};
  const share = storage && shareOf(storage.used, storage.limit);
  const unhealthy = buckets.filter((status) => bucketHealth(status).length > 0).length;
  const unusable = list.value?.unavailable.length ?? 0;
  return [
    {
      label: t('Buckets'),
      value: formatCount(buckets.length),
      detail: t('{0} keys at most', formatCount(sum(({ subjects }) => subjects))),
      how,
    },
    {
      label: t('Size of all buckets'),
      value: formatSize(size),
      detail: t('{0} messages', formatCount(sum(({ values }) => values))),
      how,
    },
    storage
      ? {
          label: t('File storage of the account'),
          value: formatSize(storage.used),
          detail:
            storage.limit < 0
              ? t('unlimited')
              : t('{0} of {1}', percent(storage.used, storage.limit), formatSize(storage.limit)),
          how: howText('$JS.API.INFO', account),
          ...(share !== undefined && { share }),
        }
      : {
          label: t('File storage of the account'),
          value: '–',
          detail: t('not told'),
          how: '$JS.API.INFO',
        },
    {
      label: t('Unhealthy'),
      value: formatCount(unhealthy + unusable),
      detail: t('buckets of {0}', formatCount(buckets.length + unusable)),
      how,
      ...(unhealthy + unusable > 0 && { level: 'warning' as const }),
    },
  ];
}

/** The buckets that have grown most, from what was seen since the page was opened. */
function growthSection(buckets: readonly BucketStatus[], growth: GlancedAt['growth']): SectionView {
  const { t } = vscode.l10n;
  const since = growth.since === undefined ? '' : formatMoment(growth.since);
  const grown = buckets
    .flatMap((status) => {
      const seen = growth.of(status);
      return seen && (seen.changes > 0 || seen.bytes > 0) ? [{ status, ...seen }] : [];
    })
    .sort((a, b) => b.bytes - a.bytes || b.changes - a.changes)
    .slice(0, topGrowing);
  return {
    id: 'growth',
    title: t('Growing'),
    how: t('only what was seen since {0}, when the page was opened', since),
    blocks: [
      {
        kind: 'table',
        id: 'growth',
        caption: t('Buckets that have grown most'),
        columns: [
          { label: t('Bucket') },
          { label: t('Bytes'), isNumber: true },
          { label: t('Changes'), isNumber: true },
        ],
        rows: grown.map(({ status, bytes, changes }) => ({
          cells: [
            {
              text: shown(status.name),
              action: { id: 'bucket', value: status.name, label: shown(status.name) },
            },
            { text: signed(bytes) },
            { text: formatCount(changes) },
          ],
        })),
        empty: t('Nothing was written since then.'),
      },
    ],
  };
}

function signed(bytes: number): string {
  return bytes < 0 ? `−${formatSize(-bytes)}` : `+${formatSize(bytes)}`;
}

/** What is unhealthy, the worst first, a bucket a row. */
function unhealthySection({ list }: GlancedAt, first: number, how: string): SectionView {
  const { t } = vscode.l10n;
  const { buckets = [], unavailable = [] } = list.value ?? {};
  const cannot = unavailable.map(({ name, reason }) => ({
    name,
    level: 'error' as const,
    text: shown(reason),
  }));
  const unhealthy = buckets.flatMap((status) => {
    const facts = bucketHealth(status);
    const [worst] = facts;
    const text = facts.map((fact) => shown(healthText(fact))).join(' ');
    return worst ? [{ name: status.name, level: severityOf(worst), text }] : [];
  });
  const all = [
    ...cannot,
    ...unhealthy.filter(({ level }) => level === 'error'),
    ...unhealthy.filter(({ level }) => level === 'warning'),
  ];
  const begin = Math.min(first, Math.max(0, all.length - 1));
  const rows = all.slice(begin, begin + unhealthyAtOnce).map(({ name, level, text }): RowView => ({
    cells: [
      { text: shown(name), action: { id: 'bucket', value: name, label: shown(name) } },
      { text, level },
    ],
  }));
  return {
    id: 'unhealthy',
    title: t('Unhealthy'),
    how,
    isWide: true,
    blocks: [
      {
        kind: 'table',
        id: 'unhealthy',
        caption: t('Buckets that are unhealthy, the worst first'),
        columns: [{ label: t('Bucket') }, { label: t('What') }],
        rows,
        empty: t('All buckets are well.'),
        ...pagePart('unhealthy', begin, rows.length, all.length, unhealthyAtOnce),
      },
    ],
  };
}
