import * as vscode from 'vscode';
import { placeOf } from '../../views/buckets/rows/productionMark';
import type { PlacedPair } from './syncSettings';

/** Whether a file of a pair has unsaved changes in an editor of this window. */
export function unsavedIn({ folder }: PlacedPair): (path: string) => boolean {
  return (path) => {
    const uri = vscode.Uri.joinPath(folder, path).toString();
    return vscode.workspace.textDocuments.some(
      (each) => each.isDirty && each.uri.toString() === uri,
    );
  };
}

/** The folder of a pair as it is told. */
export function folderText({ pair, root }: PlacedPair): string {
  const isOneOfMany = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  return isOneOfMany ? `${root.name}/${pair.folder}` : pair.folder;
}

/** The keys of a pair as they are told. */
export function placeText({ pair, session }: PlacedPair): string {
  const name = pair.prefix === '' ? pair.bucket : `${pair.bucket} › ${pair.prefix}`;
  return `${name} · ${placeOf(session.config)}`;
}
