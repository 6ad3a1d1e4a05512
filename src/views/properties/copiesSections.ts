import * as vscode from 'vscode';
import type { Reading } from '../../kv/inspect/reading';
import type { BucketStatus, ClusterStatus, OriginStatus } from '../../kv/model/bucket';
import { formatAge } from '../format/age';
import { formatCount } from '../format/format';
import type { BlockView, FactView, RowView, SectionView } from '../page/pageProtocol';
import { howText, shown } from './readingTexts';

/** Where the bucket's copies are, who leads and how far the others are. */
export function replicasSection(status: BucketStatus, reading: Reading<BucketStatus>): SectionView {
  const { t } = vscode.l10n;
  const { cluster, replicas, storage, compressed, placement } = status;
  const facts: FactView[] = [
    {
      label: t('Storage'),
      value: [storage === 'file' ? t('file') : t('memory'), ...(compressed ? [t('S2')] : [])].join(
        ', ',
      ),
    },
    { label: t('Replicas'), value: formatCount(replicas) },
    ...(placement ? [{ label: t('Placement'), value: placementText(placement) }] : []),
    ...(cluster?.name ? [{ label: t('Cluster'), value: shown(cluster.name) }] : []),
  ];
  return {
    id: 'replicas',
    title: t('Replicas'),
    how: howText('STREAM.INFO', reading),
    blocks: [{ kind: 'facts', facts }, clusterBlock(cluster)],
  };
}

function placementText({ cluster, tags = [] }: NonNullable<BucketStatus['placement']>): string {
  return shown([...(cluster ? [cluster] : []), ...tags].join(', '));
}

function clusterBlock(cluster: ClusterStatus | undefined): BlockView {
  const { t } = vscode.l10n;
  if (!cluster || (cluster.name === undefined && cluster.peers.length === 0)) {
    return { kind: 'text', text: t('A single server has it: there is nobody else to lead it.') };
  }
  const { leader, peers } = cluster;
  const rows: RowView[] = [
    leader === undefined
      ? {
          cells: [
            { text: '–' },
            { text: t('no leader: nothing can be written'), level: 'error' },
            { text: '–' },
            { text: '–' },
          ],
        }
      : {
          cells: [
            { text: shown(leader) },
            { text: t('leader'), level: 'ok' },
            { text: '0' },
            { text: t('now') },
          ],
        },
    ...peers.map(peerRow),
  ];
  return {
    kind: 'table',
    id: 'replicas',
    caption: t('Servers with a copy'),
    columns: [
      { label: t('Server') },
      { label: t('State') },
      { label: t('Behind'), isNumber: true },
      { label: t('Heard of') },
    ],
    rows,
    empty: '',
  };
}

function peerRow({ name, current, offline, lag, active }: ClusterStatus['peers'][number]): RowView {
  const { t } = vscode.l10n;
  return {
    cells: [
      { text: shown(name) },
      offline
        ? { text: t('offline'), level: 'error' }
        : current
          ? { text: t('current'), level: 'ok' }
          : { text: t('behind'), level: 'warning' },
      { text: lag === 0 ? '0' : t('{0} operations', formatCount(lag)) },
      { text: heardText(active) },
    ],
  };
}

function heardText(active: number | undefined): string {
  return active === undefined ? vscode.l10n.t('not yet') : formatAge(0, active);
}

/** The buckets that are copied into this one, and how far that has come; nothing where there are none. */
export function originsSection(
  { mirror, sources }: BucketStatus,
  reading: Reading<BucketStatus>,
): SectionView[] {
  const { t } = vscode.l10n;
  if (!mirror && sources.length === 0) {
    return [];
  }
  const origins = [...(mirror ? [mirror] : []), ...sources];
  return [
    {
      id: 'origins',
      title: mirror ? t('Mirror of {0}', shown(mirror.bucket)) : t('Copied from Other Buckets'),
      how: howText('STREAM.INFO', reading),
      isWide: true,
      blocks: [
        {
          kind: 'table',
          id: 'origins',
          caption: t('Origins of the copies'),
          columns: [
            { label: t('Bucket') },
            { label: t('Keys') },
            { label: t('State') },
            { label: t('Behind'), isNumber: true },
            { label: t('Heard of') },
          ],
          rows: origins.map(originRow),
          empty: '',
        },
      ],
    },
  ];
}

function originRow({ bucket, filter, apiPrefix, lag, active, error }: OriginStatus): RowView {
  const { t } = vscode.l10n;
  const name = apiPrefix ? t('{0} over {1}', bucket, apiPrefix) : bucket;
  const state = error !== undefined || active === undefined;
  return {
    cells: [
      { text: shown(name) },
      { text: filter === undefined ? t('all') : shown(filter) },
      state
        ? {
            text: error === undefined ? t('not heard of yet') : t('not copied: {0}', shown(error)),
            level: error === undefined ? 'warning' : 'error',
          }
        : { text: t('copying'), level: 'ok' },
      {
        text:
          lag === undefined ? t('not told') : lag === 0 ? '0' : t('{0} messages', formatCount(lag)),
      },
      { text: heardText(active) },
    ],
  };
}
