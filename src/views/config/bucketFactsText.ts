import * as vscode from 'vscode';
import type { BucketStatus } from '../../kv/model/bucket';
import { formatAge } from '../format/age';
import { formatCount, formatSize } from '../format/format';

/** What is in a bucket and how it is, in a line above its document. */
export function bucketFactsText(place: string, status: BucketStatus, now: number): string {
  const { t } = vscode.l10n;
  const { values, subjects, size, created, cluster, mirrorOf, mirror, sources } = status;
  const lag = mirror?.lag;
  return [
    place,
    t('{0} messages of {1} keys at most', formatCount(values), formatCount(subjects)),
    formatSize(size),
    t('created {0}', formatAge(created, now)),
    ...(mirrorOf === undefined ? [] : [t('mirror of {0}', mirrorOf)]),
    ...(lag === undefined ? [] : [t('{0} behind', formatCount(lag))]),
    ...(sources.length > 0 ? [t('{0} sources', sources.length)] : []),
    // A single server has a name that says nothing.
    ...(cluster?.name !== undefined && cluster.leader !== undefined
      ? [t('leader {0}', cluster.leader)]
      : []),
  ].join(' · ');
}
