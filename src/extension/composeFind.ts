import { DisposableStore, type Disposable } from '../kv/base/event';
import { FindResults } from '../views/find/findResults';
import { lazyCommands, type CommandMap } from './commands/register';
import type { FindPartsNeeds } from './composeFindParts';
import { contextKeys } from './contributions';
import { setContext } from './report';

/** What finds keys and values, with its view and its commands. */
export interface Find extends Disposable {
  readonly commands: CommandMap;
  /** What was found last. */
  readonly results: Pick<FindResults, 'children' | 'valuesOf'>;
}

/** Builds Go to Key, Find in Values with its results, and the commands on filters. */
export function composeFind(needs: FindPartsNeeds): Find {
  const store = new DisposableStore();
  const results = store.add(new FindResults());
  setContext(contextKeys.hasFindResults, false);
  const commands = lazyCommands('find', async () => {
    const { composeFindParts } = await import('./composeFindParts');
    const parts = store.add(composeFindParts(needs, results));
    return parts.commands;
  });
  return { commands, results, dispose: () => store.dispose() };
}
