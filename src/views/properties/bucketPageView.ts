import * as vscode from 'vscode';
import { bucketHealth, severityOf } from '../../kv/health/bucketHealth';
import type { BucketInspection } from '../../kv/inspect/bucketInspection';
import { isKvError, messageOf } from '../../kv/model/errors';
import { placeOf } from '../buckets/rows/productionMark';
import { formatClock, formatCount, formatMoment } from '../format/format';
import { healthText } from '../format/healthText';
import type { ActionView, Notice, PageView, PlotView, SectionView } from '../page/pageProtocol';
import { accountSection } from './accountSection';
import { consumersSection } from './consumersSection';
import { contentsSection, rateText, tiles } from './contentsSection';
import { originsSection, replicasSection } from './copiesSections';
import { keysSections } from './keysSections';
import { problemBlocks, shown } from './readingTexts';

/** What of an inspection is shown. */
export type Inspected = Pick<
  BucketInspection,
  | 'bucket'
  | 'session'
  | 'status'
  | 'account'
  | 'consumers'
  | 'survey'
  | 'listing'
  | 'liveKeys'
  | 'otherMessages'
  | 'prefix'
  | 'rates'
  | 'lostSince'
  | 'recreatedAt'
>;

/** The page of a bucket. `firstConsumer` is the row that the table of consumers begins with. */
export function bucketPageView(inspected: Inspected, now: number, firstConsumer = 0): PageView {
  const { t } = vscode.l10n;
  const { bucket, session, status } = inspected;
  const isThere = session !== undefined && !isGone(status);
  return {
    title: shown(bucket),
    subtitle: session ? shown(placeOf(session.config)) : '',
    state: stateOf(inspected),
    notices: notices(inspected),
    actions: [{ id: 'refresh', label: t('Refresh') }, ...(isThere ? bucketActions() : [])],
    sections: sections(inspected, now, firstConsumer),
  };
}

function bucketActions(): ActionView[] {
  const { t } = vscode.l10n;
  return [
    { id: 'edit', label: t('Edit…'), hint: t('Edit the configuration as a document') },
    { id: 'clean', label: t('Clean…'), hint: t('Remove keys, markers or old revisions') },
    {
      id: 'json',
      label: t('Configuration as JSON'),
      hint: t('Just as the server has it, in its own names'),
    },
  ];
}

/** Whether what is told is of now, and of which bucket. */
function stateOf({ session, status, lostSince, recreatedAt }: Inspected): PageView['state'] {
  const { t } = vscode.l10n;
  const { failed, at, isReading } = status;
  if (!session) {
    return { level: 'error', text: t('its connection is not configured any more') };
  }
  if (isGone(status)) {
    const moment = failed ? formatMoment(failed.since) : '';
    const text =
      at === undefined
        ? t('there is no such bucket')
        : t('gone since {0}: deleted; this page goes on when it is made again', moment);
    return { level: 'error', text };
  }
  const since = lostSince ?? (status.value && failed?.since);
  if (since !== undefined) {
    const reason = failed ? `: ${shown(messageOf(failed.error))}` : t(': not connected');
    return { level: 'warning', text: t('stale since {0}', formatMoment(since)) + reason };
  }
  if (failed) {
    return { level: 'error', text: t('not readable: {0}', shown(messageOf(failed.error))) };
  }
  if (at === undefined) {
    return { level: 'plain', text: isReading ? t('reading…') : t('not connected') };
  }
  const anew =
    recreatedAt === undefined ? '' : t(' · made anew, seen {0}', formatClock(recreatedAt));
  return { level: 'ok', text: t('as of {0}', formatMoment(at)) + anew };
}

function isGone({ failed }: Inspected['status']): boolean {
  return isKvError(failed?.error, 'notFound');
}

function notices({ status }: Inspected): Notice[] {
  return (status.value && !isGone(status) ? bucketHealth(status.value) : []).map((fact) => ({
    level: severityOf(fact),
    text: shown(healthText(fact)),
  }));
}

function sections(inspected: Inspected, now: number, firstConsumer: number): SectionView[] {
  const { t } = vscode.l10n;
  const { status, consumers, account } = inspected;
  const { value } = status;
  if (!value) {
    const blocks = problemBlocks(status);
    const unread: SectionView[] =
      blocks.length > 0 ? [{ id: 'contents', title: t('Contents'), blocks }] : [];
    const others = [
      ...(consumers.value ? [consumersSection(consumers, undefined, firstConsumer)] : []),
      ...(account.value || account.failed ? [accountSection(account)] : []),
    ];
    return [...unread, ...others];
  }
  return [
    {
      id: 'tiles',
      title: t('In Short'),
      isWide: true,
      blocks: [{ kind: 'tiles', tiles: tiles(inspected, value) }],
    },
    contentsSection(inspected, value, now),
    ratesSection(inspected),
    ...keysSections(inspected, isGone(status) ? undefined : value),
    replicasSection(value, status),
    accountSection(account),
    ...originsSection(value, status),
    consumersSection(consumers, value, firstConsumer),
  ];
}

/** How fast the bucket is written, since the page was opened. */
function ratesSection({ rates }: Inspected): SectionView {
  const { t } = vscode.l10n;
  const { points, total } = rates;
  const how = t('revisions given between two readings of STREAM.INFO, each 5 s');
  const title = t('Changes a Minute');
  const most = points.reduce((top, { perMinute }) => Math.max(top, perMinute), 0);
  if (points.length === 0) {
    const text = t('Told after the second reading, some seconds after the page was opened.');
    return { id: 'rates', title, how, blocks: [{ kind: 'text', text }] };
  }
  const plot: PlotView = {
    kind: 'line',
    id: 'rates',
    summary: t('Changes a minute since the page was opened, up to {0}', rateText(most)),
    tableLabel: t('Show as a table'),
    categoryLabel: t('Until'),
    categories: points.map(({ at }) => formatMoment(at)),
    times: points.map(({ at }) => at / 1000),
    series: [
      {
        label: t('Changes a minute'),
        unit: 'count',
        values: points.map(({ perMinute }) => perMinute),
        texts: points.map(({ perMinute }) => rateText(perMinute)),
      },
    ],
  };
  const text = total
    ? t('{0} changes since {1}.', formatCount(total.changes), formatMoment(total.since))
    : '';
  return { id: 'rates', title, how, blocks: [{ kind: 'text', text }, plot] };
}
