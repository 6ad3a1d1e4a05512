import * as vscode from 'vscode';
import type { Event } from '../../../kv/base/event';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { topNodes, type MessageNode, type TreeNode } from './nodes';

/** Something of the settings or the CLI's contexts that gives no connection, and why. */
export interface Notice {
  /** Unique among the notices, and the same as long as it is about the same. */
  readonly id: string;
  readonly label: string;
  readonly reason: string;
  /** What a click does about it. */
  readonly fix?: { readonly command: string; readonly arguments: readonly unknown[] };
}

/** The notices of now, which stand below the connections. */
export interface NoticeSource {
  readonly current: readonly Notice[];
  readonly onDidChange: Event<unknown>;
}

/** The top rows of the tree: the connections, and below them what gives none. */
export function topRows(
  sessions: readonly ConnectionSession[],
  notices: NoticeSource | undefined,
): TreeNode[] {
  return [...topNodes(sessions), ...(notices?.current ?? []).map(noticeNode)];
}

function noticeNode({ id, label, reason, fix }: Notice): MessageNode {
  const why = `${label}: ${reason}`;
  return {
    kind: 'message',
    id: `notice/${id}`,
    label,
    description: reason,
    tooltip: fix ? `${why}\n${vscode.l10n.t('Click to fix it.')}` : why,
    icon: 'warning',
    ...(fix && { command: { id: fix.command, arguments: fix.arguments } }),
  };
}
