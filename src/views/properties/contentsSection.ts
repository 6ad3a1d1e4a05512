import * as vscode from 'vscode';
import { messageCosts } from '../../kv/inspect/bucketCosts';
import type { BucketInspection } from '../../kv/inspect/bucketInspection';
import type { BucketStatus } from '../../kv/model/bucket';
import { formatAge } from '../format/age';
import {
  formatCount,
  formatDecimal,
  formatDuration,
  formatLimit,
  formatSize,
  timeText,
} from '../format/format';
import type { FactView, SectionView, TileView } from '../page/pageProtocol';
import { howText, percent, shareOf, shown, useText } from './readingTexts';

type Contents = Pick<
  BucketInspection,
  'status' | 'survey' | 'liveKeys' | 'otherMessages' | 'rates' | 'prefix'
>;

/** The numbers that matter most. */
export function tiles(contents: Contents, status: BucketStatus): TileView[] {
  const { t } = vscode.l10n;
  const { liveKeys, otherMessages, rates } = contents;
  const how = howText('STREAM.INFO', contents.status);
  const { size, maxBytes, values, subjects } = status;
  const { history, historyBytes = 0, markers } = messageCosts(status, liveKeys, otherMessages);
  const share = shareOf(size, maxBytes);
  const last = rates.points.at(-1);
  return [
    {
      label: t('Size'),
      value: formatSize(size),
      detail:
        maxBytes < 0
          ? t('unlimited by the bucket')
          : t('{0} of {1}', percent(size, maxBytes), formatSize(maxBytes)),
      how,
      ...(share !== undefined && { share }),
      ...(share !== undefined && share >= 0.9 && { level: 'warning' as const }),
    },
    liveKeys === undefined
      ? {
          label: t('Keys at most'),
          value: formatCount(subjects),
          detail: t('deleted ones are among them'),
          how,
        }
      : {
          label: t('Live keys'),
          value: formatCount(liveKeys),
          detail: t('{0} deleted, purged or expired', formatCount(markers ?? 0)),
          how: t('index of keys, follows the bucket'),
        },
    {
      label: t('History'),
      value: formatCount(history),
      detail: t(
        'older revisions of {0} messages, about {1}',
        formatCount(values),
        formatSize(historyBytes),
      ),
      how,
    },
    {
      label: t('Changes a minute'),
      value: last ? rateText(last.perMinute) : '–',
      detail: last ? t('between the last two readings') : t('known after the second reading'),
      how: t('revisions given, STREAM.INFO'),
    },
  ];
}

/** A pace in words: `12`, `0.4`. */
export function rateText(perMinute: number): string {
  return perMinute > 0 && perMinute < 10
    ? formatDecimal(perMinute)
    : formatCount(Math.round(perMinute));
}

/** What is in the bucket, what that costs, and how long it stays. */
export function contentsSection(
  contents: Contents,
  status: BucketStatus,
  now: number,
): SectionView {
  const { t } = vscode.l10n;
  return {
    id: 'contents',
    title: t('Contents'),
    how: howText('STREAM.INFO', contents.status),
    blocks: [
      {
        kind: 'facts',
        facts: [
          ...(status.description
            ? [{ label: t('Description'), value: shown(status.description) }]
            : []),
          { label: t('Size'), value: useText(status.size, status.maxBytes, 'bytes') },
          ...messageFacts(contents, status),
          ...timeFacts(status, now),
        ],
      },
    ],
  };
}

function messageFacts(contents: Contents, status: BucketStatus): FactView[] {
  const { t } = vscode.l10n;
  const { liveKeys, otherMessages } = contents;
  const { values, subjects, firstRevision, lastRevision, history: kept, maxValueSize } = status;
  const { history, historyBytes, markers } = messageCosts(status, liveKeys, otherMessages);
  const index = t('index of keys, follows the bucket');
  return [
    {
      label: t('Messages'),
      value:
        values === 0
          ? t('none')
          : t('{0}, r{1} to r{2}', formatCount(values), firstRevision, lastRevision),
    },
    liveKeys === undefined
      ? {
          label: t('Keys'),
          value: t('at most {0}: deleted ones are counted too', formatCount(subjects)),
        }
      : { label: t('Live keys'), value: formatCount(liveKeys), how: index },
    ...(markers === undefined
      ? []
      : [
          {
            label: t('Markers'),
            value: t('{0} of deleted, purged or expired keys', formatCount(markers)),
            how: t('subjects of STREAM.INFO less live keys'),
          },
        ]),
    {
      label: t('History'),
      value:
        history === 0
          ? t('no older revisions')
          : t(
              '{0} older revisions, about {1}',
              formatCount(history),
              formatSize(historyBytes ?? 0),
            ),
      how: t('messages less subjects; bytes at the average size of a message'),
    },
    ...valueFacts(contents, status),
    ...(otherMessages > 0
      ? [
          {
            label: t('Others'),
            value: t('{0} messages under subjects of no key', formatCount(otherMessages)),
            how: index,
          },
        ]
      : []),
    {
      label: t('Revisions kept'),
      value: kept < 0 ? t('all of each key') : t('{0} of each key', formatCount(kept)),
    },
    { label: t('Largest value allowed'), value: formatLimit(maxValueSize) },
  ];
}

/** Only of the whole bucket can what its values take be compared with what is stored. */
function valueFacts({ survey, prefix }: Contents, { size }: BucketStatus): FactView[] {
  const { value } = survey;
  if (!value || prefix !== '') {
    return [];
  }
  const rest = Math.max(0, size - value.bytes);
  return [
    {
      label: vscode.l10n.t('Last values'),
      value: vscode.l10n.t(
        '{0}; names, headers, markers and history take the other {1}',
        formatSize(value.bytes),
        formatSize(rest),
      ),
      how: howText(vscode.l10n.t('index of keys'), survey),
    },
  ];
}

function timeFacts(status: BucketStatus, now: number): FactView[] {
  const { t } = vscode.l10n;
  const { ttl, allowTtl, markerTtl, lastUpdate, firstTime, created } = status;
  const time = (at: number) => timeText(at, formatAge(at, now));
  return [
    {
      label: t('Values expire'),
      value: [
        ttl > 0 ? t('after {0}', formatDuration(ttl)) : t('never by the bucket'),
        allowTtl ? t('keys may have a TTL of their own') : t('no key has a TTL of its own'),
      ].join('; '),
    },
    ...(markerTtl > 0
      ? [{ label: t('Markers of expired keys stay'), value: formatDuration(markerTtl) }]
      : []),
    { label: t('Last update'), value: lastUpdate === undefined ? t('never') : time(lastUpdate) },
    ...(firstTime === undefined ? [] : [{ label: t('Oldest message'), value: time(firstTime) }]),
    { label: t('Created'), value: time(created) },
  ];
}
