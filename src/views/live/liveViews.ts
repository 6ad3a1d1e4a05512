import * as vscode from 'vscode';
import { displayText } from '../../kv/values/displayText';
import { summarize } from '../../kv/live/changeSummary';
import type { WatchStatus } from '../../kv/live/liveFeed';
import type { LiveOutage } from '../../kv/live/liveOutage';
import type { ChangeRow, LiveRow } from '../../kv/live/liveRows';
import type { LiveState } from '../../kv/live/liveState';
import { messageOf } from '../../kv/model/errors';
import { formatClock, formatCount, formatMoment } from '../format/format';
import type { ChangeView, RowView, WatchView } from './liveProtocol';

/** A watch as the page shows it; `connection` is the name of its connection. */
export function watchView(status: WatchStatus, connection: string): WatchView {
  const { id, spec, state, isPaused, held, received } = status;
  const { bucket, filter, start, operations } = spec;
  const parts = [connection, bucket, ...(filter === '>' ? [] : [filter])];
  return {
    id,
    label: displayText(parts.join(' › ')),
    state: state?.kind ?? 'missing',
    stateText: stateText(state),
    isPaused,
    held,
    received,
    start,
    operations,
  };
}

function stateText(state: LiveState | undefined): string {
  const { t } = vscode.l10n;
  switch (state?.kind) {
    case undefined:
      return t('its connection is not configured');
    case 'starting':
      return t('connecting');
    case 'live':
      return state.recreatedAt === undefined
        ? t('live')
        : t('live, bucket created anew {0}', formatClock(state.recreatedAt));
    case 'resuming':
      return t('resuming, stale since {0}', formatClock(state.since));
    case 'stale':
      return t('stale since {0}', formatClock(state.since));
    case 'failed':
      return t('failed: {0}', displayText(messageOf(state.error)));
    case 'gone':
      return t('gone: goes on when the bucket is created again');
  }
}

/** A row as the page shows it; `connection` is the name of its connection. */
export function rowView(row: LiveRow, nameOf: (connectionId: string) => string): RowView {
  return row.kind === 'outage'
    ? { kind: 'outage', id: row.id, watch: row.outage.watch, text: outageText(row.outage) }
    : changeView(row, nameOf(row.change.connectionId));
}

/** `disconnected 12:03:58, resumed 12:04:02 at r29, nothing missed`. */
function outageText({ from, to, revision, caughtUp, dropped, recreated }: LiveOutage): string {
  const { t } = vscode.l10n;
  const [lost, back] = [formatMoment(from), formatMoment(to)];
  if (recreated) {
    return t('disconnected {0}, resumed {1}, the bucket was created anew', lost, back);
  }
  const resumed =
    revision === undefined
      ? t('disconnected {0}, resumed {1}', lost, back)
      : t('disconnected {0}, resumed {1} at r{2}', lost, back, revision);
  const caught =
    caughtUp === 1 ? t('1 change caught up') : t('{0} changes caught up', formatCount(caughtUp));
  return [
    resumed,
    ...(caughtUp > 0 ? [caught] : []),
    dropped ? t('{0} no longer stored', formatCount(dropped)) : t('nothing missed'),
  ].join(', ');
}

function changeView(row: ChangeRow, connection: string): ChangeView {
  const { id, change, before, count, isMarked } = row;
  const { entry, bucket, watch, origin } = change;
  const { key, operation, revision, size, created } = entry;
  return {
    kind: 'change',
    id,
    watch,
    time: created,
    connection: displayText(connection),
    bucket: displayText(bucket),
    key: displayText(key),
    operation,
    revision,
    size,
    count,
    origin,
    isMarked,
    summary: summarize(before, entry),
  };
}
