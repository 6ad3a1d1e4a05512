import {
  batchMs,
  type Batch,
  type HostMessage,
  type PageMessage,
} from '../../src/views/live/liveProtocol';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What of the page outlives its being hidden. */
export interface PageState {
  readonly showsMore: boolean;
}

/** Owns the connection to the extension; sends at most one batch in 100 ms. */
export class Host {
  private readonly api = acquireVsCodeApi();
  private waiting = new Map<string, PageMessage>();
  private timer: number | undefined;
  private lastSent = 0;

  constructor(onMessage: (message: HostMessage) => void) {
    window.addEventListener('message', ({ data }: MessageEvent<Batch<HostMessage>>) =>
      data.messages.forEach(onMessage),
    );
  }

  get state(): PageState {
    const kept = this.api.getState() as Partial<PageState> | undefined;
    return { showsMore: kept?.showsMore === true };
  }

  keep(state: PageState): void {
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
