import * as vscode from 'vscode';
import { displayText } from '../../kv/values/displayText';
import { summarize } from '../../kv/live/changeSummary';
import type { WatchStatus } from '../../kv/live/liveFeed';
import type { LiveRow } from '../../kv/live/liveRows';
import type { LiveState } from '../../kv/live/liveState';
import { messageOf } from '../../kv/model/errors';
import { formatClock } from '../format/format';
import type { RowView, WatchView } from './liveProtocol';

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
export function rowView(row: LiveRow, connection: string): RowView {
  const { id, change, before, count, isMarked } = row;
  const { entry, bucket, watch, origin } = change;
  const { key, operation, revision, size, created } = entry;
  return {
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
