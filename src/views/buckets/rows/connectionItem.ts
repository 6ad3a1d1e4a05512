import * as vscode from 'vscode';
import type { BucketsState } from '../../../kv/session/bucketList';
import type { ConnectionConfig } from '../../../kv/model/connectionConfig';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { SessionState } from '../../../kv/session/sessionState';
import type { AccountInfo, AccountUse } from '../../../kv/model/kvConnection';
import type { WriteLockState } from '../../../kv/session/writeLock';
import {
  formatClock,
  formatCount,
  formatMoment,
  formatRtt,
  formatSize,
  formatTime,
} from '../../format/format';
import { factTable } from '../../shown/factTable';
import type { ConnectionNode, GroupNode } from './nodes';
import { environmentLabel, placeIcon } from './productionMark';

const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** The row of a folder of connections. */
export function groupItem({ id, folder }: GroupNode, size: number): vscode.TreeItem {
  const treeItem = new vscode.TreeItem(folder, Expanded);
  treeItem.id = id;
  treeItem.iconPath = new vscode.ThemeIcon('folder');
  treeItem.contextValue = 'group';
  const count = formatCount(size);
  treeItem.description = count;
  treeItem.accessibilityInformation = {
    label: vscode.l10n.t('{0}, folder of {1} connections', folder, count),
  };
  return treeItem;
}

/** The row of a connection; the only one of the view is open from the start. `marks` are tokens for menus. */
export function connectionItem(
  node: ConnectionNode,
  isOnly: boolean,
  marks: readonly string[] = [],
): vscode.TreeItem {
  const { session } = node;
  const treeItem = new vscode.TreeItem(session.name, isOnly ? Expanded : Collapsed);
  const labels = labelsOf(session);
  const state = stateFacts(session.state.current);
  // A narrow row holds two facts; the version and the round trip are in the tooltip too.
  const isWell = isAnswering(session.state.current);
  const facts = [...labels, ...(isWell ? state.slice(0, Math.max(0, 3 - labels.length)) : state)];
  treeItem.id = node.id;
  treeItem.description = facts.join(' · ');
  treeItem.iconPath = placeIcon(iconOf(session), session.config);
  treeItem.contextValue = [contextOf(session), ...marks].join(' ');
  treeItem.tooltip = connectionTooltip(session);
  treeItem.accessibilityInformation = {
    label: [session.name, vscode.l10n.t('connection'), ...facts].join(', '),
  };
  return treeItem;
}

/** What must be seen of a connection before anything is changed on it. */
export function labelsOf({ config, lock }: ConnectionSession): string[] {
  const source = sourceLabel(config);
  return [environmentLabel(config), lockLabel(lock.state.current), source].filter(
    (label) => label !== undefined,
  );
}

function lockLabel(state: WriteLockState): string | undefined {
  switch (state.kind) {
    case 'writable':
      return undefined;
    case 'locked':
      return vscode.l10n.t('read-only');
    case 'unlocked':
      return vscode.l10n.t('writes unlocked until {0}', formatClock(state.until));
  }
}

function sourceLabel({ source, selected }: ConnectionConfig): string | undefined {
  switch (source) {
    case 'workspace':
      return vscode.l10n.t('workspace');
    case 'context':
      return selected
        ? vscode.l10n.t('nats CLI context, selected')
        : vscode.l10n.t('nats CLI context');
    case 'environment':
      return vscode.l10n.t('environment variable');
    case 'localServer':
    case 'user':
    case undefined:
      return undefined;
  }
}

/** Whether there is a link whose server answers. */
export function isAnswering(state: SessionState): boolean {
  return state.kind === 'connected' && state.silentSince === undefined;
}

/** What is the matter with a link that is there or was, in words; undefined while all is well. */
export function linkProblem(state: SessionState): string | undefined {
  if (state.kind === 'connected') {
    return state.silentSince === undefined
      ? undefined
      : vscode.l10n.t('not answering since {0}', formatMoment(state.silentSince));
  }
  if (state.kind === 'reconnecting') {
    return state.error?.kind === 'authFailed'
      ? vscode.l10n.t('login refused, trying again (attempt {0})', state.attempt)
      : vscode.l10n.t('reconnecting (attempt {0})', state.attempt);
  }
  return undefined;
}

/** Where a connection comes from whose row does not say it. */
function originOf({ source }: ConnectionConfig): string {
  return source === 'localServer'
    ? vscode.l10n.t('Start Local NATS Server')
    : vscode.l10n.t('user settings');
}

function stateFacts(state: SessionState): string[] {
  const problem = linkProblem(state);
  if (problem !== undefined) {
    return [problem];
  }
  switch (state.kind) {
    case 'idle':
      return state.onPurpose ? [vscode.l10n.t('disconnected')] : [];
    case 'connecting':
      return [vscode.l10n.t('connecting')];
    case 'connected':
      return state.rttMs === undefined
        ? [state.server.version]
        : [state.server.version, formatRtt(state.rttMs)];
    case 'reconnecting':
      return [];
    case 'failed':
      return [failedFact(state.error.kind === 'authFailed', state.retryAt !== undefined)];
  }
}

function failedFact(isRefused: boolean, isTriedAgain: boolean): string {
  if (isRefused) {
    return isTriedAgain
      ? vscode.l10n.t('login refused, trying again')
      : vscode.l10n.t('login refused');
  }
  return isTriedAgain ? vscode.l10n.t('disconnected, trying again') : vscode.l10n.t('disconnected');
}

/** The state is in the icon, and in words in the description. */
function iconOf({ state, lock }: ConnectionSession): string {
  switch (state.current.kind) {
    case 'idle':
    case 'failed':
      return 'debug-disconnect';
    case 'connecting':
    case 'reconnecting':
      return 'sync~spin';
    case 'connected':
      return isAnswering(state.current)
        ? { writable: 'server-environment', locked: 'lock', unlocked: 'unlock' }[
            lock.state.current.kind
          ]
        : 'warning';
  }
}

/** Tokens for the `when` clauses of menus: the state comes second. */
function contextOf({ config, state, lock }: ConnectionSession): string {
  const { source = 'user', auth = [] } = config;
  const isOurs = source === 'user' || source === 'workspace';
  return [
    'connection',
    state.current.kind,
    isOurs ? 'settings' : source,
    lock.state.current.kind,
    ...(auth.length > 0 && isOurs ? ['secret'] : []),
    ...(linkProblem(state.current) !== undefined && state.current.kind === 'connected'
      ? ['silent']
      : []),
  ].join(' ');
}

/** Everything that is known of a connection; `account` where it was asked for. */
export function connectionTooltip(
  { config, state, lock, buckets }: ConnectionSession,
  account?: AccountInfo,
): vscode.MarkdownString {
  const facts: [string, string | undefined][] = [
    [vscode.l10n.t('Description'), config.description],
    ['URL', config.url],
    [vscode.l10n.t('From'), sourceLabel(config) ?? originOf(config)],
    [vscode.l10n.t('Environment'), config.environment],
    [vscode.l10n.t('Writes'), lockLabel(lock.state.current)],
    [vscode.l10n.t('Login'), config.auth?.map(({ kind }) => kind).join(', ')],
    [vscode.l10n.t('JetStream domain'), config.domain],
    [vscode.l10n.t('API prefix'), config.apiPrefix],
    ...stateRows(state.current),
    [vscode.l10n.t('List of buckets'), staleFact(buckets.current)],
    ...(account ? accountRows(account) : []),
    ...(config.problems ?? []).map((text): [string, string] => [vscode.l10n.t('Not used'), text]),
  ];
  const known = facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
  return factTable(config.name, known);
}

function stateRows(state: SessionState): [string, string | undefined][] {
  switch (state.kind) {
    case 'connected': {
      const { server, rttMs } = state;
      return [
        [vscode.l10n.t('Problem'), linkProblem(state)],
        [vscode.l10n.t('Server'), server.name],
        [vscode.l10n.t('Version'), server.version],
        [vscode.l10n.t('Cluster'), server.cluster],
        [vscode.l10n.t('Address'), server.address],
        [vscode.l10n.t('Round trip'), rttMs === undefined ? undefined : formatRtt(rttMs)],
        [vscode.l10n.t('Largest message'), formatSize(server.maxPayload)],
      ];
    }
    case 'reconnecting':
      return [
        [vscode.l10n.t('Disconnected since'), formatTime(state.since)],
        [vscode.l10n.t('Problem'), state.error?.message],
      ];
    case 'failed': {
      const next = state.retryAt === undefined ? undefined : formatTime(state.retryAt);
      return [
        [vscode.l10n.t('Problem'), state.error.message],
        [vscode.l10n.t('Next attempt'), next],
      ];
    }
    case 'idle':
    case 'connecting':
      return [];
  }
}

/** Since when the list of buckets is as it is and why, where it cannot be read again. */
function staleFact(state: BucketsState): string | undefined {
  const stale = state.kind === 'loaded' ? state.stale : undefined;
  return (
    stale && vscode.l10n.t('stale since {0}: {1}', formatMoment(stale.since), stale.error.message)
  );
}

function accountRows({ memory, storage, streams, domain }: AccountInfo): [string, string][] {
  const use = ({ used, limit }: AccountUse, format: (value: number) => string): string =>
    limit < 0
      ? vscode.l10n.t('{0}, no limit', format(used))
      : vscode.l10n.t('{0} of {1}', format(used), format(limit));
  return [
    [vscode.l10n.t('File storage'), use(storage, formatSize)],
    [vscode.l10n.t('Memory storage'), use(memory, formatSize)],
    [vscode.l10n.t('Streams'), use(streams, formatCount)],
    ...(domain ? [[vscode.l10n.t('Domain in use'), domain] as [string, string]] : []),
  ];
}
