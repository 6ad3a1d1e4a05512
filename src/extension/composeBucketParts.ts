import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import type { Connections } from '../kv/session/connections';
import { messageOf } from '../kv/model/errors';
import type { TreeNode } from '../views/buckets/rows/nodes';
import { BucketDiagnostics } from './bucketDocuments/bucketDiagnostics';
import { BucketDocuments } from './bucketDocuments/bucketDocuments';
import { BucketFileSystem } from './bucketDocuments/bucketFileSystem';
import { BucketLenses } from './bucketDocuments/bucketLenses';
import { BucketSaves } from './bucketDocuments/bucketSaves';
import { followBuckets } from './bucketDocuments/followBuckets';
import { UnsavedBases } from './bucketDocuments/unsavedBases';
import { editBucketCommands } from './commands/buckets/editBucket';
import { confirmDestructive } from './commands/confirmDestructive';
import { withPlanProgress } from './commands/planProgress';
import type { CommandsOf } from './commands/register';
import type { PlanDocuments } from './plans/planDocuments';
import { backgroundOf } from './report';

export interface BucketPartsNeeds {
  readonly connections: Connections;
  readonly plans: PlanDocuments;
  /** The row of the tree that a command without one is about. */
  readonly selected: () => TreeNode | undefined;
  readonly state: vscode.Memento;
}

/** What makes the configurations of buckets documents, with its commands. */
interface BucketParts extends Disposable {
  readonly files: BucketFileSystem;
  readonly commands: CommandsOf<'bucketEditing'>;
}

/** Builds what makes the configurations of buckets documents: what it is is loaded when there is one. */
export function composeBucketParts(
  { connections, plans, selected, state }: BucketPartsNeeds,
  log: vscode.LogOutputChannel,
): BucketParts {
  const store = new DisposableStore();
  const failed = (error: unknown): void => log.error(messageOf(error));
  const bases = new UnsavedBases(state, failed);
  const documents = store.add(new BucketDocuments(connections, bases));
  const saves = store.add(
    new BucketSaves(
      documents,
      plans,
      ({ session, open: { bucket } }, losses) =>
        confirmDestructive({
          session,
          bucket,
          question: vscode.l10n.t('Change {0} on {1}?', bucket, session.name),
          detail: losses.join(' '),
          action: vscode.l10n.t('Change'),
        }),
      withPlanProgress,
    ),
  );
  const files = store.add(new BucketFileSystem(documents, saves));
  store.add(new BucketLenses(documents));
  store.add(new BucketDiagnostics(documents));
  store.add(followBuckets(connections, documents, files, backgroundOf(log)));
  const commands = editBucketCommands({ connections, documents, saves, selected, log });
  return { files, commands, dispose: () => store.dispose() };
}
