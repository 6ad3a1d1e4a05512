import * as vscode from 'vscode';
import { bucketHealth, severityOf } from '../../kv/health/bucketHealth';
import type { BucketGrowth } from '../../kv/inspect/bucketGrowth';
import type { BucketStatus } from '../../kv/model/bucket';
import { formatCount, formatSize, formatTime } from '../format/format';
import { healthWords } from '../format/healthText';
import type { ColumnView, RowView, TableView } from '../page/pageProtocol';
import { pagePart } from './pagePart';
import { percent, shareOf, shown } from './readingTexts';

/** What the buckets of a table are sorted by: names rising, all else the largest first. */
export type BucketOrder = 'name' | 'size' | 'keys' | 'messages' | 'changes' | 'lastUpdate';

/** Rows of one page of the table. */
const bucketsAtOnce = 50;

/** Whether a text that came back from the page names an order. */
export function isBucketOrder(text: string | undefined): text is BucketOrder {
  return ['name', 'size', 'keys', 'messages', 'changes', 'lastUpdate'].includes(text ?? '');
}

/** A page of the buckets of a connection. */
export function bucketsTable(
  buckets: readonly BucketStatus[],
  growth: BucketGrowth,
  { order, firstBucket }: { readonly order: BucketOrder; readonly firstBucket: number },
): TableView {
  const { t } = vscode.l10n;
  const sorted = sortBuckets(buckets, growth, order);
  const largest = buckets.reduce((most, { size }) => Math.max(most, size), 0);
  const first = Math.min(firstBucket, Math.max(0, sorted.length - 1));
  const rows = sorted
    .slice(first, first + bucketsAtOnce)
    .map((status) => bucketRow(status, growth, largest));
  const column = (label: string, by: BucketOrder, isNumber = true): ColumnView => ({
    label,
    isNumber,
    sort: { id: 'sort', value: by, label: t('Sort by {0}', label) },
    ...(by === order && {
      sorted: by === 'name' ? ('ascending' as const) : ('descending' as const),
    }),
  });
  return {
    kind: 'table',
    id: 'buckets',
    caption: t('Buckets of the connection'),
    columns: [
      column(t('Bucket'), 'name', false),
      column(t('Size'), 'size'),
      { label: t('Full'), isNumber: true },
      column(t('Keys at most'), 'keys'),
      column(t('Messages'), 'messages'),
      column(t('Changes seen'), 'changes'),
      column(t('Last update'), 'lastUpdate', false),
      { label: t('Health') },
    ],
    rows,
    empty: t('There are no buckets.'),
    ...pagePart('buckets', first, rows.length, sorted.length, bucketsAtOnce),
  };
}

function sortBuckets(
  buckets: readonly BucketStatus[],
  growth: BucketGrowth,
  order: BucketOrder,
): readonly BucketStatus[] {
  const amount = (status: BucketStatus): number => {
    switch (order) {
      case 'name':
        return 0;
      case 'size':
        return status.size;
      case 'keys':
        return status.subjects;
      case 'messages':
        return status.values;
      case 'changes':
        return growth.of(status)?.changes ?? 0;
      case 'lastUpdate':
        return status.lastUpdate ?? 0;
    }
  };
  // They come by name, and sorting keeps the order of those that are alike.
  return [...buckets].sort((a, b) => amount(b) - amount(a));
}

function bucketRow(status: BucketStatus, growth: BucketGrowth, largest: number): RowView {
  const { t } = vscode.l10n;
  const { name, size, maxBytes, subjects, values, lastUpdate } = status;
  const [worst] = bucketHealth(status);
  const full = shareOf(size, maxBytes);
  return {
    cells: [
      { text: shown(name), action: { id: 'bucket', value: name, label: shown(name) } },
      { text: formatSize(size), share: largest > 0 ? size / largest : 0 },
      { text: full === undefined ? '–' : percent(size, maxBytes) },
      { text: formatCount(subjects) },
      { text: formatCount(values) },
      { text: formatCount(growth.of(status)?.changes ?? 0) },
      { text: lastUpdate === undefined ? t('never') : formatTime(lastUpdate) },
      worst
        ? { text: shown(healthWords(worst)), level: severityOf(worst) }
        : { text: t('well'), level: 'plain' },
    ],
  };
}
