import type { RevisionInfo } from '../../kv/model/entry';
import type { HistoryState, HistoryTarget } from '../../kv/session/keyHistory';

/** The rows of the History view. `id` is unique in it and stable over refreshes. */
export type HistoryNode = RevisionNode | HistoryMessageNode;

/** A stored revision of a key. */
export interface RevisionNode extends HistoryTarget {
  readonly kind: 'revision';
  readonly id: string;
  readonly info: RevisionInfo;
  /** The stored revision before it, if there is one. */
  readonly previous: RevisionInfo | undefined;
  /** The key's last revision, which is this one where they are the same. */
  readonly latest: RevisionInfo;
}

/** A row that tells a state and what can be done about it. */
export interface HistoryMessageNode {
  readonly kind: 'message';
  readonly id: string;
  readonly what: 'loading' | 'empty' | 'disconnected' | 'failed' | 'stale';
  readonly target: HistoryTarget;
  readonly reason?: string;
}

/** The rows of a key's history, newest first. */
export function historyNodes(target: HistoryTarget, state: HistoryState): HistoryNode[] {
  switch (state.kind) {
    case 'loading':
    case 'disconnected':
      return [message(target, state.kind)];
    case 'failed':
      return [message(target, 'failed', state.error.message)];
    case 'loaded': {
      const rows = revisionNodes(target, state.revisions);
      const first = state.stale ? [message(target, 'stale', state.stale.message)] : [];
      return [...first, ...(rows.length > 0 ? rows : [message(target, 'empty')])];
    }
  }
}

function revisionNodes(target: HistoryTarget, revisions: readonly RevisionInfo[]): RevisionNode[] {
  const [latest] = revisions;
  return revisions.map((info, at) => ({
    kind: 'revision',
    ...target,
    id: `${idOf(target)}/r${info.revision}`,
    info,
    previous: revisions[at + 1],
    latest: latest ?? info,
  }));
}

function message(
  target: HistoryTarget,
  what: HistoryMessageNode['what'],
  reason?: string,
): HistoryMessageNode {
  const id = `${idOf(target)}/message/${what}`;
  return { kind: 'message', id, what, target, ...(reason !== undefined && { reason }) };
}

function idOf({ session, bucket, key }: HistoryTarget): string {
  return `${session.id}/${bucket}/${key}`;
}
