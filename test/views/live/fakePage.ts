import { EventEmitter, type Uri } from 'vscode';
import type { Batch } from '../../../src/views/page/batch';
import type { ChangeView, HostMessage, PageMessage } from '../../../src/views/live/liveProtocol';

/** A webview view whose page is a test. */
export class FakePage {
  readonly messages: HostMessage[] = [];
  batches = 0;
  visible = true;
  badge: { value: number; tooltip: string } | undefined;
  private readonly visibility = new EventEmitter<void>();
  private readonly received = new EventEmitter<Batch<PageMessage>>();
  readonly onDidChangeVisibility = this.visibility.event;
  readonly onDidDispose = new EventEmitter<void>().event;
  readonly webview = {
    html: '',
    options: {},
    cspSource: 'https://example.test',
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: this.received.event,
    postMessage: (batch: Batch<HostMessage>) => {
      this.batches++;
      this.messages.push(...batch.messages);
      return Promise.resolve(true);
    },
  };

  say(message: PageMessage): void {
    this.received.fire({ messages: [message] });
  }

  show(visible: boolean): void {
    this.visible = visible;
    this.visibility.fire();
  }

  last<Kind extends HostMessage['kind']>(kind: Kind): (HostMessage & { kind: Kind }) | undefined {
    return this.messages.findLast(
      (each): each is HostMessage & { kind: Kind } => each.kind === kind,
    );
  }

  /** The row of every change that was sent since the page looked there. */
  rows(): ChangeView[] {
    return this.messages
      .flatMap((message) => (message.kind === 'rows' ? message.rows : []))
      .filter((row) => row.kind === 'change');
  }
}
