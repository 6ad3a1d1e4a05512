import * as vscode from 'vscode';
import { commandIds, type CommandId } from '../../../extension/contributions';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { UnavailableBucket } from '../../../kv/model/bucket';
import type { KvError } from '../../../kv/model/errors';
import type { IndexState } from '../../../kv/keys/indexState';
import { formatCount, formatMoment } from '../../format/format';
import type { BucketNode, ConnectionNode, FolderNode, KeyNode, MessageNode } from './nodes';

type Parent = ConnectionNode | BucketNode | FolderNode | KeyNode;

function message(
  parent: Parent,
  name: string,
  rest: Omit<MessageNode, 'kind' | 'id'>,
): MessageNode {
  return { kind: 'message', id: `${parent.id}/message/${name}`, ...rest };
}

/** What of a connection's configuration is not used, a row each above its buckets. */
export function problemMessages(node: ConnectionNode): MessageNode[] {
  const { problems = [] } = node.session.config;
  return problems.map((label, at) =>
    message(node, `problem-${at}`, { label, tooltip: label, icon: 'warning' }),
  );
}

/** The buckets that are there but cannot be used, each with the reason. */
export function unavailableMessages(
  node: ConnectionNode,
  unavailable: readonly UnavailableBucket[],
): MessageNode[] {
  return unavailable.map(({ name, reason }) =>
    message(node, `unavailable-${name}`, {
      label: name,
      description: reason,
      tooltip: `${name}: ${reason}`,
      icon: 'warning',
    }),
  );
}

/** What stands below a connection instead of buckets, or undefined when buckets can be shown. */
export function connectionMessages(node: ConnectionNode): MessageNode[] | undefined {
  const { state, buckets } = node.session;
  if (state.current.kind === 'idle' && state.current.onPurpose) {
    return disconnectedMessages(node);
  }
  if (state.current.kind === 'failed') {
    return failureMessages(node, state.current.error);
  }
  if (buckets.current.kind === 'failed') {
    return failureMessages(node, buckets.current.error);
  }
  if (buckets.current.kind !== 'loaded') {
    const label =
      state.current.kind === 'connected'
        ? vscode.l10n.t('Listing buckets…')
        : vscode.l10n.t('Connecting…');
    return [message(node, 'loading', { label, icon: 'loading~spin' })];
  }
  const { unavailable = [] } = buckets.current;
  if (buckets.current.buckets.length + unavailable.length === 0 && !buckets.current.stale) {
    return [
      message(node, 'empty', {
        label: vscode.l10n.t('No buckets yet on {0}.', node.session.name),
        icon: 'info',
      }),
      message(node, 'create', {
        label: vscode.l10n.t('Create Bucket…'),
        icon: 'add',
        command: { id: commandIds.bucketCreate, arguments: [node] },
      }),
    ];
  }
  return undefined;
}

/** What stands above buckets that are shown: why the login is refused, or that their list is stale. */
export function staleMessages(node: ConnectionNode): MessageNode[] {
  const { state, buckets } = node.session;
  const { current } = state;
  if (current.kind === 'reconnecting') {
    return current.error?.kind === 'authFailed' ? failureMessages(node, current.error) : [];
  }
  const stale = buckets.current.kind === 'loaded' ? buckets.current.stale : undefined;
  if (current.kind !== 'connected' || !stale) {
    return [];
  }
  const { reason } = describeFailure(node.session, stale.error);
  return [
    message(node, 'stale', {
      label: vscode.l10n.t('Stale since {0}: {1}', formatMoment(stale.since), reason),
      tooltip: vscode.l10n.t('{0} Click to connect anew.', reason),
      icon: 'warning',
      command: { id: commandIds.connectionReconnect, arguments: [node] },
    }),
  ];
}

function disconnectedMessages(node: ConnectionNode): MessageNode[] {
  return [
    message(node, 'disconnected', { label: vscode.l10n.t('Disconnected.'), icon: 'plug' }),
    message(node, 'retry', {
      label: vscode.l10n.t('Connect'),
      icon: 'refresh',
      command: { id: commandIds.connectionReconnect, arguments: [node] },
    }),
  ];
}

/** What failed, why, and what can be done, a row each: rows are narrow. */
function failureMessages(node: ConnectionNode, error: KvError): MessageNode[] {
  const { label, reason, action } = describeFailure(node.session, error);
  return [
    message(node, 'failure', { label, tooltip: error.message, icon: 'warning' }),
    message(node, 'reason', { label: reason, tooltip: reason, icon: 'info' }),
    message(node, 'retry', {
      label: action,
      icon: 'refresh',
      command: { id: commandIds.connectionReconnect, arguments: [node] },
    }),
  ];
}

interface Failure {
  readonly label: string;
  readonly reason: string;
  readonly action: string;
}

function describeFailure({ name, config }: ConnectionSession, error: KvError): Failure {
  const reason = `${capitalised(error.message)}.`;
  switch (error.kind) {
    case 'jetStreamOff': {
      const action = vscode.l10n.t('Look Again');
      const where = config.domain ?? config.apiPrefix;
      return where
        ? { label: vscode.l10n.t('No JetStream answers at {0}.', where), reason, action }
        : {
            label: vscode.l10n.t('JetStream is off for this account.'),
            reason: vscode.l10n.t('Start nats-server with -js, or enable it for the account.'),
            action,
          };
    }
    case 'denied':
      return {
        label: vscode.l10n.t('This user may not list buckets.'),
        reason,
        action: vscode.l10n.t('Look Again'),
      };
    case 'authFailed':
      return {
        label: vscode.l10n.t('{0} refused the login.', name),
        reason,
        action: vscode.l10n.t('Log In Again'),
      };
    case 'noSecret':
      return {
        label: vscode.l10n.t('{0} needs a login.', name),
        reason,
        action: vscode.l10n.t('Log In'),
      };
    default:
      return {
        label: vscode.l10n.t('{0} cannot be reached.', name),
        reason,
        action: vscode.l10n.t('Reconnect Now'),
      };
  }
}

/** A sentence that begins with the name of a host keeps it as it is. */
function capitalised(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** What stands below a bucket besides its keys: how far its listing is, or that there are none. */
export function bucketMessages(
  node: BucketNode | FolderNode,
  state: IndexState | undefined,
  shown: number,
  filter?: string,
): MessageNode[] {
  switch (state?.kind) {
    case undefined:
      return [message(node, 'offline', { label: vscode.l10n.t('Not connected.'), icon: 'plug' })];
    case 'idle':
    case 'listing':
      // The row of a bucket tells it, and has the button; rows below do not move when it ends.
      return shown > 0 && node.kind === 'bucket' ? [] : [listingMessage(node)];
    case 'ready':
      return shown > 0 ? [] : filter === undefined ? noKeys(node) : noMatches(node, filter);
    case 'partial':
      return [
        message(node, 'partial', {
          label: vscode.l10n.t('Listing was stopped: not all keys are shown.'),
          description: vscode.l10n.t('click to list again'),
          icon: 'warning',
          command: { id: commandIds.bucketList, arguments: [node] },
        }),
      ];
    case 'failed':
      return state.error.kind === 'denied'
        ? deniedKeys(node, state.error)
        : failedKeys(node, state.error);
  }
}

function failedKeys(node: BucketNode | FolderNode, error: KvError): MessageNode[] {
  return [
    message(node, 'failed', {
      label: vscode.l10n.t('Failed to list the keys.'),
      description: error.message,
      tooltip: error.message,
      icon: 'error',
    }),
    listAgain(node),
  ];
}

function listAgain(node: BucketNode | FolderNode): MessageNode {
  return message(node, 'retry', {
    label: vscode.l10n.t('List Again'),
    icon: 'refresh',
    command: { id: commandIds.bucketList, arguments: [node] },
  });
}

/** What a user who may not list the keys of a bucket can do instead. */
function deniedKeys(node: BucketNode | FolderNode, error: KvError): MessageNode[] {
  const open = (name: string, label: string, id: CommandId): MessageNode =>
    message(node, name, { label, icon: 'go-to-file', command: { id, arguments: [node] } });
  return [
    message(node, 'failed', {
      label: vscode.l10n.t('This user may not list these keys.'),
      tooltip: error.message,
      icon: 'warning',
    }),
    open('openKey', vscode.l10n.t('Open Key…'), commandIds.keyOpen),
    ...(node.kind === 'bucket'
      ? [open('openPrefix', vscode.l10n.t('Open Prefix…'), commandIds.prefixOpen)]
      : []),
    listAgain(node),
  ];
}

function listingMessage(node: BucketNode | FolderNode): MessageNode {
  return message(node, 'listing', {
    label: vscode.l10n.t('Listing…'),
    description: vscode.l10n.t('click to stop'),
    icon: 'loading~spin',
    command: { id: commandIds.bucketStopListing, arguments: [node] },
  });
}

function noMatches(node: BucketNode | FolderNode, filter: string): MessageNode[] {
  return [
    message(node, 'empty', { label: vscode.l10n.t('Nothing matches {0}.', filter), icon: 'info' }),
    message(node, 'clear', {
      label: vscode.l10n.t('Clear Filter'),
      icon: 'clear-all',
      command: { id: commandIds.keysClearFilter, arguments: [node] },
    }),
  ];
}

/** The row above a level that does not begin with its first key. */
export function startMessage(
  node: ConnectionNode | BucketNode | FolderNode,
  from: string,
): MessageNode {
  return message(node, 'start', {
    label: vscode.l10n.t('Starts at {0}', from),
    description: vscode.l10n.t('click to show all'),
    icon: 'fold-up',
    command: { id: commandIds.levelShowStart, arguments: [node] },
  });
}

/** What stands above buckets of which some are hidden. */
export function filteredBucketsMessage(
  node: ConnectionNode,
  text: string,
  shown: number,
  total: number,
): MessageNode {
  return message(node, 'filter', {
    label: vscode.l10n.t(
      'Buckets with “{0}”: {1} of {2}',
      text,
      formatCount(shown),
      formatCount(total),
    ),
    description: vscode.l10n.t('click to show all'),
    icon: 'clear-all',
    command: { id: commandIds.levelShowStart, arguments: [node] },
  });
}

/** What a user who may not list buckets can do instead. */
export function openByNameMessage(node: ConnectionNode): MessageNode {
  return message(node, 'open', {
    label: vscode.l10n.t('Open Bucket by Name…'),
    icon: 'go-to-file',
    command: { id: commandIds.bucketOpen, arguments: [node] },
  });
}

function noKeys(node: BucketNode | FolderNode): MessageNode[] {
  return [
    message(node, 'empty', {
      label: vscode.l10n.t('No keys in {0}.', node.bucket),
      icon: 'info',
    }),
    message(node, 'create', {
      label: vscode.l10n.t('New Key…'),
      icon: 'add',
      command: { id: commandIds.keyCreate, arguments: [node] },
    }),
  ];
}
