import * as vscode from 'vscode';
import { documentIdOf } from '../../documents/address/documentId';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import { keyNode, type KeyNode } from '../../../views/buckets/rows/nodes';
import { plainWindow } from '../../../views/shown/plainWindow';
import { activeUri } from '../../../views/status/activeUri';
import { statusLine, type EditorFacts } from '../../../views/status/statusTexts';
import { commandIds, contextKeys, type CommandId } from '../../contributions';
import { environmentTitle } from '../environmentTitle';
import { fitting } from './editorContexts';

interface ActionItem extends vscode.QuickPickItem {
  readonly run: CommandId | 'workbench.action.files.save';
  /** What the command is given; nothing where it takes the active editor. */
  readonly argument?: KeyNode | number;
}

/** Offers what can be done with the key of the active editor, what is pressing first. */
export async function showKeyActions(
  documents: KeyDocuments,
  facts: EditorFacts | undefined,
): Promise<void> {
  const uri = activeUri();
  const id = uri && documentIdOf(uri);
  const open = id && documents.find(id.uri);
  if (!open || !facts) {
    return;
  }
  const { bucket, key } = id.address;
  const isUnsaved = documents.editorOf(id.uri)?.dirty === true;
  const unsaved = isUnsaved ? documents.unsaved(id.address).length : 0;
  const items = [
    ...togetherItems(unsaved, bucket),
    ...actionItems(facts, keyNode(open.session, bucket, key)),
  ];
  const title = environmentTitle(open.session.config, `${bucket} · ${key}`);
  const placeHolder = statusLine(facts, Date.now());
  const chosen = await plainWindow.showQuickPick(items, { title, placeHolder });
  if (chosen) {
    await vscode.commands.executeCommand(
      chosen.run,
      ...(chosen.argument === undefined ? [] : [chosen.argument]),
    );
  }
}

/** What can be done with a key as it stands, the most pressing first. */
export function actionItems(facts: EditorFacts, node: KeyNode): readonly ActionItem[] {
  if (facts.missing === 'new') {
    return newItems(node);
  }
  const fits = fitting(facts, undefined);
  const isWritable = facts.readOnly === undefined;
  const { revision } = facts.latest;
  const items: readonly (ActionItem | false)[] = [
    ...(facts.conflict && facts.missing === undefined ? conflictItems(revision) : []),
    facts.readOnly?.kind === 'locked' && {
      label: vscode.l10n.t('Unlock Writes…'),
      iconPath: new vscode.ThemeIcon('unlock'),
      run: commandIds.connectionUnlock,
    },
    {
      label: vscode.l10n.t('Show History'),
      iconPath: new vscode.ThemeIcon('history'),
      run: commandIds.historyShow,
      argument: node,
    },
    fits[contextKeys.canChangeTtl] === true && {
      label: vscode.l10n.t('Change TTL…'),
      iconPath: new vscode.ThemeIcon('watch'),
      run: commandIds.editorChangeTtl,
      argument: node,
    },
    fits[contextKeys.canEditHeaders] === true && {
      label: vscode.l10n.t('Edit Headers…'),
      iconPath: new vscode.ThemeIcon('list-flat'),
      run: commandIds.editorEditHeaders,
      argument: node,
    },
    fits[contextKeys.canOpenRaw] === true && {
      label: vscode.l10n.t('Open Raw'),
      iconPath: new vscode.ThemeIcon('file-binary'),
      run: commandIds.editorOpenRaw,
    },
    fits[contextKeys.canOpenFormatted] === true && {
      label: vscode.l10n.t('Open Formatted'),
      iconPath: new vscode.ThemeIcon('json'),
      run: commandIds.editorOpenFormatted,
    },
    fits[contextKeys.canDecode] === true && {
      label: vscode.l10n.t('Decode Value'),
      iconPath: new vscode.ThemeIcon('file-zip'),
      run: commandIds.editorDecode,
    },
    {
      label: vscode.l10n.t('Watch Key in Live'),
      iconPath: new vscode.ThemeIcon('eye'),
      run: commandIds.liveWatch,
      argument: node,
    },
    {
      label: vscode.l10n.t('Reveal in Tree'),
      iconPath: new vscode.ThemeIcon('list-tree'),
      run: commandIds.keyReveal,
      argument: node,
    },
    {
      label: vscode.l10n.t('Copy Key'),
      iconPath: new vscode.ThemeIcon('copy'),
      run: commandIds.keyCopyName,
      argument: node,
    },
    isWritable && {
      label: vscode.l10n.t('Rename Key…'),
      iconPath: new vscode.ThemeIcon('edit'),
      run: commandIds.keyRename,
      argument: node,
    },
    isWritable && {
      label: vscode.l10n.t('Delete Key…'),
      iconPath: new vscode.ThemeIcon('trash'),
      run: commandIds.keyDelete,
      argument: node,
    },
  ];
  return items.filter((item) => item !== false);
}

/** Where several keys of the bucket are unsaved. */
function togetherItems(unsaved: number, bucket: string): readonly ActionItem[] {
  const label = vscode.l10n.t('Save Keys of This Bucket as One Change…');
  const description = vscode.l10n.t('{0} of {1} are unsaved', unsaved, bucket);
  const iconPath = new vscode.ThemeIcon('save-all');
  return unsaved > 1 ? [{ label, description, iconPath, run: commandIds.editorSaveTogether }] : [];
}

function newItems(node: KeyNode): readonly ActionItem[] {
  return [
    {
      label: vscode.l10n.t('Save'),
      description: vscode.l10n.t('creates the key'),
      iconPath: new vscode.ThemeIcon('save'),
      run: 'workbench.action.files.save',
    },
    {
      label: vscode.l10n.t('Copy Key'),
      iconPath: new vscode.ThemeIcon('copy'),
      run: commandIds.keyCopyName,
      argument: node,
    },
  ];
}

function conflictItems(revision: number): readonly ActionItem[] {
  return [
    {
      label: vscode.l10n.t('Compare with Server'),
      description: `r${revision}`,
      iconPath: new vscode.ThemeIcon('diff'),
      run: commandIds.editorCompare,
    },
    {
      label: vscode.l10n.t("Merge with the Server's Value"),
      iconPath: new vscode.ThemeIcon('git-merge'),
      run: commandIds.editorMerge,
    },
    {
      label: vscode.l10n.t("Take Server's"),
      description: vscode.l10n.t('your text goes'),
      iconPath: new vscode.ThemeIcon('cloud-download'),
      run: commandIds.editorRevert,
    },
    {
      label: vscode.l10n.t("Overwrite the Server's Value"),
      description: `r${revision}`,
      iconPath: new vscode.ThemeIcon('cloud-upload'),
      run: commandIds.editorOverwrite,
      argument: revision,
    },
  ];
}
