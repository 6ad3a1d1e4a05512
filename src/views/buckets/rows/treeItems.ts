import * as vscode from 'vscode';
import { commandIds } from '../../../extension/contributions';
import { bucketHealth } from '../../../kv/health/bucketHealth';
import type { BucketStatus } from '../../../kv/model/bucket';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { RevisionInfo } from '../../../kv/model/entry';
import type { KeyIndex } from '../../../kv/session/keyIndex';
import type { WatchState } from '../../../kv/model/watch';
import { shownAge, timeLeft } from '../../format/age';
import {
  formatClock,
  formatCount,
  formatDuration,
  formatLimit,
  formatSize,
  formatTime,
  timeName,
  timeText,
  messagesText,
} from '../../format/format';
import { headerRows } from '../../format/headers';
import { healthText, healthWords } from '../../format/healthText';
import { factTable } from '../../shown/factTable';
import type { BucketNode, MessageNode, MoreNode } from './nodes';
import { environmentLabel, healthIcon, placeIcon } from './productionMark';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** A row with what every row has. */
export function item(
  id: string,
  label: string,
  state: vscode.TreeItemCollapsibleState,
  rest: Pick<vscode.TreeItem, 'description' | 'iconPath' | 'contextValue' | 'command' | 'tooltip'>,
): vscode.TreeItem {
  const treeItem = new vscode.TreeItem(label, state);
  treeItem.id = id;
  Object.assign(treeItem, rest);
  return treeItem;
}

/** Says what a screen reader reads of a row. */
export function spoken(
  treeItem: vscode.TreeItem,
  ...facts: (string | undefined)[]
): vscode.TreeItem {
  const label = facts.filter((fact) => fact).join(', ');
  treeItem.accessibilityInformation = { label };
  return treeItem;
}

/** The token of menus for what can be written while the connection's writes are not locked. */
export function access({
  session,
}: {
  readonly session: ConnectionSession;
}): 'writable' | 'readOnly' {
  return session.lock.state.current.kind === 'locked' ? 'readOnly' : 'writable';
}

/** What is known of a bucket besides its name. */
export interface BucketRowFacts {
  readonly status: BucketStatus | undefined;
  readonly index: KeyIndex | undefined;
  /** The text of the filter that its keys are shown by. */
  readonly filter: string | undefined;
  /** More tokens for menus. */
  readonly marks: readonly string[];
  readonly isExpanded: boolean;
}

export function bucketItem(
  node: BucketNode,
  { status, index, filter, marks, isExpanded }: BucketRowFacts,
): vscode.TreeItem {
  const mirrorOf = status?.mirrorOf;
  const about = filter ?? (mirrorOf && vscode.l10n.t('mirror of {0}', mirrorOf));
  const known = filter === undefined ? status : undefined;
  const [worst] = status ? bucketHealth(status) : [];
  const problem = worst && healthWords(worst);
  const description = [problem, about, facts(known, index)].filter((fact) => fact).join(' · ');
  const treeItem = item(node.id, node.bucket, isExpanded ? Expanded : Collapsed, {
    description,
    iconPath: worst ? healthIcon(worst) : placeIcon(iconOf(filter, mirrorOf), node.session.config),
    contextValue: [
      'bucket',
      mirrorOf ? 'readOnly' : access(node),
      index?.state.current.kind ?? 'idle',
      ...(filter === undefined ? [] : ['filtered']),
      ...(mirrorOf === undefined ? [] : ['mirror']),
      ...((status?.replicas ?? 1) > 1 ? ['replicated'] : []),
      ...(worst ? ['unhealthy'] : []),
      ...marks,
    ].join(' '),
    tooltip: undefined,
  });
  const environment = environmentLabel(node.session.config);
  return spoken(treeItem, node.bucket, vscode.l10n.t('bucket'), description, environment);
}

function iconOf(filter: string | undefined, mirrorOf: string | undefined): string {
  return filter === undefined ? (mirrorOf ? 'mirror' : 'database') : 'filter';
}

function facts(status: BucketStatus | undefined, index: KeyIndex | undefined): string {
  const listing = index?.state.current;
  const watching = index && watchProblem(index.watch.state.current);
  if (listing?.kind === 'listing') {
    const { found } = listing;
    return found > 0
      ? vscode.l10n.t('listing… {0}', formatCount(found))
      : vscode.l10n.t('listing…');
  }
  if (index && listing?.kind === 'ready') {
    const count = index.count('');
    const keys =
      count === 1 ? vscode.l10n.t('1 key') : vscode.l10n.t('{0} keys', formatCount(count));
    return [keys, otherMessages(index), watching].filter((fact) => fact).join(' · ');
  }
  if (!status) {
    return '';
  }
  return `${mostKeys(status)} · ${formatSize(status.size)}`;
}

/** What else the stream holds than messages of the bucket's keys; undefined for nothing. */
function otherMessages({ otherMessages: count }: KeyIndex): string | undefined {
  switch (count) {
    case 0:
      return undefined;
    case 1:
      return vscode.l10n.t('1 message under other subjects');
    default:
      return vscode.l10n.t('{0} messages under other subjects', formatCount(count));
  }
}

/**
 * How many keys a bucket has at most, by what its stream tells: deleted keys count until their markers
 * are gone. Opened, the row says how many there are.
 */
function mostKeys({ subjects, values }: BucketStatus): string {
  if (values > 0 && subjects === 0) {
    return messagesText(values);
  }
  switch (subjects) {
    case 0:
      return vscode.l10n.t('0 keys');
    case 1:
      return vscode.l10n.t('up to 1 key');
    default:
      return vscode.l10n.t('up to {0} keys', formatCount(subjects));
  }
}

/** What is wrong with a watch, in words, or undefined while it can be trusted. */
export function watchProblem(state: WatchState): string | undefined {
  switch (state.kind) {
    case 'live':
    case 'starting':
      return undefined;
    case 'resuming':
      return vscode.l10n.t('stale since {0}', formatClock(state.since));
    case 'failed':
      return vscode.l10n.t('not live: {0}', state.error.message);
    case 'gone':
      return vscode.l10n.t('deleted');
  }
}

/** The facts of `nats kv ls` and `nats kv info` about one bucket. */
export function bucketTooltip(status: BucketStatus, index?: KeyIndex): vscode.MarkdownString {
  const rows: [string, string][] = bucketHealth(status).map((fact) => [
    vscode.l10n.t('Unhealthy'),
    healthText(fact),
  ]);
  if (status.description) {
    rows.push([vscode.l10n.t('Description'), status.description]);
  }
  if (status.mirrorOf) {
    rows.push([vscode.l10n.t('Mirror of'), status.mirrorOf]);
  }
  if (index?.state.current.kind === 'ready') {
    rows.push([vscode.l10n.t('Keys'), formatCount(index.count(''))]);
    const problem = watchProblem(index.watch.state.current);
    if (index.otherMessages > 0) {
      rows.push([vscode.l10n.t('Under other subjects'), messagesText(index.otherMessages)]);
    }
    rows.push([vscode.l10n.t('Changes'), problem ?? vscode.l10n.t('followed live')]);
  }
  const never = vscode.l10n.t('never');
  rows.push(
    [vscode.l10n.t('Messages'), formatCount(status.values)],
    [vscode.l10n.t('Size'), formatSize(status.size)],
    [vscode.l10n.t('Created'), formatTime(status.created)],
    [vscode.l10n.t('Last update'), status.lastUpdate ? formatTime(status.lastUpdate) : never],
    [vscode.l10n.t('History'), formatCount(status.history)],
    [vscode.l10n.t('TTL'), status.ttl > 0 ? formatDuration(status.ttl) : never],
    [vscode.l10n.t('Storage'), status.storage],
    [vscode.l10n.t('Replicas'), formatCount(status.replicas)],
    [vscode.l10n.t('Largest bucket'), formatLimit(status.maxBytes)],
    [vscode.l10n.t('Largest value'), formatLimit(status.maxValueSize)],
  );
  if (status.compressed) {
    rows.push([vscode.l10n.t('Compression'), 's2']);
  }
  return factTable(status.name, rows);
}

/** The facts of a key's value, with those that only the stored message tells. */
export function keyTooltip(info: RevisionInfo, now: number): vscode.MarkdownString {
  const left = timeLeft(info, now);
  const ttl = info.ttl === 'never' ? vscode.l10n.t('never') : formatDuration(info.ttl ?? 0);
  return factTable(info.key, [
    [vscode.l10n.t('Revision'), formatCount(info.revision)],
    [vscode.l10n.t('Size'), formatSize(info.size)],
    [timeName(info), timeText(info.created, shownAge(info.created, now))],
    ...(info.ttl === undefined ? [] : [[vscode.l10n.t('TTL'), ttl] as const]),
    ...(left === undefined ? [] : [[vscode.l10n.t('Time left'), left] as const]),
    ...headerRows(info.headers),
  ]);
}

export function moreItem(node: MoreNode, page: number): vscode.TreeItem {
  const step = formatCount(Math.min(page, node.total - node.shown));
  return item(
    node.id,
    vscode.l10n.t('Load {0} more (of {1})…', step, formatCount(node.total)),
    None,
    {
      iconPath: new vscode.ThemeIcon('ellipsis'),
      contextValue: 'more',
      description: '',
      tooltip: undefined,
      command: {
        command: commandIds.viewLoadMore,
        title: vscode.l10n.t('Load More'),
        arguments: [node],
      },
    },
  );
}

export function messageItem(node: MessageNode): vscode.TreeItem {
  return item(node.id, node.label, None, {
    description: node.description ?? '',
    tooltip: node.tooltip ?? node.label,
    iconPath: new vscode.ThemeIcon(node.icon),
    contextValue: 'message',
    ...(node.command && {
      command: {
        command: node.command.id,
        title: node.label,
        arguments: [...node.command.arguments],
      },
    }),
  });
}
