import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import { imageTypeOf } from '../../../kv/values/imageTypeOf';
import { documentIdOf, type DocumentId } from '../address/documentId';
import type { KeyDocuments } from '../model/keyDocuments';
import { keyUri } from '../address/keyUri';
import { isLiveVersion } from '../model/version';
import { plainWindow } from '../../../views/shown/plainWindow';

const hexEditor = { extension: 'ms-vscode.hexeditor', view: 'hexEditor.hexedit' };
const imagePreview = 'imagePreview.previewEditor';
const offered = 'natsKv.hexEditorOffered';

/**
 * Puts a fitting editor in the place of a text editor that has a value that is no text: VS Code's
 * image preview, the hex editor where it is installed, else our own dump of the bytes.
 */
export class BinaryEditors implements Disposable {
  private readonly store = new DisposableStore();
  private readonly replacing = new Set<string>();

  constructor(
    private readonly documents: KeyDocuments,
    private readonly state: vscode.Memento,
  ) {
    const { tabGroups } = vscode.window;
    this.store.add(
      tabGroups.onDidChangeTabs(({ opened, changed }) =>
        [...opened, ...changed].forEach((tab) => void this.look(tab)),
      ),
    );
    this.store.add(documents.onDidChangeFacts(() => this.lookAtActive()));
    this.lookAtActive();
  }

  dispose(): void {
    this.store.dispose();
  }

  private lookAtActive(): void {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    if (tab) {
      void this.look(tab);
    }
  }

  /** Tabs in the back were restored with the window and have read nothing yet. */
  private async look(tab: vscode.Tab): Promise<void> {
    const id = tab.isActive ? textIdOf(tab) : undefined;
    if (!id || id.variant === 'hex' || this.replacing.has(id.uri)) {
      return;
    }
    this.replacing.add(id.uri);
    try {
      const { latest } = await this.documents.known(id);
      const { form, shown } = latest.opened();
      const isThere = vscode.window.tabGroups.all.some(({ tabs }) => tabs.includes(tab));
      if (isThere && !tab.isDirty && isLiveVersion(latest) && form.kind === 'binary') {
        await this.replace(tab, id, imageTypeOf(shown) !== undefined);
      }
    } catch {
      // The editor itself tells what kept the value from being read.
    } finally {
      this.replacing.delete(id.uri);
    }
  }

  private async replace(tab: vscode.Tab, id: DocumentId, isImage: boolean): Promise<void> {
    const { viewColumn } = tab.group;
    const options = { viewColumn, preview: tab.isPreview };
    const uri = vscode.Uri.parse(id.uri, true);
    const hasHexEditor = vscode.extensions.getExtension(hexEditor.extension) !== undefined;
    if (isImage || hasHexEditor) {
      const view = isImage ? imagePreview : hexEditor.view;
      await vscode.commands.executeCommand('vscode.openWith', uri, view, options);
    } else {
      const dump = keyUri(id.address, 'hex');
      await vscode.commands.executeCommand('vscode.open', dump, { ...options, override: false });
      void this.offerHexEditor();
    }
    const left = vscode.window.tabGroups.all
      .filter((group) => group.viewColumn === viewColumn)
      .flatMap(({ tabs }) => tabs.filter((each) => textIdOf(each)?.uri === id.uri));
    await vscode.window.tabGroups.close(left, true);
  }

  /** Once and for all: the dump itself is enough to look at a value. */
  private async offerHexEditor(): Promise<void> {
    if (this.state.get<boolean>(offered, false)) {
      return;
    }
    await this.state.update(offered, true);
    const show = vscode.l10n.t('Show Hex Editor');
    const choice = await plainWindow.showInformationMessage(
      vscode.l10n.t('Binary values open in the Hex Editor extension where it is installed.'),
      show,
    );
    if (choice === show) {
      await vscode.commands.executeCommand('extension.open', hexEditor.extension);
    }
  }
}

function textIdOf({ input }: vscode.Tab): DocumentId | undefined {
  return input instanceof vscode.TabInputText ? documentIdOf(input.uri) : undefined;
}
