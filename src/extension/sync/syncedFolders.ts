import type * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { FileActions } from './fileActions';
import { FileMarks } from './fileMarks';
import { PairWork } from './pairWork';
import { SyncFollower } from './syncFollower';
import type { SyncPairs } from './syncPairs';

export interface SyncedFoldersParts {
  readonly pairs: SyncPairs;
  /** The folder of this workspace's own; undefined without a workspace. */
  readonly storage: vscode.Uri | undefined;
  readonly inBackground: Background;
}

/**
 * Owns what follows and marks the files of the pairs that are set, and whose turn it is to work on one;
 * changes only through its parts. It is loaded once there is a pair.
 */
export class SyncedFolders implements Disposable {
  private readonly store = new DisposableStore();
  readonly work: PairWork;
  readonly follower: SyncFollower;

  constructor({ pairs, storage, inBackground }: SyncedFoldersParts) {
    this.work = new PairWork(storage);
    this.follower = this.store.add(new SyncFollower(pairs, this.work, inBackground));
    this.store.add(new FileMarks(this.follower));
    this.store.add(new FileActions(pairs, this.follower));
  }

  dispose(): void {
    this.store.dispose();
  }
}
