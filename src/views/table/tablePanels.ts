import type * as vscode from 'vscode';
import { panelTypes } from '../../extension/contributions';
import type { Disposable } from '../../kv/base/event';
import { PanelPage } from '../page/panelPage';
import { Panels } from '../page/panels';
import { plainText } from '../shown/plainText';
import { TablePage, type TablePageParts } from './tablePage';
import { placeIn, type TablePlace } from './tablePlace';
import type { TableHostMessage, TablePageMessage } from './tableProtocol';
import { tableTexts } from './tableTexts';

interface TablePanelsParts extends TablePageParts {
  /** Where the bundled page lies. */
  readonly dist: vscode.Uri;
}

/** The tables in the place of editors. */
export function tablePanels(parts: TablePanelsParts): Panels<TablePlace> {
  return new Panels<TablePlace>({
    viewType: panelTypes.table,
    placeOf: placeIn,
    idOf: (place) => JSON.stringify(place),
    fill: (panel, place) => new TablePanel(panel, place, parts),
  });
}

/** Owns one table in its panel; changes only through its page. */
class TablePanel implements Disposable {
  private readonly page: PanelPage<TableHostMessage, TablePageMessage>;
  private readonly table: TablePage;

  constructor(panel: vscode.WebviewPanel, place: TablePlace, parts: TablePanelsParts) {
    const { dist, inBackground } = parts;
    this.page = new PanelPage(panel, {
      ...{ dist, name: 'table', inBackground },
      ready: () => this.ready(),
      receive: (message) => this.table.receive(message),
      visibilityChanged: (isVisible) => {
        if (!isVisible) {
          // No row has to move for nobody.
          this.table.receive({ kind: 'hold', isHeld: true });
        }
      },
    });
    this.table = new TablePage(place, parts, (slot, message) =>
      this.page.send(slot, () => message),
    );
    this.table.onDidChange((what) => this.changed(what));
    panel.title = plainText(this.table.title);
  }

  dispose(): void {
    this.page.dispose();
    this.table.dispose();
  }

  private ready(): void {
    this.table.receive({ kind: 'hold', isHeld: false });
    this.page.send('texts', () => ({ kind: 'texts', texts: tableTexts() }));
    this.changed('state');
    this.changed('rows');
  }

  private changed(what: 'state' | 'rows'): void {
    this.page.send(what, () => this.table[what]());
  }
}
