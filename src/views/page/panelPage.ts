import type * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import type { Disposable } from '../../kv/base/event';
import type { Batch } from './batch';
import { MessageBatcher } from './messageBatcher';
import { webviewDocument } from './webviewDocument';

/** What every page says once it is there. */
interface Ready {
  readonly kind: 'ready';
}

export interface PanelPageParts<Guest extends { readonly kind: string }> {
  /** Where the bundled page lies. */
  readonly dist: vscode.Uri;
  /** `<name>.js` and `<name>.css` there, which define the element `nats-kv-<name>`. */
  readonly name: string;
  readonly inBackground: Background;
  /** There is a page that knows nothing yet. */
  readonly ready: () => void;
  readonly receive: (message: Exclude<Guest, Ready>) => void;
  readonly visibilityChanged: (isVisible: boolean) => void;
}

/** Owns the page in one panel; changes only through what that says. While nobody sees it, nothing is sent. */
export class PanelPage<Host, Guest extends { readonly kind: string }> implements Disposable {
  private readonly batcher: MessageBatcher<Host>;
  private isReady = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly parts: PanelPageParts<Guest>,
  ) {
    const { webview } = panel;
    const { dist, name } = parts;
    this.batcher = new MessageBatcher((batch) => this.post(batch), Date.now);
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.onDidReceiveMessage((batch: Batch<Guest | Ready>) =>
      batch.messages.forEach((message) => this.receive(message)),
    );
    panel.onDidChangeViewState(() => this.visibilityChanged());
    const element = `nats-kv-${name}`;
    webview.html = webviewDocument(webview, { dist, name, element, title: 'NATS KV' });
  }

  /** Sends what `make` gives when its turn has come, see `MessageBatcher`. */
  send(slot: string, make: () => Host): void {
    if (this.isReady) {
      this.batcher.send(slot, make);
    }
  }

  dispose(): void {
    this.isReady = false;
    this.batcher.dispose();
  }

  /** VS Code throws the page of a hidden panel away; it says `ready` when there is a new one. */
  private visibilityChanged(): void {
    const { visible } = this.panel;
    if (!visible) {
      this.isReady = false;
      this.batcher.reset();
    }
    this.parts.visibilityChanged(visible);
  }

  private receive(message: Guest | Ready): void {
    if (message.kind === 'ready') {
      this.isReady = true;
      this.batcher.reset();
      this.parts.ready();
    } else {
      this.parts.receive(message as Exclude<Guest, Ready>);
    }
  }

  private post(batch: Batch<Host>): PromiseLike<unknown> {
    const posted = this.panel.webview.postMessage(batch);
    this.parts.inBackground('show a page', posted);
    return posted;
  }
}
