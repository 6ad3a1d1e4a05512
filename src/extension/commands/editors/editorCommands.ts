import * as vscode from 'vscode';
import { commandIds, contextKeys } from '../../contributions';
import { rememberLanguage } from '../../documents/editors/documentSettings';
import { openValue } from '../../../kv/values/valueForm';
import { documentIdOf, type DocumentId } from '../../documents/address/documentId';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import type { SaveRounds } from '../../documents/provider/saveRounds';
import type { MergeEditors } from '../../documents/editors/mergeEditors';
import { keyUri, type Variant } from '../../documents/address/keyUri';
import { isLiveVersion } from '../../documents/model/version';
import type { KeyNode } from '../../../views/buckets/rows/nodes';
import type { EditorFactsSource } from '../../../views/status/statusTexts';
import { activeUri } from '../../../views/status/activeUri';
import type { KeyChoice } from '../keys/keyChoice';
import { changeTtl } from './changeTtl';
import { editHeaders } from './editHeaders';
import { showKeyActions } from './keyActions';
import type { CommandsOf } from '../register';
import { plainWindow } from '../../../views/shown/plainWindow';
import { inform, setContext } from '../../report';

/** The keys that are open as documents, and the merges of those in conflict. */
interface KeyEditing {
  readonly documents: KeyDocuments;
  readonly merges: MergeEditors;
  readonly rounds: SaveRounds;
  readonly facts: EditorFactsSource;
}

/** Commands on the active editor of a key. */
export function editorCommands(
  { documents, merges, rounds, facts }: KeyEditing,
  choice: KeyChoice,
  log: vscode.LogOutputChannel,
): CommandsOf<'editors'> {
  const onDocument = (use: (id: DocumentId) => unknown) => async (node?: KeyNode) => {
    const id = await documentOf(choice, node?.kind === 'key' ? node : undefined);
    await (id && use(id));
  };
  // Above a text and in an error the revision is told, in an error the document too.
  const onActive =
    (use: (id: DocumentId, told: unknown) => unknown) => async (told?: unknown, uri?: unknown) => {
      const id = await toldDocument(uri);
      await (id && use(id, told));
    };
  const onKey = (command: string) => onActive(() => vscode.commands.executeCommand(command));
  return {
    [commandIds.editorCompare]: meeting(onKey(compareCommand)),
    [commandIds.editorMerge]: meeting(onActive((id) => merge(documents, merges, id))),
    [commandIds.editorOverwrite]: onActive((id, told) => overwrite(documents, id, told)),
    [commandIds.editorRevert]: onKey('workbench.action.files.revert'),
    [commandIds.editorOpenRaw]: onDocument((id) => open(id, 'raw')),
    [commandIds.editorOpenFormatted]: onDocument((id) => open(id)),
    [commandIds.editorDecode]: onDocument((id) => decode(documents, id)),
    [commandIds.editorChangeTtl]: onDocument((id) => changeTtl(documents, log, id)),
    [commandIds.editorEditHeaders]: onDocument((id) => editHeaders(documents, log, id)),
    [commandIds.editorSaveTogether]: onActive(async (id) =>
      (await import('./saveBucket')).saveBucket({ documents, rounds }, id),
    ),
    [commandIds.editorRememberLanguage]: onActive(remember),
    [commandIds.keyActions]: onActive((id) => showKeyActions(documents, facts.facts(id.uri))),
    [commandIds.logShow]: () => log.show(),
  };
}

/** VS Code's own, on the active editor. */
const compareCommand = 'workbench.files.action.compareWithSaved';

/** The document that was told of, which is shown again, else that of the active tab. */
async function toldDocument(told: unknown): Promise<DocumentId | undefined> {
  if (typeof told !== 'string') {
    const uri = activeUri();
    return uri && documentIdOf(uri);
  }
  const uri = vscode.Uri.parse(told, true);
  const id = documentIdOf(uri);
  if (id && activeUri()?.toString() !== uri.toString()) {
    await vscode.window.showTextDocument(uri, { preview: false });
  }
  return id;
}

/** The document that a command is about: that of the active tab, else of a key that `choice` gives. */
async function documentOf(choice: KeyChoice, node?: KeyNode): Promise<DocumentId | undefined> {
  const uri = node ? undefined : activeUri();
  const active = uri && documentIdOf(uri);
  if (active) {
    return active;
  }
  const key = await choice.key(node);
  return (
    key && documentIdOf(keyUri({ connectionId: key.session.id, bucket: key.bucket, key: key.key }))
  );
}

async function open({ address }: DocumentId, variant?: Variant): Promise<void> {
  const options = { preview: false, override: false };
  await vscode.commands.executeCommand('vscode.open', keyUri(address, variant), options);
}

/** Saves over the revision that was `told` above the text, else the present one, and over no later one. */
async function overwrite(documents: KeyDocuments, id: DocumentId, told: unknown): Promise<void> {
  const revision = typeof told === 'number' ? told : documents.conflict(id.uri)?.revision;
  if (revision !== undefined && documents.overwrite(id, revision)) {
    await vscode.commands.executeCommand('workbench.action.files.save');
    return;
  }
  const now = documents.conflict(id.uri);
  inform(
    now && revision !== undefined
      ? vscode.l10n.t(
          '{0} is r{1} on the server by now, and no longer r{2}: nothing was overwritten.',
          ...[id.address.key, now.revision, revision],
        )
      : noConflict(id),
  );
}

function noConflict({ address }: DocumentId): string {
  return vscode.l10n.t('{0} has no unsaved text that the server changed meanwhile.', address.key);
}

/** How long the status bar says what a merge has done. */
const mergedMessageMs = 10_000;

/** Compares where the texts cannot be merged: two sides are better than none. */
async function merge(documents: KeyDocuments, merges: MergeEditors, id: DocumentId): Promise<void> {
  if (!documents.conflict(id.uri)) {
    inform(noConflict(id));
    return;
  }
  const revision = documents.find(id.uri)?.document?.latest.revision ?? 0;
  const end = await merges.merge(id);
  if (end === 'impossible') {
    await vscode.commands.executeCommand(compareCommand);
  } else if (end === 'merged') {
    plainWindow.setStatusBarMessage(
      vscode.l10n.t('Merged with r{0}, nothing overlapped. Undo takes it back.', revision),
      mergedMessageMs,
    );
  }
}

async function decode(documents: KeyDocuments, id: DocumentId): Promise<void> {
  const { latest } = await documents.known(id);
  const { encodings } = openValue(latest.value, { asked: true });
  if (isLiveVersion(latest) && encodings.length > 0) {
    await open(id, 'decoded');
  } else {
    inform(
      vscode.l10n.t(
        '{0} is not encoded as gzip, zlib, base64, CBOR or MessagePack.',
        id.address.key,
      ),
    );
  }
}

/** Asks which keys shall have the language of the active editor. */
async function remember({ address }: DocumentId): Promise<void> {
  const language = vscode.window.activeTextEditor?.document.languageId;
  if (language === undefined) {
    return;
  }
  const { bucket, key } = address;
  const tokens = key.split('.');
  const prefixes = tokens.slice(0, -1).map((_, at) => `${tokens.slice(0, at + 1).join('.')}.*`);
  const patterns = [key, ...prefixes.reverse(), '*'].map((pattern) => `${bucket}/${pattern}`);
  const placeHolder = vscode.l10n.t('Open these keys as {0}', language);
  const pattern = await plainWindow.showQuickPick(patterns, { placeHolder });
  if (pattern !== undefined) {
    await rememberLanguage(pattern, language);
  }
}

/** Tells the walkthrough, besides, that a conflict was met: commands of lenses are not told to it. */
function meeting<Args extends unknown[]>(run: (...args: Args) => unknown) {
  return (...args: Args): unknown => {
    setContext(contextKeys.hasMetConflict, true);
    return run(...args);
  };
}
