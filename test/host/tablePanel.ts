import * as vscode from 'vscode';
import type { Batch } from '../../src/views/page/batch';
import type {
  RowsMessage,
  TableHostMessage,
  TablePageMessage,
} from '../../src/views/table/tableProtocol';
import { eventually } from '../support/poll';

/** The panel of a table whose page is a test: what it is told, and what it says. */
export class TablePanel {
  readonly told: TableHostMessage[] = [];
  private readonly said = new vscode.EventEmitter<Batch<TablePageMessage>>();
  private readonly closed = new vscode.EventEmitter<void>();
  title = '';
  readonly visible = true;
  readonly webview = {
    html: '',
    options: {},
    cspSource: '',
    asWebviewUri: (uri: vscode.Uri) => uri,
    onDidReceiveMessage: this.said.event,
    postMessage: ({ messages }: Batch<TableHostMessage>) => {
      this.told.push(...messages);
      return Promise.resolve(true);
    },
  };
  readonly onDidDispose = this.closed.event;
  readonly onDidChangeViewState = new vscode.EventEmitter<void>().event;

  /** Runs what opens a table, and gives its panel. */
  static async open(run: () => Thenable<unknown>): Promise<TablePanel> {
    const panel = new TablePanel();
    const { window } = vscode;
    const create = window.createWebviewPanel;
    Object.assign(window, { createWebviewPanel: () => panel });
    try {
      await run();
    } finally {
      Object.assign(window, { createWebviewPanel: create });
    }
    panel.say({ kind: 'ready' });
    return panel;
  }

  say(message: TablePageMessage): void {
    this.said.fire({ messages: [message] });
  }

  reveal(): void {
    // It is seen all the time.
  }

  dispose(): void {
    this.closed.fire();
  }

  last<Kind extends TableHostMessage['kind']>(kind: Kind): TableHostMessage & { kind: Kind } {
    const found = this.told.findLast(
      (each): each is TableHostMessage & { kind: Kind } => each.kind === kind,
    );
    if (!found) {
      throw new Error(`nothing of the kind ${kind} was told`);
    }
    return found;
  }

  /** The rows once these keys are there with their values. */
  rows(...keys: readonly string[]): Promise<RowsMessage> {
    return eventually(() => {
      const rows = this.last('rows');
      const shown = rows.rows.map(({ key }) => key).join(' ');
      if (shown !== keys.join(' ') || rows.rows.some(({ isLoading }) => isLoading)) {
        throw new Error(`there are: ${shown}`);
      }
      return rows;
    });
  }
}
