import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { DeletedEntries } from '../kv/operations/deletedEntries';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { ContextStore } from '../kv/cliContexts/contextStore';
import { testConnection } from '../kv/nats/testConnection';
import { CompareView } from '../views/compare/compareView';
import { AsOfView } from '../views/asOf/asOfView';
import { BucketsView } from '../views/buckets/bucketsView';
import { ConnectionStatus } from '../views/status/connectionStatus';
import { EnvironmentMarks } from '../views/status/environmentMarks';
import { HistoryView } from '../views/history/historyView';
import { Pins } from '../views/buckets/rows/pins';
import { backupCommands } from './commands/backup/backupCommands';
import { bucketCommands } from './commands/buckets/bucketCommands';
import { BucketJson } from './commands/buckets/bucketJson';
import { followSelectedBucket } from './commands/clean/selectedBucket';
import { compareCommands } from './commands/compare/compareCommands';
import { IgnoreMemory } from './commands/compare/ignoreMemory';
import { SideDocuments } from './commands/compare/sideDocuments';
import { asOfCommands } from './commands/asOf/asOfCommands';
import { cleanCommands } from './commands/clean/cleanCommands';
import { connectionCommands } from './commands/connections/connectionCommands';
import { probeDraft } from './commands/connections/connectionFlow';
import { ConnectionTester } from './connections/connectionTester';
import { editorCommands } from './commands/editors/editorCommands';
import { KeyDragAndDrop } from './commands/keys/keyDragAndDrop';
import { keyCommands } from './commands/keys/keyCommands';
import { KeyChoice } from './commands/keys/keyChoice';
import { KeyFocus } from './commands/keys/keyFocus';
import { rowKeys } from './commands/tree/rowKeys';
import { ConnectionContexts } from './connections/connectionContexts';
import { localServerCommands } from './commands/localServer/localServerCommands';
import { registerCommands } from './commands/register';
import { sessionCommands } from './commands/connections/sessionCommands';
import { treeCommands } from './commands/tree/treeCommands';
import { tellCutImports, transferCommands } from './commands/transfer/transferCommands';
import { viewCommands } from './commands/tree/viewCommands';
import { Connections } from '../kv/session/connections';
import { CliLogin } from './connections/cliLogin';
import { ConnectionSecrets } from './connections/connectionSecrets';
import { ConnectionSources } from './connections/connectionSources';
import { CredentialSource } from './connections/credentialSource';
import { disconnectIdle } from './connections/idleConnections';
import { openConnection } from './connections/openConnection';
import { secretPrompt } from './commands/connections/secretPrompt';
import { logSessions } from './connections/sessionLog';
import { contextKeys, revisionScheme } from './contributions';
import { handleLinks, linkCommands } from './commands/links/deepLinks';
import { composeBuckets } from './composeBuckets';
import { composeDocuments } from './composeDocuments';
import { keyUri } from './documents/address/keyUri';
import { viewSettings } from './documents/editors/documentSettings';

import { RevisionFileSystem } from './documents/provider/revisionFileSystem';
import { MovedEditors } from './documents/editors/movedEditors';
import { valueView } from './documents/model/valueView';
import { textOf } from '../kv/values/textForm';
import { supportCommands } from './commands/support/supportCommands';
import { planCommands } from './commands/plans/planCommands';
import { PlanDocuments } from './plans/planDocuments';
import { composeFind } from './composeFind';
import { KeyFilters } from './find/keyFilters';
import { RecentKeys } from './find/recentKeys';
import { rememberKeys } from './find/rememberKeys';
import { followEditor } from './tree/followEditor';
import { followActiveKey } from './history/followActiveKey';
import { historyCommands } from './commands/history/historyCommands';
import { RevisionLanguages } from './documents/editors/revisionLanguages';
import { composeLive } from './composeLive';
import { composeSync } from './composeSync';
import { composeManyKeys } from './composeManyKeys';
import { composePages } from './composePages';
import { composeTable } from './composeTable';
import { LocalServerStore } from './localServer/localServerStore';
import { Journal, noting } from './support/journal';
import { ImportJournal } from './transfer/importJournal';
import { RunningImports } from './transfer/runningImports';
import { TreeSettings } from './tree/treeSettings';
import { showFirstSteps } from './firstSteps';
import { backgroundOf, setContext } from './report';
import type { FilterOf } from './commands/rowIndex';
import { writeHeaders } from './writeHeaders';

/** Builds everything and wires it up; disposing the result takes it all down in reverse order. */
export function compose(context: vscode.ExtensionContext): Disposable {
  const store = new DisposableStore();
  const journal = new Journal();
  const channel = store.add(vscode.window.createOutputChannel('NATS KV', { log: true }));
  const log = noting(channel, journal);
  const inBackground = backgroundOf(log);

  const surroundings = { env: process.env, home: homedir() };
  const secrets = new ConnectionSecrets(context.secrets);
  const ask = secretPrompt(secrets, log);
  const login = new CliLogin(
    surroundings,
    (id) => sources.context(id),
    new CredentialSource(secrets, ask),
  );
  const connections = store.add(new Connections(openConnection(login)));
  store.add(logSessions(connections, log, journal));
  const contexts = store.add(new ContextStore(surroundings));
  const localServer = store.add(new LocalServerStore(context.globalStorageUri));
  const sources: ConnectionSources = store.add(
    new ConnectionSources({ connections, contexts, surroundings, localServer, log }),
  );
  const read = contexts.start();
  store.add(disconnectIdle(connections, inBackground));
  store.add(new ConnectionStatus(connections));
  store.add(new ConnectionContexts(connections));
  store.add(new EnvironmentMarks(connections));

  const documents = store.add(composeDocuments(context, connections, log));
  const moved = new MovedEditors(documents.documents);

  const shown = valueView(undefined, viewSettings);
  const revisions = store.add(
    new RevisionFileSystem(
      (id) => connections.get(id),
      ({ value }) => shown.open(value).shown,
    ),
  );
  const readOnly = { isCaseSensitive: true, isReadonly: true };
  store.add(vscode.workspace.registerFileSystemProvider(revisionScheme, revisions, readOnly));

  const filters = store.add(new KeyFilters(context.workspaceState));
  const filterOf: FilterOf = (bucket) => filters.get(bucket);
  const pins = store.add(new Pins(context.workspaceState));
  const recent = store.add(new RecentKeys(context.workspaceState));
  const isNew = (uri: vscode.Uri): boolean =>
    documents.documents.find(uri.toString())?.document?.isNew === true;
  store.add(rememberKeys(recent, isNew, inBackground));
  const { options } = store.add(new TreeSettings());
  const plans = store.add(new PlanDocuments());
  const view = store.add(
    new BucketsView(connections, {
      uriOf: ({ session, bucket, key }) => keyUri({ connectionId: session.id, bucket, key }),
      options,
      filters,
      pins,
      notices: sources.notices,
      memory: context.workspaceState,
      inBackground,
      dragAndDrop: new KeyDragAndDrop({ connections, filterOf, plans, log }),
    }),
  );
  const focus = store.add(new KeyFocus(connections, view));
  const choice = new KeyChoice({ connections, focus, inBackground });
  const history = store.add(new HistoryView(() => writeHeaders().map(([name]) => name)));
  store.add(followActiveKey(connections, view, history));
  store.add(followEditor(connections, view, inBackground));
  store.add(new RevisionLanguages(inBackground));
  const tester = new ConnectionTester(login, testConnection);
  const extensionId = context.extension.id;
  store.add(handleLinks({ connections, view, log, extensionId }));
  const pages = store.add(composePages(context, connections, log));
  const live = store.add(composeLive(context, connections, log));
  const deleted = new DeletedEntries();
  const selectedBucket = store.add(followSelectedBucket(view.view));
  const separators = (): string => (options.current.slash ? './' : '.');
  const asOf = store.add(new AsOfView(separators));
  const compare = store.add(new CompareView(separators));
  const shownText = (value: Uint8Array): string | undefined => textOf(shown.open(value).shown);
  const bucketEditing = store.add(
    composeBuckets(connections, plans, () => selectedBucket.current, context.workspaceState, log),
  );
  const find = store.add(
    composeFind({
      connections,
      documents: documents.documents,
      buckets: view,
      filters,
      recent,
      pins,
      textOf: shownText,
      forms: shown,
      plans,
      memory: context.workspaceState,
      log,
    }),
  );
  const { merges } = documents;
  const sync = store.add(composeSync(context, connections, { plans, merges }, log));
  const manyKeys = store.add(
    composeManyKeys({
      ...{ connections, plans, choice, filterOf, inBackground },
      schemas: documents.schemas,
      storage: context.storageUri ?? context.globalStorageUri,
      selected: () => selectedBucket.current,
    }),
  );
  const imports = new ImportJournal(
    context.workspaceState,
    new RunningImports(vscode.Uri.joinPath(context.globalStorageUri, 'imports').fsPath),
  );
  const tables = store.add(
    composeTable(
      context,
      connections,
      { filterOf, plans, selected: () => selectedBucket.current, found: find.results },
      log,
    ),
  );
  inBackground('tell of imports that were cut off', tellCutImports(imports));
  store.add(
    registerCommands(
      log,
      [
        connectionCommands({ connections, secrets, tester, probe: probeDraft, log }),
        sessionCommands({ connections, secrets, tester, ask }),
        linkCommands(extensionId, choice),
        bucketCommands({
          ...{ connections, filterOf, pages, log },
          json: store.add(new BucketJson(connections)),
          selected: () => selectedBucket.current,
        }),
        asOfCommands({ connections, plans, selected: () => selectedBucket.current, view: asOf }),
        backupCommands(connections, view, () => selectedBucket.current),
        compareCommands({
          ...{
            connections,
            plans,
            view: compare,
            memory: new IgnoreMemory(context.workspaceState),
          },
          documents: store.add(new SideDocuments(shownText)),
          selected: () => selectedBucket.current,
        }),
        cleanCommands({ connections, plans, deleted, selected: () => selectedBucket.current }),
        bucketEditing.commands,
        transferCommands({
          ...{ connections, plans, choice, filterOf },
          journal: imports,
          selected: () => selectedBucket.current,
          found: find.results,
        }),
        pages.commands,
        manyKeys.commands,
        keyCommands({
          ...{ connections, view, log, choice },
          documents: documents.documents,
          deleted,
          moved: (from, to) => moved.follow(from, to),
          ...{ filterOf, plans },
        }),
        historyCommands({ connections, view: history, choice, log }),
        editorCommands(documents, choice, log),
        rowKeys(view),
        viewCommands(view, () => contexts.refresh()),
        treeCommands({ connections, view, pins, documents: documents.documents }),
        live.commands,
        tables.commands,
        find.commands,
        sync.commands,
        planCommands(plans),
        localServerCommands({ server: localServer, connections, view, inBackground }),
        supportCommands({
          ...{ connections, journal, extension: context.extension },
          liveWatches: () => live.watches(),
        }),
      ],
      titlesOf(context.extension),
    ),
  );
  inBackground('show the first steps', showFirstSteps(context));
  // The welcome waits for the contexts, so that it does not flash.
  inBackground(
    'read the contexts of the nats CLI',
    read.finally(() => setContext(contextKeys.ready, true)),
  );
  return store;
}

/** How the manifest calls each command, in the user's language. */
function titlesOf({ packageJSON }: vscode.Extension<unknown>): (id: string) => string {
  const { contributes } = packageJSON as {
    contributes?: { commands?: readonly { command: string; title: string }[] };
  };
  return (id) => {
    const title = contributes?.commands?.find(({ command }) => command === id)?.title ?? id;
    return title.replace(/…$/, '');
  };
}
