import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import type { ValueForms } from '../kv/find/replaceValues';
import type { ShownText } from '../kv/values/valueCodec';
import type { Connections } from '../kv/session/connections';
import type { BucketsView } from '../views/buckets/bucketsView';
import type { Pins } from '../views/buckets/rows/pins';
import type { FindResults } from '../views/find/findResults';
import { FindResultsView } from '../views/find/findResultsView';
import { DragFound } from './commands/find/dragFound';
import { findCommands } from './commands/find/findCommands';
import { ValueFinder } from './commands/find/findValues';
import type { CommandsOf } from './commands/register';
import { contextKeys, viewIds } from './contributions';
import type { KeyDocuments } from './documents/model/keyDocuments';
import type { KeyFilters } from './find/keyFilters';
import type { RecentKeys } from './find/recentKeys';
import { SearchHistory } from './find/searchHistory';
import type { PlanDocuments } from './plans/planDocuments';
import { setContext } from './report';

export interface FindPartsNeeds {
  readonly connections: Connections;
  readonly documents: KeyDocuments;
  readonly buckets: BucketsView;
  readonly filters: KeyFilters;
  readonly recent: RecentKeys;
  readonly pins: Pins;
  /** The text that an editor shows of a value; undefined for what is no text. */
  readonly textOf: ShownText;
  /** Has the codecs loaded that values may need. */
  readonly ready: () => Promise<void>;
  /** How values are shown and stored, as in an editor. */
  readonly forms: ValueForms;
  readonly plans: PlanDocuments;
  /** Keeps what was looked for over restarts. */
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** What finds keys and values and shows them, with its commands. */
interface FindParts extends Disposable {
  readonly commands: CommandsOf<'find'>;
}

/** Builds what finds and shows `results`: it is loaded when something is looked for. */
export function composeFindParts(needs: FindPartsNeeds, results: FindResults): FindParts {
  const store = new DisposableStore();
  const resultsView = store.add(new FindResultsView(results, new DragFound(results)));
  // The view is there from the beginning of a search until its rows are gone.
  const setOpen = (isOpen: boolean): void => setContext(contextKeys.hasFindResults, isOpen);
  const finder = new ValueFinder({
    results,
    textOf: needs.textOf,
    ready: needs.ready,
    tell: (message) => resultsView.tell(message),
    setOpen,
    show: () => vscode.commands.executeCommand(`${viewIds.findResults}.focus`),
    log: needs.log,
  });
  store.add(results.onDidChange(() => finder.resultsChanged()));
  store.add({ dispose: () => finder.clear() });
  const history = new SearchHistory(needs.memory);
  const commands = findCommands({ ...needs, finder, results, resultsView, history });
  return { commands, dispose: () => store.dispose() };
}
