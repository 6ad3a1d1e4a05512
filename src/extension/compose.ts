import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { DeletedEntries } from '../kv/deletedEntries';
import { DisposableStore, type Disposable } from '../kv/event';
import { ContextStore } from '../kv/cliContexts/contextStore';
import { testConnection } from '../kv/nats/testConnection';
import { BucketsView } from '../views/bucketsView';
import { ConnectionStatus } from '../views/connectionStatus';
import { EnvironmentMarks } from '../views/environmentMarks';
import { HistoryView } from '../views/history/historyView';
import { Pins } from '../views/tree/pins';
import { bucketCommands } from './commands/bucketCommands';
import { connectionCommands } from './commands/connectionCommands';
import { probeDraft } from './commands/connectionFlow';
import { ConnectionTester } from './commands/connectionTest';
import { editorCommands } from './commands/editorCommands';
import { KeyDragAndDrop } from './commands/keys/keyDragAndDrop';
import { keyCommands } from './commands/keys/keyCommands';
import { KeyFocus } from './commands/keys/keyFocus';
import { localServerCommands } from './commands/localServerCommands';
import { registerCommands } from './commands/register';
import { sessionCommands } from './commands/sessionCommands';
import { treeCommands } from './commands/treeCommands';
import { viewCommands } from './commands/viewCommands';
import { Connections } from './connections/connections';
import { CliLogin } from './connections/cliLogin';
import { ConnectionSecrets } from './connections/connectionSecrets';
import { ConnectionSources } from './connections/connectionSources';
import { CredentialSource } from './connections/credentialSource';
import { disconnectIdle } from './connections/idleConnections';
import { openConnection } from './connections/openConnection';
import { secretPrompt } from './connections/secretPrompt';
import { logSessions } from './connections/sessionLog';
import { contextKeys, revisionScheme } from './contributions';
import { handleLinks, linkCommands } from './deepLinks';
import { composeDocuments } from './documents/composeDocuments';
import { keyUri } from './documents/keyUri';
import { viewSettings } from './documents/documentSettings';
import { RevisionFileSystem } from './documents/revisionFileSystem';
import { valueView } from './documents/valueView';
import { textOf } from './documents/textForm';
import { composeFind } from './find/composeFind';
import { KeyFilters } from './find/keyFilters';
import { followActiveKey } from './history/followActiveKey';
import { historyCommands } from './history/historyCommands';
import { RevisionLanguages } from './history/revisionLanguages';
import { composeLive } from './live/composeLive';
import { LocalServerStore } from './localServer/localServerStore';
import { TreeSettings } from './treeSettings';

/** Builds everything and wires it up; disposing the result takes it all down in reverse order. */
export function compose(context: vscode.ExtensionContext): Disposable {
  const store = new DisposableStore();
  const log = store.add(vscode.window.createOutputChannel('NATS KV', { log: true }));

  const surroundings = { env: process.env, home: homedir() };
  const secrets = new ConnectionSecrets(context.secrets);
  const ask = secretPrompt(secrets, log);
  const login = new CliLogin(
    surroundings,
    (id) => sources.context(id),
    new CredentialSource(secrets, ask),
  );
  const connections = store.add(new Connections(openConnection(login)));
  store.add(logSessions(connections, log));
  const contexts = store.add(new ContextStore(surroundings));
  const localServer = store.add(new LocalServerStore(context.globalStorageUri));
  const sources: ConnectionSources = store.add(
    new ConnectionSources({ connections, contexts, surroundings, localServer, log }),
  );
  const read = contexts.start();
  store.add(disconnectIdle(connections));
  store.add(new ConnectionStatus(connections));
  store.add(new EnvironmentMarks(connections));

  const documents = store.add(composeDocuments(context, connections));

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
  const pins = store.add(new Pins(context.workspaceState));
  const { options } = store.add(new TreeSettings());
  const view = store.add(
    new BucketsView(connections, {
      uriOf: ({ session, bucket, key }) => keyUri({ connectionId: session.id, bucket, key }),
      options,
      filters,
      pins,
      memory: context.workspaceState,
      dragAndDrop: new KeyDragAndDrop(connections, log),
    }),
  );
  const focus = store.add(new KeyFocus(connections, view));
  const history = store.add(new HistoryView());
  store.add(followActiveKey(connections, view, history));
  store.add(new RevisionLanguages());
  const tester = new ConnectionTester(login, testConnection);
  const extensionId = context.extension.id;
  store.add(handleLinks({ connections, view, log, extensionId }));
  const live = store.add(composeLive(context, connections, log));
  const find = store.add(
    composeFind({
      connections,
      buckets: view,
      filters,
      textOf: (value) => textOf(shown.open(value).shown),
      log,
    }),
  );
  store.add(
    registerCommands(log, [
      connectionCommands({ connections, secrets, tester, probe: probeDraft, log }),
      sessionCommands({ connections, secrets, tester, ask }),
      linkCommands(extensionId),
      bucketCommands(connections, log),
      keyCommands({
        ...{ connections, view, log, focus },
        deleted: new DeletedEntries(),
        filterOf: (bucket) => filters.get(bucket),
      }),
      historyCommands({ connections, view: history, log }),
      editorCommands(documents, log),
      viewCommands(view, () => contexts.refresh()),
      treeCommands({ connections, view, pins }),
      live.commands,
      find.commands,
      localServerCommands(localServer),
    ]),
  );
  // The welcome waits for the contexts, so that it does not flash.
  void read.then(() => vscode.commands.executeCommand('setContext', contextKeys.ready, true));
  return store;
}
