import type * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import type { Disposable, Event } from '../../kv/base/event';
import { plainText } from '../shown/plainText';
import type { PageGuestMessage, PageHostMessage, PageView } from './pageProtocol';
import { PanelPage } from './panelPage';
import { Panels, type PanelKind } from './panels';

/** What a page is about; told anew, as a whole, whenever something of it has changed. */
export interface PageModel extends Disposable {
  readonly onDidChange: Event<void>;
  /** What the tab is called. */
  readonly tabTitle: string;
  view(): PageView;
  act(id: string, value: string | undefined): void;
  /** Whether somebody can see it. */
  setVisible(isVisible: boolean): void;
}

/** One kind of page. */
export interface PageKind<Place extends object> extends Omit<PanelKind<Place>, 'fill'> {
  open(place: Place): PageModel;
}

interface PagesParts<Place extends object> {
  readonly kind: PageKind<Place>;
  /** Where the bundled page lies. */
  readonly dist: vscode.Uri;
  readonly inBackground: Background;
}

/** The pages of one kind in the place of editors. */
export function pagePanels<Place extends object>(parts: PagesParts<Place>): Panels<Place> {
  const { kind } = parts;
  return new Panels<Place>({
    viewType: kind.viewType,
    placeOf: (kept) => kind.placeOf(kept),
    idOf: (place) => kind.idOf(place),
    fill: (panel, place) => new Page(panel, place, kind.open(place), parts),
  });
}

/** Owns one page; changes only through its model. */
class Page implements Disposable {
  private readonly page: PanelPage<PageHostMessage, PageGuestMessage>;
  private readonly subscription: Disposable;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly place: object,
    private readonly model: PageModel,
    { dist, inBackground }: Pick<PagesParts<object>, 'dist' | 'inBackground'>,
  ) {
    this.page = new PanelPage(panel, {
      ...{ dist, name: 'page', inBackground },
      ready: () => this.changed(),
      receive: ({ id, value }) => model.act(id, value),
      visibilityChanged: (isVisible) => model.setVisible(isVisible),
    });
    this.subscription = model.onDidChange(() => this.changed());
    this.changed();
    model.setVisible(panel.visible);
  }

  dispose(): void {
    this.subscription.dispose();
    this.page.dispose();
    this.model.dispose();
  }

  private changed(): void {
    const title = plainText(this.model.tabTitle);
    if (this.panel.title !== title) {
      this.panel.title = title;
    }
    this.page.send('page', () => ({ kind: 'page', page: this.model.view(), keep: this.place }));
  }
}
