import type { Msg } from 'nats';
import { t } from '../../base/l10n';
import { KvError, throwIfCancelled } from '../../model/errors';
import type { Disposable } from '../../base/event';
import { fromClientError } from './errorMapping';
import { onAbort } from '../../base/onAbort';
import { PendingRequests } from './pendingRequests';
import type { OutgoingHeaders } from './outgoingHeaders';

export interface RequestOptions {
  readonly timeoutMs: number;
  readonly headers?: OutgoingHeaders;
  readonly signal?: AbortSignal;
}

/** What requests need of the connection that they go over. */
export interface Wire {
  /** Why nothing can be sent any more. */
  readonly failure: KvError | undefined;
  subscribe(
    subject: string,
    listeners: { onMessage(message: Msg): void; onError(error: KvError): void },
  ): Disposable;
  send(
    subject: string,
    payload: Uint8Array | string,
    options: { reply: string; headers: OutgoingHeaders | undefined },
    onError: (error: KvError) => void,
  ): void;
  flush(timeoutMs: number): Promise<void>;
  /** Something is overdue since then. */
  suspect(since: number): void;
}

/** What is done with the replies to a request. */
interface ReplyListener {
  /** Returns true when no more is to come. Must not throw: that would end the client's read loop. */
  take(message: Msg): boolean;
  fail(error: KvError): void;
}

/**
 * Owns the requests in flight on one connection and the inbox that their replies come to. Requests do
 * not go through `nc.request`: that neither ends with the connection nor can be aborted, and one
 * undecodable header in a reply stops the client's read loop.
 */
export class Requests {
  private readonly pending = new PendingRequests();
  /** Why no reply can be received: the user may not listen to the inbox. */
  private deafness: KvError | undefined;
  private hearing: Promise<KvError | undefined> | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly inbox: string,
  ) {
    this.listen();
  }

  /** Sends one message and resolves with the reply. */
  one(subject: string, payload: Uint8Array | string, options: RequestOptions): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const take = (reply: Msg) => {
        resolve(reply);
        return true;
      };
      this.exchange(subject, payload, options, { take, fail: reject });
    });
  }

  /** Sends one message and hands every reply to `take`, until that returns true. */
  many(
    subject: string,
    payload: Uint8Array | string,
    options: RequestOptions,
    take: (message: Msg) => boolean,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const takeAll = (reply: Msg) => {
        const isLast = take(reply);
        if (isLast) {
          resolve();
        }
        return isLast;
      };
      this.exchange(subject, payload, options, { take: takeAll, fail: reject });
    });
  }

  /** Fails the requests to a subject, or all of them. */
  fail(error: KvError, subject?: string): void {
    this.pending.fail(error, subject);
  }

  /** Fails the largest of all. */
  failLargest(error: KvError): void {
    this.pending.failLargest(error);
  }

  private exchange(
    subject: string,
    payload: Uint8Array | string,
    options: RequestOptions,
    listener: ReplyListener,
  ): void {
    throwIfCancelled(options.signal);
    if ((this.deafness || this.hearing) && !this.wire.failure) {
      const { signal, timeoutMs } = options;
      const send = (refusal: KvError | undefined) =>
        refusal || signal?.aborted
          ? listener.fail(refusal ?? cancelled())
          : this.send(subject, payload, options, listener);
      void this.hearAgain(timeoutMs).then(send);
    } else {
      this.send(subject, payload, options, listener);
    }
  }

  private send(
    subject: string,
    payload: Uint8Array | string,
    { timeoutMs, headers, signal }: RequestOptions,
    listener: ReplyListener,
  ): void {
    const sentAt = Date.now();
    const end = () => {
      clearTimeout(timer);
      abortion.dispose();
      this.pending.remove(token);
    };
    const fail = (error: KvError) => {
      end();
      listener.fail(error);
    };
    const take = (message: Msg) => (listener.take(message) ? end() : void timer.refresh());
    const expire = () => {
      this.wire.suspect(sentAt);
      fail(timeoutAfter(timeoutMs));
    };
    const timer = setTimeout(expire, timeoutMs);
    const abortion = onAbort(signal, () => fail(cancelled()));
    const token = this.pending.add({ subject, size: () => sizeOf(payload, headers), take, fail });
    this.wire.send(subject, payload, { reply: `${this.inbox}.${token}`, headers }, fail);
  }

  private listen(): void {
    this.wire.subscribe(`${this.inbox}.*`, {
      onMessage: (message) => {
        this.pending.answer(message.subject.slice(this.inbox.length + 1), message);
      },
      onError: (error) => {
        this.deafness = error;
        this.pending.fail(error);
      },
    });
  }

  /**
   * Tries whether the user may listen to the inbox by now: rights that were taken can be given back on
   * a connection that goes on. Resolves with the refusal; all who ask meanwhile share the outcome.
   */
  private hearAgain(timeoutMs: number): Promise<KvError | undefined> {
    const attempt = async (): Promise<KvError | undefined> => {
      this.deafness = undefined;
      this.listen();
      // The server refuses a subscription before it answers what was sent after it.
      const failure = await this.wire.flush(timeoutMs).then(() => undefined, fromClientError);
      this.deafness ??= failure;
      this.hearing = undefined;
      return this.wire.failure ?? this.deafness;
    };
    return (this.hearing ??= attempt());
  }
}

function sizeOf(payload: Uint8Array | string, headers: OutgoingHeaders | undefined): number {
  const size = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  return headers ? size + headers.size : size;
}

export function timeoutAfter(milliseconds: number): KvError {
  return new KvError('timeout', t('the server did not answer within {0} ms', milliseconds));
}

function cancelled(): KvError {
  return new KvError('cancelled', t('the operation was cancelled'));
}
