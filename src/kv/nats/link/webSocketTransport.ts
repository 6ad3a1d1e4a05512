import type { Transport } from './clientConnection';

/** Is told what a WebSocket brings, from its first frame on. */
export interface WebSocketListener {
  /** The bytes are kept, not copied. */
  onFrame(bytes: Uint8Array): void;
  /** It has ended; nothing more comes. */
  onEnd(error: Error | undefined): void;
}

/** What is used of an open WebSocket. */
export interface OpenWebSocket {
  readonly isEncrypted: boolean;
  send(bytes: Uint8Array): void;
  /** Ends it at once. */
  close(): void;
  /** Stops reading for a time; browsers cannot. */
  pause?(): void;
  resume?(): void;
}

/** Opens a WebSocket; rejects with why it cannot be. */
export type WebSocketOpener = (
  listener: WebSocketListener,
  signal: AbortSignal,
) => Promise<OpenWebSocket>;

/** About 1,500 messages of a headers-only listing, which take some ten milliseconds. */
const bytesPerTurn = 256 * 1024;
/** Bytes that wait to be parsed before no more are read. */
const mostWaiting = 1024 * 1024;

/**
 * Owns the frames that one WebSocket has brought; hands them to the client in pieces of 256 KiB, each
 * in a turn of its own, since a server makes frames of many megabytes. Serves any WebSocket: that of
 * Node and that of a browser differ in how they are opened only.
 */
export class WebSocketTransport implements Transport {
  readonly lang: string;
  readonly version: string;
  closeError?: Error;

  private webSocket: OpenWebSocket | undefined;
  private isDone = false;
  private readonly frames: Uint8Array[] = [];
  private waiting = 0;
  private isPaused = false;
  private end: { readonly error: Error | undefined } | undefined;
  private wake = doNothing;
  private readonly givenUp = new AbortController();
  private resolveClosed: (error: Error | undefined) => void = doNothing;
  private readonly whenClosed = new Promise<Error | undefined>(
    (resolve) => (this.resolveClosed = resolve),
  );

  /** `client`: the language and the version that servers show in their list of connections. */
  constructor(
    private readonly open: WebSocketOpener,
    private readonly turn: () => Promise<unknown>,
    client: Pick<Transport, 'lang' | 'version'>,
  ) {
    this.lang = client.lang;
    this.version = client.version;
  }

  get isClosed(): boolean {
    return this.isDone;
  }

  async connect(): Promise<void> {
    const { signal } = this.givenUp;
    const socket = await this.open(
      { onFrame: (bytes) => this.take(bytes), onEnd: (error) => this.ended(error) },
      signal,
    );
    if (signal.aborted) {
      socket.close();
      throw new Error('the dial was given up');
    }
    this.webSocket = socket;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    let read = 0;
    while (!this.isDone) {
      const frame = this.frames.shift();
      if (frame) {
        for (let at = 0; at < frame.length && !this.isDone; at += bytesPerTurn) {
          const piece = frame.length > bytesPerTurn ? frame.subarray(at, at + bytesPerTurn) : frame;
          yield piece;
          read += piece.length;
          if (read >= bytesPerTurn) {
            read = 0;
            await this.turn();
          }
        }
        this.parsed(frame.length);
      } else if (this.end) {
        this.finish(this.end.error);
      } else {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
  }

  isEncrypted(): boolean {
    return this.webSocket?.isEncrypted ?? false;
  }

  send(frame: Uint8Array): void {
    if (!this.isDone) {
      this.webSocket?.send(frame);
    }
  }

  close(error?: Error): Promise<void> {
    this.finish(error);
    return Promise.resolve();
  }

  disconnect(): void {
    this.finish(undefined);
  }

  closed(): Promise<void | Error> {
    return this.whenClosed;
  }

  /** There is nothing to give back. */
  readonly discard = doNothing;

  private take(bytes: Uint8Array): void {
    this.frames.push(bytes);
    this.waiting += bytes.length;
    if (this.waiting > mostWaiting && !this.isPaused) {
      this.isPaused = true;
      this.webSocket?.pause?.();
    }
    this.wake();
  }

  private parsed(bytes: number): void {
    this.waiting -= bytes;
    if (this.isPaused && this.waiting < mostWaiting / 2) {
      this.isPaused = false;
      this.webSocket?.resume?.();
    }
  }

  /** What came before the end is parsed first: it may say why. */
  private ended(error: Error | undefined): void {
    this.end ??= { error };
    this.wake();
  }

  private finish(error: Error | undefined): void {
    this.givenUp.abort();
    this.webSocket?.close();
    // Of a dial that came to nothing the client is told by `connect`.
    if (!this.isDone && this.webSocket) {
      this.isDone = true;
      this.closeError = error;
      this.resolveClosed(error);
    }
    this.wake();
  }
}

function doNothing(): void {
  // Nobody waits.
}
