import * as vscode from 'vscode';
import { commandIds } from '../extension/contributions';
import type { BucketStatus } from '../kv/bucket';
import type { ConnectionSession, SessionState } from '../kv/connectionSession';
import type { KeyIndex } from '../kv/keyIndex';
import type { WatchState } from '../kv/watch';
import {
  factTable,
  formatClock,
  formatCount,
  formatDuration,
  formatLimit,
  formatSize,
  formatTime,
} from './format';
import type {
  BucketNode,
  ConnectionNode,
  FolderNode,
  KeyNode,
  MessageNode,
  MoreNode,
} from './nodes';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

function item(
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

function spoken(treeItem: vscode.TreeItem, ...facts: (string | undefined)[]): vscode.TreeItem {
  const label = facts.filter((fact) => fact).join(', ');
  treeItem.accessibilityInformation = { label };
  return treeItem;
}

export function connectionItem(node: ConnectionNode, isOnly: boolean): vscode.TreeItem {
  const { session } = node;
  const { text, icon } = describeState(session.state.current);
  const treeItem = item(node.id, session.name, isOnly ? Expanded : Collapsed, {
    description: text,
    iconPath: new vscode.ThemeIcon(icon),
    contextValue: `connection ${session.state.current.kind}`,
    tooltip: connectionTooltip(session),
  });
  return spoken(treeItem, session.name, vscode.l10n.t('connection'), text);
}

function describeState(state: SessionState): { text: string; icon: string } {
  switch (state.kind) {
    case 'idle':
      return { text: '', icon: 'debug-disconnect' };
    case 'connecting':
      return { text: vscode.l10n.t('connecting'), icon: 'sync~spin' };
    case 'connected':
      return { text: state.server.version, icon: 'server-environment' };
    case 'reconnecting':
      return {
        text: vscode.l10n.t('reconnecting (attempt {0})', state.attempt),
        icon: 'sync~spin',
      };
    case 'failed':
      return {
        text:
          state.retryAt === undefined
            ? vscode.l10n.t('disconnected')
            : vscode.l10n.t('disconnected, trying again'),
        icon: 'debug-disconnect',
      };
  }
}

function connectionTooltip({ config, state }: ConnectionSession): vscode.MarkdownString {
  const facts: [string, string][] = [['URL', config.url]];
  const { current } = state;
  if (current.kind === 'connected') {
    const { server } = current;
    facts.push([vscode.l10n.t('Server'), server.name]);
    facts.push([vscode.l10n.t('Version'), server.version]);
    if (server.cluster) {
      facts.push([vscode.l10n.t('Cluster'), server.cluster]);
    }
    facts.push([vscode.l10n.t('Address'), server.address]);
    facts.push([vscode.l10n.t('Largest message'), formatSize(server.maxPayload)]);
  } else if (current.kind === 'reconnecting') {
    facts.push([vscode.l10n.t('Disconnected since'), formatTime(current.since)]);
  } else if (current.kind === 'failed') {
    facts.push([vscode.l10n.t('Problem'), current.error.message]);
    if (current.retryAt !== undefined) {
      facts.push([vscode.l10n.t('Next attempt'), formatTime(current.retryAt)]);
    }
  }
  return factTable(config.name, facts);
}

export function bucketItem(
  node: BucketNode,
  status: BucketStatus | undefined,
  index: KeyIndex | undefined,
): vscode.TreeItem {
  const mirrorOf = status?.mirrorOf;
  const description = [mirrorOf && vscode.l10n.t('mirror of {0}', mirrorOf), facts(status, index)]
    .filter((fact) => fact)
    .join(' · ');
  const treeItem = item(node.id, node.bucket, Collapsed, {
    description,
    iconPath: new vscode.ThemeIcon(mirrorOf ? 'mirror' : 'database'),
    contextValue: `bucket ${mirrorOf ? 'readOnly' : 'writable'} ${index?.state.current.kind ?? 'idle'}`,
    tooltip: undefined,
  });
  return spoken(treeItem, node.bucket, vscode.l10n.t('bucket'), description);
}

function facts(status: BucketStatus | undefined, index: KeyIndex | undefined): string {
  const listing = index?.state.current;
  const watching = index && watchProblem(index.watch.state.current);
  if (listing?.kind === 'listing') {
    return vscode.l10n.t('listing… {0}', formatCount(listing.found));
  }
  if (index && listing?.kind === 'ready') {
    const count = index.count('');
    const keys =
      count === 1 ? vscode.l10n.t('1 key') : vscode.l10n.t('{0} keys', formatCount(count));
    return [keys, watching].filter((fact) => fact).join(' · ');
  }
  if (!status) {
    return '';
  }
  const values =
    status.values === 1
      ? vscode.l10n.t('1 value')
      : vscode.l10n.t('{0} values', formatCount(status.values));
  return `${values} · ${formatSize(status.size)}`;
}

/** What is wrong with a watch, in words, or undefined while it can be trusted. */
function watchProblem(state: WatchState): string | undefined {
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
  const rows: [string, string][] = [];
  if (status.description) {
    rows.push([vscode.l10n.t('Description'), status.description]);
  }
  if (status.mirrorOf) {
    rows.push([vscode.l10n.t('Mirror of'), status.mirrorOf]);
  }
  if (index?.state.current.kind === 'ready') {
    rows.push([vscode.l10n.t('Keys'), formatCount(index.count(''))]);
  }
  const never = vscode.l10n.t('never');
  rows.push(
    [vscode.l10n.t('Values'), formatCount(status.values)],
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

export function folderItem(node: FolderNode, count: number): vscode.TreeItem {
  const token = node.prefix.slice(node.prefix.lastIndexOf('.') + 1);
  const description = formatCount(count);
  const treeItem = item(node.id, token, Collapsed, {
    description,
    iconPath: new vscode.ThemeIcon('folder'),
    contextValue: 'folder',
    tooltip: `${node.prefix}.>`,
  });
  return spoken(treeItem, token, vscode.l10n.t('folder of {0} keys', description));
}

export function keyItem(
  node: KeyNode,
  index: KeyIndex | undefined,
  uri: vscode.Uri,
): vscode.TreeItem {
  const info = index?.get(node.key);
  const token = node.key.slice(node.key.lastIndexOf('.') + 1);
  const description = info && `${formatSize(info.size)} · r${info.revision}`;
  const treeItem = item(node.id, token, None, {
    description: description ?? '',
    iconPath: new vscode.ThemeIcon('key'),
    contextValue: 'key writable',
    // The text editor, whatever file type the last token looks like.
    command: {
      command: 'vscode.open',
      title: vscode.l10n.t('Open Key'),
      arguments: [uri, { override: false }],
    },
    tooltip: info
      ? factTable(node.key, [
          [vscode.l10n.t('Revision'), formatCount(info.revision)],
          [vscode.l10n.t('Size'), formatSize(info.size)],
          [vscode.l10n.t('Created'), formatTime(info.created)],
        ])
      : node.key,
  });
  const revision = info && vscode.l10n.t('revision {0}', info.revision);
  return spoken(treeItem, token, vscode.l10n.t('key'), info && formatSize(info.size), revision);
}

export function moreItem(node: MoreNode, shown: number, page: number): vscode.TreeItem {
  const step = formatCount(Math.min(page, node.total - shown));
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
