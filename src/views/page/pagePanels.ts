import * as vscode from 'vscode';
import type { Disposable, Event } from '../../kv/base/event';
import type { Background } from '../../kv/base/background';
import { plainText } from '../shown/plainText';
import type { Batch } from './batch';
import { MessageBatcher } from './messageBatcher';
import type { PageGuestMessage, PageHostMessage, PageView } from './pageProtocol';
import { webviewDocument } from './webviewDocument';

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

/** One kind of page, of which there may be one for each place. */
export interface PageKind<Place extends object> {
  readonly viewType: string;
  /** The place that was kept over a reload of the window; undefined for what is not understood. */
  placeOf(kept: unknown): Place | undefined;
  idOf(place: Place): string;
  open(place: Place): PageModel;
}

interface PagesParts<Place extends object> {
  readonly kind: PageKind<Place>;
  /** Where the bundled page lies. */
  readonly dist: vscode.Uri;
  readonly inBackground: Background;
}

/** Owns the open pages of one kind; changes only through `show`, VS Code's restoring, and closing. */
export class PagePanels<Place extends object> implements vscode.WebviewPanelSerializer, Disposable {
  private readonly pages = new Map<string, Page>();
  private readonly registration: vscode.Disposable;

  constructor(private readonly parts: PagesParts<Place>) {
    const { viewType } = parts.kind;
    this.registration = vscode.window.registerWebviewPanelSerializer(viewType, this);
  }

  /** Brings the page of a place to the front, opening it where it is not open. */
  show(place: Place): void {
    const { kind } = this.parts;
    const open = this.pages.get(kind.idOf(place));
    if (open) {
      open.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(kind.viewType, '', vscode.ViewColumn.Active, {});
    this.adopt(panel, place);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const place = this.parts.kind.placeOf(kept);
    const isOpen = place && this.pages.has(this.parts.kind.idOf(place));
    if (place && !isOpen) {
      this.adopt(panel, place);
    } else {
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.registration.dispose();
    this.pages.forEach((page) => page.dispose());
    this.pages.clear();
  }

  private adopt(panel: vscode.WebviewPanel, place: Place): void {
    const { kind, dist, inBackground } = this.parts;
    const id = kind.idOf(place);
    const page = new Page(panel, kind.open(place), { dist, place, inBackground });
    this.pages.set(id, page);
    panel.onDidDispose(() => {
      page.dispose();
      if (this.pages.get(id) === page) {
        this.pages.delete(id);
      }
    });
  }
}

/** Owns one page; changes only through its model. While nobody sees it, it sends nothing. */
class Page implements Disposable {
  private readonly batcher: MessageBatcher<PageHostMessage>;
  private readonly subscription: Disposable;
  private isReady = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly model: PageModel,
    private readonly parts: {
      readonly dist: vscode.Uri;
      readonly place: object;
      readonly inBackground: Background;
    },
  ) {
    const { webview } = panel;
    const { dist } = parts;
    this.batcher = new MessageBatcher((batch) => this.post(batch), Date.now);
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.onDidReceiveMessage((batch: Batch<PageGuestMessage>) =>
      batch.messages.forEach((message) => this.receive(message)),
    );
    panel.onDidChangeViewState(() => this.visibilityChanged());
    const title = 'NATS KV';
    webview.html = webviewDocument(webview, { dist, name: 'page', element: 'nats-kv-page', title });
    this.subscription = model.onDidChange(() => this.changed());
    this.changed();
    model.setVisible(panel.visible);
  }

  dispose(): void {
    this.isReady = false;
    this.subscription.dispose();
    this.batcher.dispose();
    this.model.dispose();
  }

  /** VS Code throws the page of a hidden panel away; it says `ready` when there is a new one. */
  private visibilityChanged(): void {
    if (!this.panel.visible) {
      this.isReady = false;
      this.batcher.reset();
    }
    this.model.setVisible(this.panel.visible);
  }

  private changed(): void {
    const title = plainText(this.model.tabTitle);
    if (this.panel.title !== title) {
      this.panel.title = title;
    }
    if (this.isReady) {
      const { place } = this.parts;
      this.batcher.send('page', () => ({ kind: 'page', page: this.model.view(), keep: place }));
    }
  }

  private receive(message: PageGuestMessage): void {
    if (message.kind === 'ready') {
      this.isReady = true;
      this.changed();
    } else {
      this.model.act(message.id, message.value);
    }
  }

  private post(batch: Batch<PageHostMessage>): void {
    this.parts.inBackground('show a page', this.panel.webview.postMessage(batch));
  }
}
