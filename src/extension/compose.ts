import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/event';
import { connect } from '../kv/nats/connect';
import { BucketsView } from '../views/bucketsView';
import { EditorStatus } from '../views/editorStatus';
import { bucketCommands } from './commands/bucketCommands';
import { connectionCommands } from './commands/connectionCommands';
import { editorCommands } from './commands/editorCommands';
import { keyCommands } from './commands/keyCommands';
import { registerCommands } from './commands/register';
import { viewCommands } from './commands/viewCommands';
import { Connections } from './connections/connections';
import { readConnections } from './connections/connectionSettings';
import { logSessions } from './connections/sessionLog';
import { contextKeys, keyScheme, settingIds } from './contributions';
import { WorkspaceBaseMemory } from './documents/baseMemory';
import { LanguageByContent } from './documents/documentLanguage';
import { editorFacts } from './documents/editorFacts';
import { KeyDocuments } from './documents/keyDocuments';
import { KeyFileSystem } from './documents/keyFileSystem';
import { keyUri } from './documents/keyUri';
import { WorkspaceEditors } from './documents/workspaceEditors';

/** Builds everything and wires it up; disposing the result takes it all down in reverse order. */
export function compose(context: vscode.ExtensionContext): Disposable {
  const store = new DisposableStore();
  const log = store.add(vscode.window.createOutputChannel('NATS KV', { log: true }));

  const connections = store.add(
    new Connections(({ url, name }, writeLock, signal) =>
      connect({ servers: [url], name, writeLock }, signal),
    ),
  );
  store.add(logSessions(connections, log));
  store.add(configureFromSettings(connections, log));

  const editors = store.add(new WorkspaceEditors());
  const memory = new WorkspaceBaseMemory(context.workspaceState);
  const documents = store.add(new KeyDocuments((id) => connections.get(id), editors, memory));
  const fileSystem = store.add(new KeyFileSystem(documents, editors));
  store.add(
    vscode.workspace.registerFileSystemProvider(keyScheme, fileSystem, { isCaseSensitive: true }),
  );
  store.add(connections.onDidChange(() => documents.dropMissing()));
  store.add(new LanguageByContent());
  store.add(new EditorStatus(editorFacts(documents)));
  editors.tellOpen();

  const view = store.add(
    new BucketsView(connections, ({ session, bucket, key }) =>
      keyUri({ connectionId: session.id, bucket, key }),
    ),
  );
  store.add(
    registerCommands(log, [
      connectionCommands(connections),
      bucketCommands(connections, log),
      keyCommands(connections, view, log),
      editorCommands(log),
      viewCommands(view),
    ]),
  );
  void vscode.commands.executeCommand('setContext', contextKeys.ready, true);
  return store;
}

/** Keeps the sessions equal to the settings; entries that cannot be used are told in the log. */
function configureFromSettings(connections: Connections, log: vscode.LogOutputChannel): Disposable {
  const configure = (): void => {
    const settings = readConnections();
    for (const { index, reason } of settings.problems) {
      log.warn(`${settingIds.connections}: entry ${index + 1} is not used: ${reason}.`);
    }
    connections.configure(settings.connections);
  };
  configure();
  return vscode.Disposable.from(
    vscode.workspace.onDidGrantWorkspaceTrust(configure),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.connections)) {
        configure();
      }
    }),
  );
}
