import * as vscode from 'vscode';
import type { Reading } from '../../kv/inspect/reading';
import type { BucketStatus } from '../../kv/model/bucket';
import type { ConsumerList, ConsumerStatus } from '../../kv/model/consumer';
import { formatCount, formatTime } from '../format/format';
import type { RowView, SectionView } from '../page/pageProtocol';
import { pagePart } from './pagePart';
import { howText, problemBlocks, shown } from './readingTexts';

/** Rows of one page of the table. */
const rowsAtOnce = 25;

/** Who watches, lists or works through a bucket, from the row `first` on. */
export function consumersSection(
  reading: Reading<ConsumerList>,
  status: BucketStatus | undefined,
  first: number,
): SectionView {
  const { t } = vscode.l10n;
  const { value } = reading;
  const consumers = value?.consumers ?? [];
  const begin = Math.min(first, Math.max(0, consumers.length - 1));
  const rows = consumers.slice(begin, begin + rowsAtOnce);
  return {
    id: 'consumers',
    title: t('Consumers'),
    how: howText('CONSUMER.LIST', reading),
    isWide: true,
    blocks: [
      ...problemBlocks(reading),
      ...(value ? [{ kind: 'text' as const, text: totalsText(value) }] : []),
      ...(!value && status && reading.failed
        ? [
            {
              kind: 'text' as const,
              text: t('STREAM.INFO counts {0}.', countText(status.consumers)),
            },
          ]
        : []),
      ...(consumers.length > 0
        ? [
            {
              kind: 'table' as const,
              id: 'consumers',
              caption: t('Consumers of the bucket'),
              columns: [
                { label: t('Consumer') },
                { label: t('Whose') },
                { label: t('Kind') },
                { label: t('Delivers') },
                { label: t('Yet to come'), isNumber: true },
                { label: t('Not acknowledged'), isNumber: true },
                { label: t('Last delivered') },
              ],
              rows: rows.map((each) => consumerRow(each, status?.keyPrefix ?? '')),
              empty: '',
              ...pagePart('consumers', begin, rows.length, consumers.length, rowsAtOnce),
            },
          ]
        : []),
    ],
  };
}

function totalsText({ total, consumers }: ConsumerList): string {
  const { t } = vscode.l10n;
  if (total === 0) {
    return t('Nobody watches or reads it by a consumer now.');
  }
  const own = consumers.filter(({ isOwn }) => isOwn).length;
  const whose =
    own === 0
      ? t('none of this extension')
      : t('{0} of this extension, here or in another window', formatCount(own));
  const shownOnly =
    consumers.length < total ? t(' The first {0} are shown.', formatCount(consumers.length)) : '';
  return `${t('{0}: {1}.', countText(total), whose)}${shownOnly}`;
}

function countText(count: number): string {
  const { t } = vscode.l10n;
  return count === 1 ? t('1 consumer') : t('{0} consumers', formatCount(count));
}

function consumerRow(consumer: ConsumerStatus, keyPrefix: string): RowView {
  const { t } = vscode.l10n;
  const { name, description, isOwn, filters, pending, unacknowledged, lastDelivered } = consumer;
  const whose = isOwn ? t('this extension') : description || t('another client');
  return {
    cells: [
      { text: shown(name) },
      { text: shown(whose) },
      { text: kindText(consumer) },
      { text: shown(deliveredText(filters, keyPrefix)) },
      { text: formatCount(pending) },
      { text: formatCount(unacknowledged) },
      { text: lastDelivered === undefined ? t('never') : formatTime(lastDelivered) },
    ],
  };
}

function kindText({ kind, isDurable, isBound, isPaused }: ConsumerStatus): string {
  const { t } = vscode.l10n;
  return [
    kind === 'push' ? t('push') : t('pull'),
    isDurable ? t('durable') : t('ephemeral'),
    ...(isPaused ? [t('paused')] : []),
    ...(isBound ? [] : [t('nobody listens')]),
  ].join(', ');
}

/** Subjects of the bucket as keys: `orders.>`. */
function deliveredText(filters: readonly string[], keyPrefix: string): string {
  const keys = filters.map((filter) =>
    filter.startsWith(keyPrefix) ? filter.slice(keyPrefix.length) : filter,
  );
  return keys.length === 0 ? vscode.l10n.t('all keys') : keys.join(', ');
}
