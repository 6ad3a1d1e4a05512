import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import { imageTypeOf } from '../../../kv/values/imageTypeOf';
import { documentIdOf, type DocumentId } from '../address/documentId';
import type { KeyDocuments } from '../model/keyDocuments';
import { keyUri } from '../address/keyUri';
import { tabNow } from './tabNow';
import { plainWindow } from '../../../views/shown/plainWindow';
import { isLiveVersion, type Version } from '../model/version';
import type { Background } from '../../../kv/base/background';

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
    private readonly inBackground: Background,
  ) {
    const { tabGroups } = vscode.window;
    this.store.add(
      tabGroups.onDidChangeTabs(({ opened, changed }) =>
        [...opened, ...changed].forEach((tab) => this.lookAt(tab)),
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
      this.lookAt(tab);
    }
  }

  private lookAt(tab: vscode.Tab): void {
    this.inBackground('show a value that is no text', this.look(tab));
  }

  /** Tabs in the back were restored with the window and have read nothing yet. */
  private async look(tab: vscode.Tab): Promise<void> {
    const id = tab.isActive ? textIdOf(tab) : undefined;
    if (!id || id.variant === 'hex' || this.replacing.has(id.uri)) {
      return;
    }
    this.replacing.add(id.uri);
    try {
      const latest = await this.latestOf(id);
      if (!latest) {
        return;
      }
      const { form, shown } = latest.opened();
      const now = tabNow(tab);
      if (now?.isDirty === false && isLiveVersion(latest) && form.kind === 'binary') {
        await this.replace(now, id, imageTypeOf(shown) !== undefined);
      }
    } finally {
      this.replacing.delete(id.uri);
    }
  }

  /** Undefined when it could not be read: why is told by the editor itself. */
  private async latestOf(id: DocumentId): Promise<Version | undefined> {
    try {
      return (await this.documents.known(id)).latest;
    } catch {
      return undefined;
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
      this.inBackground('offer the hex editor', this.offerHexEditor());
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
