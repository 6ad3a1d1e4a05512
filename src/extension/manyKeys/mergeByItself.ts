import type * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import type { Disposable } from '../../kv/base/event';
import { findDocument, mergeText } from '../documents/editors/workspaceEditors';
import type { ManyKeysDocuments } from './manyKeysDocuments';
import { nameOf } from './manyKeysFiles';
import type { OpenManyKeys } from './openManyKeys';

/**
 * Brings what others changed elsewhere into unsaved texts, as one edit each that Undo takes back. What was undone is
 * not brought again before it changes once more; while a text is saved it stays as it is.
 */
export function mergeByItself(
  documents: ManyKeysDocuments,
  isSaving: (uri: string) => boolean,
  inBackground: Background,
): Disposable {
  const running = new Set<string>();
  const merge = async (document: vscode.TextDocument, open: OpenManyKeys): Promise<void> => {
    // By what the editor has: it may not have been told of yet what was typed.
    const newKeys = (): readonly string[] => {
      documents.editorHas(nameOf(document.uri), document.getText(), document.isDirty);
      return open.newFromOthers();
    };
    try {
      for (let keys = newKeys(); keys.length > 0; keys = newKeys()) {
        // What was typed meanwhile is told, and has it begin anew.
        if (isSaving(nameOf(document.uri).uri) || !(await mergeKeys(documents, document, keys))) {
          return;
        }
        open.haveMerged(keys);
      }
    } finally {
      running.delete(document.uri.toString());
    }
  };
  return documents.onDidChange((uri) => {
    const document = findDocument(uri);
    const open = documents.find(uri);
    const isUnsaved = document?.isDirty === true && open?.edited.isUnsaved === true;
    if (isUnsaved && !running.has(uri) && !isSaving(uri) && open.newFromOthers().length > 0) {
      running.add(uri);
      inBackground(`merge ${open.name}`, merge(document, open));
    }
  });
}

/**
 * Has a document say of some keys what the server has, those that others changed elsewhere where none are named. False
 * where the text was changed meanwhile, or cannot be read.
 */
export async function mergeKeys(
  documents: ManyKeysDocuments,
  document: vscode.TextDocument,
  keys?: readonly string[],
): Promise<boolean> {
  const name = nameOf(document.uri);
  documents.editorHas(name, document.getText(), document.isDirty);
  const text = documents.merge(name, keys);
  return text !== undefined && (await mergeText(document, text));
}
