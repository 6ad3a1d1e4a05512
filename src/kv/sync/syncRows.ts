import type { CompareSide } from '../compare/compareSide';
import type { SyncBase, SyncBases } from './syncBases';
import type { SyncFile, SyncFolder } from './syncFolder';
import type { SyncPair } from './syncPair';

/**
 * What a key is, against what both sides had last. `here`: its file was changed, came or went. `there`: the
 * bucket's value was. `both`: each in its own way, or both are there and were never synchronised.
 */
export type SyncState = 'same' | 'here' | 'there' | 'both';

/** The last message of a key in the bucket. */
export interface There {
  /** 0 for none. */
  readonly revision: number;
  readonly isLive: boolean;
  readonly size: number;
}

/** A key whose sides differ. Keys are without the prefix of the pair. */
export interface SyncRow {
  readonly key: string;
  readonly state: Exclude<SyncState, 'same'>;
  readonly file: SyncFile | undefined;
  readonly there: There;
  readonly base: SyncBase | undefined;
}

/** A bucket that is synchronised, as it was looked at. */
export interface SyncSource {
  readonly side: CompareSide;
  /** When the bucket was created. */
  readonly created: number;
}

export interface SyncParts {
  readonly pair: SyncPair;
  readonly source: SyncSource;
  readonly folder: SyncFolder;
  readonly bases: SyncBases;
  /** Names of headers that every write of this user adds: they are no part of a value. */
  readonly addedHeaders: readonly string[];
}

export interface SyncOptions {
  readonly signal: AbortSignal;
  /** Files read, then keys listed, then values read. */
  readonly onProgress?: (done: number, total?: number) => void;
}
