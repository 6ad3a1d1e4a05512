import * as vscode from 'vscode';
import type { Disposable } from '../../kv/base/event';

/** One kind of panel in the place of editors, of which there may be one for each place. */
export interface PanelKind<Place extends object> {
  readonly viewType: string;
  /** The place that was kept over a reload of the window; undefined for what is not understood. */
  placeOf(kept: unknown): Place | undefined;
  idOf(place: Place): string;
  /** Fills a panel; what comes of it is disposed with the panel. */
  fill(panel: vscode.WebviewPanel, place: Place): Disposable;
}

interface OpenPanel extends Disposable {
  readonly panel: vscode.WebviewPanel;
}

/** Owns the open panels of one kind; changes only through `show`, VS Code's restoring, and closing. */
export class Panels<Place extends object> implements vscode.WebviewPanelSerializer, Disposable {
  private readonly open = new Map<string, OpenPanel>();

  constructor(private readonly kind: PanelKind<Place>) {}

  /** Brings the panel of a place to the front, opening it where it is not open. */
  show(place: Place): void {
    const { viewType } = this.kind;
    const open = this.open.get(this.kind.idOf(place));
    if (open) {
      open.panel.reveal();
      return;
    }
    this.adopt(vscode.window.createWebviewPanel(viewType, '', vscode.ViewColumn.Active, {}), place);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const place = this.kind.placeOf(kept);
    if (place && !this.open.has(this.kind.idOf(place))) {
      this.adopt(panel, place);
    } else {
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.open.forEach((each) => each.dispose());
    this.open.clear();
  }

  private adopt(panel: vscode.WebviewPanel, place: Place): void {
    const id = this.kind.idOf(place);
    const filled = this.kind.fill(panel, place);
    const opened = { panel, dispose: () => filled.dispose() };
    this.open.set(id, opened);
    panel.onDidDispose(() => {
      filled.dispose();
      if (this.open.get(id) === opened) {
        this.open.delete(id);
      }
    });
  }
}
