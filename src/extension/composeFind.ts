import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import type { BucketsView } from '../views/buckets/bucketsView';
import { FindResults } from '../views/find/findResults';
import { FindResultsView } from '../views/find/findResultsView';
import { findCommands } from './commands/find/findCommands';
import { ValueFinder } from './commands/find/findValues';
import type { ValueForms } from '../kv/find/replaceValues';
import type { PlanDocuments } from './plans/planDocuments';
import type { CommandMap } from './commands/register';
import type { KeyDocuments } from './documents/model/keyDocuments';
import type { Connections } from '../kv/session/connections';
import { contextKeys, viewIds } from './contributions';
import type { KeyFilters } from './find/keyFilters';
import { SearchHistory } from './find/searchHistory';
import type { RecentKeys } from './find/recentKeys';
import type { Pins } from '../views/buckets/rows/pins';
import { setContext } from './report';

export interface FindOptions {
  readonly connections: Connections;
  readonly documents: KeyDocuments;
  readonly buckets: BucketsView;
  readonly filters: KeyFilters;
  readonly recent: RecentKeys;
  readonly pins: Pins;
  /** The text that an editor shows of a value; undefined for what is no text. */
  readonly textOf: (value: Uint8Array) => string | undefined;
  /** How values are shown and stored, as in an editor. */
  readonly forms: ValueForms;
  readonly plans: PlanDocuments;
  /** Keeps what was looked for over restarts. */
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** What finds keys and values, with its view and its commands. */
export interface Find extends Disposable {
  readonly commands: CommandMap;
  /** What was found last. */
  readonly results: Pick<FindResults, 'children'>;
}

/** Builds Go to Key, Find in Values with its results, and the commands on filters. */
export function composeFind(options: FindOptions): Find {
  const store = new DisposableStore();
  const results = store.add(new FindResults());
  const resultsView = store.add(new FindResultsView(results));
  // The view is there from the beginning of a search until its rows are gone.
  const setOpen = (isOpen: boolean): void => setContext(contextKeys.hasFindResults, isOpen);
  setOpen(false);
  const finder = new ValueFinder({
    results,
    textOf: options.textOf,
    tell: (message) => resultsView.tell(message),
    setOpen,
    show: () => vscode.commands.executeCommand(`${viewIds.findResults}.focus`),
    log: options.log,
  });
  store.add(results.onDidChange(() => finder.resultsChanged()));
  store.add({ dispose: () => finder.clear() });
  const history = new SearchHistory(options.memory);
  const commands = findCommands({ ...options, finder, results, resultsView, history });
  return { commands, results, dispose: () => store.dispose() };
}
