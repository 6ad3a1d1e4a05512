import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { BucketsView } from '../views/buckets/bucketsView';
import { ConnectionStatus } from '../views/status/connectionStatus';
import { EnvironmentMarks } from '../views/status/environmentMarks';
import { HistoryView } from '../views/history/historyView';
import type { TreeNode } from '../views/buckets/rows/nodes';
import { Pins } from '../views/buckets/rows/pins';
import { followSelectedBucket } from './commands/clean/selectedBucket';
import { KeyDragAndDrop } from './commands/keys/keyDragAndDrop';
import { KeyChoice } from './commands/keys/keyChoice';
import { KeyFocus } from './commands/keys/keyFocus';
import { rowKeys } from './commands/tree/rowKeys';
import { ConnectionContexts } from './connections/connectionContexts';
import { registerCommands } from './commands/register';
import { tellCutImports } from './commands/transfer/cutImports';
import { viewCommands } from './commands/tree/viewCommands';
import { Connections } from '../kv/session/connections';
import { CliLogin } from './connections/cliLogin';
import { ConnectionSecrets } from './connections/connectionSecrets';
import { ConnectionSources } from './connections/connectionSources';
import { CredentialSource, type AskForSecret } from './connections/credentialSource';
import { disconnectIdle } from './connections/idleConnections';
import { openConnection, type OpenTunnel } from './connections/openConnection';
import { LazyContexts } from './connections/lazyContexts';
import { logSessions } from './connections/sessionLog';
import { contextKeys, revisionScheme } from './contributions';
import { composeCommands } from './composeCommands';
import { ValueCodecs } from './codecs/valueCodecs';
import type { ValueForms } from '../kv/find/replaceValues';
import type { ShownText } from '../kv/values/valueCodec';
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
import { RevisionLanguages } from './documents/editors/revisionLanguages';
import type { NatsKvExports } from './api/natsKvApi';
import { composeAgents } from './composeAgents';
import { composeApi } from './composeApi';
import { composeLive } from './composeLive';
import { composeLocalServer } from './composeLocalServer';
import { composeSync } from './composeSync';
import { composeManyKeys } from './composeManyKeys';
import { composePages } from './composePages';
import { composeTable } from './composeTable';
import { Journal, noting } from './support/journal';
import { ImportJournal } from './transfer/importJournal';
import { RunningImports } from './transfer/runningImports';
import { TreeSettings } from './tree/treeSettings';
import { showFirstSteps } from './firstSteps';
import { backgroundOf, setContext } from './report';
import type { FilterOf } from './commands/rowIndex';
import { writeHeaders } from './writeHeaders';

/** Everything, and what of it other extensions may use. */
interface Composed extends Disposable {
  readonly exports: NatsKvExports;
}

/** Builds everything and wires it up; disposing the result takes it all down in reverse order. */
export function compose(context: vscode.ExtensionContext): Composed {
  const store = new DisposableStore();
  const journal = new Journal();
  const channel = store.add(vscode.window.createOutputChannel('NATS KV', { log: true }));
  const log = noting(channel, journal);
  const inBackground = backgroundOf(log);

  const surroundings = { env: process.env, home: homedir() };
  const secrets = new ConnectionSecrets(context.secrets);
  const ask: AskForSecret = async (...asked) =>
    (await import('./commands/connections/secretPrompt')).secretPrompt(secrets, log)(...asked);
  const login = new CliLogin(
    surroundings,
    (id) => sources.context(id),
    new CredentialSource(secrets, ask),
  );
  const openTunnel: OpenTunnel = async (...asked) =>
    (await import('./tunnels/openTunnel')).openTunnel(
      { state: context.globalState, log },
      ...asked,
    );
  const connections = store.add(new Connections(openConnection(login, openTunnel)));
  store.add(logSessions(connections, log, journal));
  const contexts = store.add(new LazyContexts(surroundings));
  const localServer = store.add(
    composeLocalServer(context.globalStorageUri, () => ({ connections, view, inBackground })),
  );
  const sources: ConnectionSources = store.add(
    new ConnectionSources({
      connections,
      contexts,
      localServer: localServer.source,
      log,
    }),
  );
  const read = contexts.start();
  store.add(disconnectIdle(connections, inBackground));
  store.add(new ConnectionStatus(connections));
  store.add(new ConnectionContexts(connections));
  store.add(new EnvironmentMarks(connections));

  const codecs = store.add(new ValueCodecs(inBackground));
  const documents = store.add(composeDocuments(context, connections, codecs, log));
  const moved = new MovedEditors(documents.documents);

  const plain = valueView(undefined, viewSettings);
  const shown: ValueForms = {
    ...plain,
    open: (stored, place) =>
      valueView(undefined, viewSettings, () => codecs.of(place)).open(stored),
  };
  const revisions = store.add(
    new RevisionFileSystem(
      (id) => connections.get(id),
      async (entry, { bucket }) => {
        const place = { ...entry, bucket };
        await codecs.ready(place);
        return shown.open(entry.value, place).shown;
      },
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
  const extensionId = context.extension.id;
  store.add(
    vscode.window.registerUriHandler({
      handleUri: async (uri) =>
        (await import('./commands/links/deepLinks')).openLink({ connections, view, log }, uri),
    }),
  );
  const pages = store.add(composePages(context, connections, log));
  const live = store.add(composeLive(context, connections, log));
  const selectedBucket = store.add(followSelectedBucket(view.view));
  const selected = (): TreeNode | undefined => selectedBucket.current;
  const separators = (): string => (options.current.slash ? './' : '.');
  const ready = (): Promise<void> => codecs.ready();
  const shownText: ShownText = (value, place) => textOf(shown.open(value, place).shown);
  const bucketEditing = store.add(
    composeBuckets({ connections, plans, selected, state: context.workspaceState }, log),
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
      ready,
      forms: shown,
      plans,
      memory: context.workspaceState,
      log,
    }),
  );
  const { merges } = documents;
  const sync = store.add(
    composeSync({ connections, plans, merges, storage: context.storageUri, inBackground }),
  );
  const manyKeys = store.add(
    composeManyKeys({
      ...{ connections, plans, choice, filterOf, inBackground },
      schemas: documents.schemas,
      storage: context.storageUri ?? context.globalStorageUri,
      selected,
    }),
  );
  const agents = store.add(
    composeAgents(
      {
        ...{ connections, documents: documents.documents, codecs, choice },
        ...{ found: find.results, manyKeys: manyKeys.parts },
      },
      context.extension.packageJSON,
    ),
  );
  const api = store.add(composeApi({ connections, codecs, memory: context.globalState, log }));
  const imports = new ImportJournal(
    context.workspaceState,
    new RunningImports(vscode.Uri.joinPath(context.globalStorageUri, 'imports').fsPath),
  );
  const tables = store.add(
    composeTable(context, connections, { filterOf, plans, selected, found: find.results }, log),
  );
  inBackground('tell of imports that were cut off', tellCutImports(imports));
  store.add(
    registerCommands(
      log,
      [
        ...composeCommands({
          ...{ connections, secrets, login, openTunnel, ask, log, extensionId },
          ...{ choice, selected, filterOf, pages, plans, separators, view, history },
          ...{ documents, moved, pins, imports, shownText, ready },
          found: find.results,
          memory: context.workspaceState,
          store,
        }),
        rowKeys(view),
        viewCommands(view, () => contexts.refresh()),
        planCommands(plans),
        pages.commands,
        bucketEditing.commands,
        manyKeys.commands,
        live.commands,
        tables.commands,
        find.commands,
        sync.commands,
        agents.commands,
        api.commands,
        supportCommands({
          ...{ connections, journal, extension: context.extension },
          liveWatches: () => live.watches(),
        }),
        localServer.commands,
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
  return { exports: api.exports, dispose: () => store.dispose() };
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
