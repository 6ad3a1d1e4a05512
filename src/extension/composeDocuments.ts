import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { messageOf } from '../kv/model/errors';
import { ConflictLens, ConflictMarks } from '../views/status/conflictLens';
import type { BucketStatus } from '../kv/model/bucket';
import { ActiveKey } from '../views/status/activeKey';
import { EditorStatus } from '../views/status/editorStatus';
import { KeyStatus } from '../views/status/keyStatus';
import type { EditorFactsSource } from '../views/status/statusTexts';
import type { Connections } from '../kv/session/connections';
import type { ValueCodecs } from './codecs/valueCodecs';
import { contextKeys, keyScheme, schemaScheme, settingIds } from './contributions';
import { WorkspaceBaseMemory } from './documents/editors/baseMemory';
import { EditorContexts } from './commands/editors/editorContexts';
import { BinaryEditors } from './documents/editors/binaryEditors';
import { DocumentLanguages } from './documents/editors/documentLanguage';
import { viewSettings } from './documents/editors/documentSettings';
import { editorFacts } from './documents/editors/editorFacts';
import { KeyDocuments } from './documents/model/keyDocuments';
import { KeyFileSystem } from './documents/provider/keyFileSystem';
import { SaveRounds } from './documents/provider/saveRounds';
import { SchemaChecks } from './documents/provider/schemaChecks';
import { MergeEditors } from './documents/editors/mergeEditors';
import { SchemaFileSystem } from './documents/provider/schemaFileSystem';
import { writeHeaders } from './writeHeaders';
import { VariantMarks } from './documents/address/variantMarks';
import { WorkspaceDialogs } from './documents/editors/workspaceDialogs';
import { WorkspaceEditors } from './documents/editors/workspaceEditors';
import { backgroundOf, setContext, warn } from './report';

/** The keys that are open as documents. */
export interface Documents extends Disposable {
  readonly documents: KeyDocuments;
  readonly merges: MergeEditors;
  readonly rounds: SaveRounds;
  readonly facts: EditorFactsSource;
  readonly schemas: SchemaFileSystem;
}

/** Builds what makes keys documents: their file system, languages, schemas and status items. */
export function composeDocuments(
  context: vscode.ExtensionContext,
  connections: Connections,
  codecs: ValueCodecs,
  log: vscode.LogOutputChannel,
): Documents {
  const { workspace } = vscode;
  const store = new DisposableStore();
  const inBackground = backgroundOf(log);
  const failed = (error: unknown): void => log.error(messageOf(error));
  const editors = store.add(new WorkspaceEditors());
  const documents = store.add(
    new KeyDocuments({
      findSession: (id) => connections.get(id),
      editors,
      memory: new WorkspaceBaseMemory(context.workspaceState, failed),
      settings: viewSettings,
      headers: writeHeaders,
      codecs,
    }),
  );
  const checks = new SchemaChecks(warn);
  const dialogs = new WorkspaceDialogs(editors, (id, content) => checks.problem(id, content));
  const rounds = store.add(
    new SaveRounds({
      editors,
      isManual: (uri) => editors.isManualSave(uri),
      choose: async (ids) =>
        workspace.getConfiguration().get<string>(settingIds.saveAll) === 'each'
          ? undefined
          : (await import('./commands/editors/sharedWrite')).chooseTogether(documents, ids),
    }),
  );
  const fileSystem = store.add(new KeyFileSystem(documents, dialogs, rounds));
  const options = { isCaseSensitive: true };
  store.add(workspace.registerFileSystemProvider(keyScheme, fileSystem, options));
  store.add(connections.onDidChange(() => documents.connectionsChanged()));
  store.add(codecs.onDidChange(() => documents.settingsChanged()));
  store.add(
    workspace.onDidOpenTextDocument(
      ({ uri }) => uri.scheme === keyScheme && setContext(contextKeys.hasOpened, true),
    ),
  );
  store.add(
    workspace.onDidSaveTextDocument(
      ({ uri }) => uri.scheme === keyScheme && setContext(contextKeys.hasSaved, true),
    ),
  );
  store.add(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.format)) {
        documents.settingsChanged();
      }
    }),
  );
  const schemas = store.add(new SchemaFileSystem());
  const readOnly = { isCaseSensitive: true, isReadonly: true };
  store.add(workspace.registerFileSystemProvider(schemaScheme, schemas, readOnly));
  schemas.tell();
  store.add(
    new DocumentLanguages(
      inBackground,
      ({ uri }) => editors.find(uri.toString())?.dirty === true,
      (uri) => {
        const made = documents.find(uri)?.document?.latest.opened().encodings.at(-1);
        return made?.kind === 'codec' ? made.language : undefined;
      },
    ),
  );
  const facts = editorFacts(documents);
  const active = store.add(new ActiveKey(facts));
  store.add(new EditorStatus(active));
  store.add(new KeyStatus(active));
  store.add(new ConflictLens(facts));
  store.add(new ConflictMarks(facts));
  store.add(
    new EditorContexts({
      source: facts,
      statusOf: (uri) => statusOf(documents, uri),
      unsavedWith: (uri) => unsavedWith(documents, uri),
    }),
  );
  store.add(new VariantMarks());
  store.add(new BinaryEditors(documents, context.globalState, inBackground));
  const merges = store.add(new MergeEditors(documents, failed));
  editors.tellOpen();
  return { documents, merges, rounds, facts, schemas, dispose: () => store.dispose() };
}

/** What the session has read of the bucket that a document is in. */
function statusOf(documents: KeyDocuments, uri: string): BucketStatus | undefined {
  const open = documents.find(uri);
  const buckets = open?.session.buckets.current;
  return buckets?.kind === 'loaded'
    ? buckets.buckets.find(({ name }) => name === open?.id.address.bucket)
    : undefined;
}

/** How many keys of a document's bucket are unsaved, where it is one of them. */
function unsavedWith(documents: KeyDocuments, uri: string): number {
  const id = documents.find(uri)?.id;
  const isUnsaved = documents.editorOf(uri)?.dirty === true;
  return id && isUnsaved ? documents.unsaved(id.address).length : 0;
}
