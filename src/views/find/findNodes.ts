import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { ValueMatch } from '../../kv/find/valueMatch';
import type { FoundValue } from '../../kv/find/valueSearch';

/** The rows of Find Results. `id` is unique in the tree and stays the same when a search is run again. */
export type FindNode = FindBucketNode | FindKeyNode | FindMatchNode;

export interface FindBucketNode {
  readonly kind: 'findBucket';
  readonly id: string;
  readonly session: ConnectionSession;
  readonly bucket: string;
}

export interface FindKeyNode {
  readonly kind: 'findKey';
  readonly id: string;
  readonly parent: FindBucketNode;
  readonly found: FoundValue;
}

export interface FindMatchNode {
  readonly kind: 'findMatch';
  readonly id: string;
  readonly parent: FindKeyNode;
  readonly match: ValueMatch;
}

export function findBucketNode({ session, bucket }: FoundValue): FindBucketNode {
  return { kind: 'findBucket', id: `${session.id}/${bucket}`, session, bucket };
}

export function findKeyNode(parent: FindBucketNode, found: FoundValue): FindKeyNode {
  return { kind: 'findKey', id: `${parent.id}/${found.key}`, parent, found };
}

export function findMatchNode(parent: FindKeyNode, match: ValueMatch): FindMatchNode {
  return { kind: 'findMatch', id: `${parent.id}/match/${match.ordinal}`, parent, match };
}
