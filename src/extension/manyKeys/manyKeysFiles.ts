import * as vscode from 'vscode';
import { fileErrors } from '../../views/shown/fileErrors';
import { manyKeysScheme } from '../contributions';
import { findDocument } from '../documents/editors/workspaceEditors';
import { PlannedFiles, type PlannedText } from '../documents/provider/plannedFiles';
import type { ManyKeysDocuments, ManyKeysName } from './manyKeysDocuments';
import type { ManyKeysSaves } from './manyKeysSaves';
import { isServerSide, manyKeysAddress, ownSideOf, serverSideOf } from './manyKeysUri';

/** Documents of many keys as files. */
export class ManyKeysFiles extends PlannedFiles {
  protected readonly autoSaveRefusal = vscode.l10n.t(
    'auto save does not write several keys. Save with the Save command.',
  );
  /** What was shown of the server's sides, by their URIs, with the time that it was told. */
  private readonly sides = new Map<string, { readonly text: string; readonly mtime: number }>();

  constructor(
    private readonly documents: ManyKeysDocuments,
    private readonly saves: ManyKeysSaves,
  ) {
    super(manyKeysScheme);
    this.store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.sides.delete(uri.toString())),
    );
  }

  /** Has VS Code read a document again; it does so where nothing in it is unsaved. */
  refresh(uri: vscode.Uri): void {
    this.tell(uri);
  }

  /** Has VS Code read what the server has beside a document, where that is shown. */
  refreshSide(uri: vscode.Uri): void {
    const side = serverSideOf(uri);
    if (findDocument(side.toString())) {
      this.tell(side);
    }
  }

  protected isServerSide(uri: vscode.Uri): boolean {
    return isServerSide(uri);
  }

  protected async now(uri: vscode.Uri): Promise<PlannedText> {
    const name = nameOf(uri);
    const isUnsaved = findDocument(uri.toString())?.isDirty === true;
    const known = isUnsaved && !isServerSide(uri) ? this.documents.find(name.uri) : undefined;
    // An unsaved text needs nothing of the server: VS Code asks once more when it is stored, with or without a link.
    const open = known?.latest ? known : await this.documents.current(name);
    const ctime = open.latest?.bucketCreated ?? 0;
    if (isServerSide(uri)) {
      return { ctime, ...this.side(uri, open.serverSide) };
    }
    if (!isUnsaved) {
      open.show(open.serverText);
    }
    return { text: open.shown, ctime, mtime: open.mtime };
  }

  protected async text(uri: vscode.Uri): Promise<string> {
    return isServerSide(uri)
      ? (await this.now(uri)).text
      : this.documents.read(nameOf(uri), findDocument(uri.toString()) !== undefined);
  }

  protected save(uri: vscode.Uri, text: string): Promise<void> {
    return this.saves.save(nameOf(uri), text);
  }

  private side(uri: vscode.Uri, text: string): { readonly text: string; readonly mtime: number } {
    const before = this.sides.get(uri.toString());
    if (before?.text === text) {
      return before;
    }
    const side = { text, mtime: Math.max(Date.now(), (before?.mtime ?? 0) + 1) };
    this.sides.set(uri.toString(), side);
    return side;
  }
}

/** The document that a URI names: the server's side is one of the text that it stands beside. */
export function nameOf(uri: vscode.Uri): ManyKeysName {
  const address = manyKeysAddress(uri);
  if (!address) {
    throw fileErrors.fileNotFound(uri);
  }
  const file = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  return { uri: ownSideOf(uri).toString(), address, name: file.replace(/\.keys\.jsonc$/, '') };
}
