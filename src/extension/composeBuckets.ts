import type * as vscode from 'vscode';
import type { Disposable } from '../kv/base/event';
import { lazyCommands, type CommandMap } from './commands/register';
import type { BucketPartsNeeds } from './composeBucketParts';
import { bucketConfigScheme } from './contributions';
import { lazyDocuments } from './lazyFiles';
import { backgroundOf } from './report';

/** Configurations of buckets as documents, with their commands. */
interface BucketEditing extends Disposable {
  readonly commands: CommandMap;
}

/** Builds what makes the configurations of buckets documents, as soon as there is one. */
export function composeBuckets(
  needs: BucketPartsNeeds,
  log: vscode.LogOutputChannel,
): BucketEditing {
  const load = async () => {
    const { composeBucketParts } = await import('./composeBucketParts');
    return composeBucketParts(needs, log);
  };
  const lazy = lazyDocuments(bucketConfigScheme, load, backgroundOf(log));
  const commands = lazyCommands('bucketEditing', async () => (await lazy.parts()).commands);
  return { commands, dispose: () => lazy.dispose() };
}
