import type { AsOfKeys } from '../../kv/asOf/asOfKeys';
import type { Moment } from '../../kv/model/moment';
import type { SortedRow } from '../../kv/keys/sortedLevel';
import type { ConnectionSession } from '../../kv/session/connectionSession';

/** What the As Of view shows. */
export interface AsOfShown {
  readonly session: ConnectionSession;
  readonly bucket: string;
  /** What its keys begin with, their separator included; `''` for the whole bucket. */
  readonly prefix: string;
  /** The subject filter of these keys, and what of them is wanted. */
  readonly filter: string;
  readonly matches: ((key: string) => boolean) | undefined;
  readonly moment: Moment;
  readonly keys: AsOfKeys;
}

/** The rows of the As Of view. `id` is unique in the tree. */
export type AsOfNode = AsOfFolderNode | AsOfKeyNode | AsOfMoreNode;

export interface AsOfFolderNode {
  readonly kind: 'asOfFolder';
  readonly id: string;
  readonly row: SortedRow;
}

export interface AsOfKeyNode {
  readonly kind: 'asOfKey';
  readonly id: string;
  readonly row: SortedRow;
}

/** The row that shows the next page of a level. */
export interface AsOfMoreNode {
  readonly kind: 'asOfMore';
  readonly id: string;
  /** The folder; undefined at the top. */
  readonly level: AsOfFolderNode | undefined;
  readonly shown: number;
  readonly total: number;
}
