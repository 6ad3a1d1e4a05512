import * as vscode from 'vscode';
import type { Disposable } from '../../kv/base/event';
import type { Batch } from '../page/batch';
import { MessageBatcher } from '../page/messageBatcher';
import { webviewDocument } from '../page/webviewDocument';
import { plainText } from '../shown/plainText';
import { TablePage, type TablePageParts } from './tablePage';
import { placeIn, type TablePlace } from './tablePlace';
import type { TableHostMessage, TablePageMessage } from './tableProtocol';
import { tableTexts } from './tableTexts';

const viewType = 'natsKv.table';

export interface TablePanelsParts extends TablePageParts {
  /** Where the bundled page lies. */
  readonly dist: vscode.Uri;
}

/** Owns the open tables; changes only through `show`, VS Code's restoring, and closing. */
export class TablePanels implements vscode.WebviewPanelSerializer, Disposable {
  private readonly panels = new Map<string, TablePanel>();
  private readonly registration: vscode.Disposable;

  constructor(private readonly parts: TablePanelsParts) {
    this.registration = vscode.window.registerWebviewPanelSerializer(viewType, this);
  }

  /** Brings the table of a place to the front, opening it where it is not open. */
  show(place: TablePlace): void {
    const open = this.panels.get(JSON.stringify(place));
    if (open) {
      open.panel.reveal();
    } else {
      this.adopt(
        vscode.window.createWebviewPanel(viewType, '', vscode.ViewColumn.Active, {}),
        place,
      );
    }
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const place = placeIn(kept);
    if (place && !this.panels.has(JSON.stringify(place))) {
      this.adopt(panel, place);
    } else {
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.registration.dispose();
    this.panels.forEach((panel) => panel.dispose());
    this.panels.clear();
  }

  private adopt(panel: vscode.WebviewPanel, place: TablePlace): void {
    const id = JSON.stringify(place);
    const opened = new TablePanel(panel, place, this.parts);
    this.panels.set(id, opened);
    panel.onDidDispose(() => {
      opened.dispose();
      if (this.panels.get(id) === opened) {
        this.panels.delete(id);
      }
    });
  }
}

/** Owns one table's panel; changes only through its page. While nobody sees it, it sends nothing. */
class TablePanel implements Disposable {
  private readonly batcher: MessageBatcher<TableHostMessage>;
  private readonly page: TablePage;
  private isReady = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    place: TablePlace,
    private readonly parts: TablePanelsParts,
  ) {
    const { webview } = panel;
    const { dist } = parts;
    this.batcher = new MessageBatcher((batch) => this.post(batch), Date.now);
    this.page = new TablePage(place, parts, (slot, message) => this.send(slot, () => message));
    this.page.onDidChange((what) => this.changed(what));
    panel.title = plainText(this.page.title);
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.onDidReceiveMessage((batch: Batch<TablePageMessage>) =>
      batch.messages.forEach((message) => this.receive(message)),
    );
    panel.onDidChangeViewState(() => this.visibilityChanged());
    const title = 'NATS KV';
    webview.html = webviewDocument(webview, {
      dist,
      name: 'table',
      element: 'nats-kv-table',
      title,
    });
  }

  dispose(): void {
    this.isReady = false;
    this.batcher.dispose();
    this.page.dispose();
  }

  /** VS Code throws the page of a hidden panel away; it says `ready` when there is a new one. */
  private visibilityChanged(): void {
    if (!this.panel.visible) {
      this.isReady = false;
      this.batcher.reset();
      // No row has to move for nobody.
      this.page.receive({ kind: 'hold', isHeld: true });
    }
  }

  private receive(message: TablePageMessage): void {
    if (message.kind === 'ready') {
      this.isReady = true;
      this.page.receive({ kind: 'hold', isHeld: false });
      this.send('texts', () => ({ kind: 'texts', texts: tableTexts() }));
      this.changed('state');
      this.changed('rows');
    } else {
      this.page.receive(message);
    }
  }

  private changed(what: 'state' | 'rows'): void {
    this.send(what, () => this.page[what]());
  }

  private send(slot: string, make: () => TableHostMessage): void {
    if (this.isReady) {
      this.batcher.send(slot, make);
    }
  }

  private post(batch: Batch<TableHostMessage>): void {
    this.parts.inBackground('show a table', this.panel.webview.postMessage(batch));
  }
}
