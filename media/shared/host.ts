import { batchMs, type Batch } from '../../src/views/page/batch';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Owns the connection to the extension; sends at most one batch in 100 ms. */
export class Host<HostMessage, PageMessage extends { readonly kind: string }> {
  private readonly api = acquireVsCodeApi();
  private waiting = new Map<string, PageMessage>();
  private timer: number | undefined;
  private lastSent = 0;

  constructor(onMessage: (message: HostMessage) => void) {
    window.addEventListener('message', ({ data }: MessageEvent<Batch<HostMessage>>) =>
      data.messages.forEach(onMessage),
    );
  }

  /** What was kept; whatever an earlier version of the page left. */
  get state(): unknown {
    return this.api.getState();
  }

  /** Keeps what outlives the page's being hidden. */
  keep(state: object): void {
    this.api.setState(state);
  }

  /** Sends a message; one of the same slot that still waits is not sent any more. */
  send(message: PageMessage, slot = `${message.kind} ${this.waiting.size}`): void {
    this.waiting.set(slot, message);
    const wait = Math.max(0, this.lastSent + batchMs - Date.now());
    this.timer ??= window.setTimeout(() => this.flush(), wait);
  }

  private flush(): void {
    this.timer = undefined;
    this.lastSent = Date.now();
    const batch: Batch<PageMessage> = { messages: [...this.waiting.values()] };
    this.waiting = new Map();
    this.api.postMessage(batch);
  }
}
