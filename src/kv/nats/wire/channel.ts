import { createInbox, type Msg, type NatsConnection, type Status } from 'nats';
import { KvError, throwIfCancelled } from '../../model/errors';
import type { Disposable } from '../../base/event';
import type { ServerInfo } from '../../model/kvConnection';
import { denied, fromClientError } from './errorMapping';
import { ignore } from '../async/ignore';
import { onAbort } from '../async/onAbort';
import { statusOf } from './headerBlock';
import { forClient, type OutgoingHeaders } from './outgoingHeaders';
import { unquoted } from './unquoted';

export interface RequestOptions {
  readonly timeoutMs: number;
  readonly headers?: OutgoingHeaders;
  readonly signal?: AbortSignal;
}

/** The default of the server, which does not tell its setting. */
const maxControlLine = 4096;
/** `HPUB`, two sizes of up to 8 digits, blanks, and the number of a request. */
const commandLineOverhead = 32 + 12;

/** What is used of the client. */
export type Client = Pick<
  NatsConnection,
  'closed' | 'status' | 'subscribe' | 'publish' | 'info' | 'getServer' | 'flush' | 'close'
>;

/** What is done with the replies to a request. */
interface ReplyListener {
  /** Returns true when no more is to come. Must not throw: that would end the client's read loop. */
  take(message: Msg): boolean;
  fail(error: KvError): void;
}

interface Pending {
  readonly subject: string;
  take(message: Msg): void;
  fail(error: KvError): void;
}

/**
 * Owns one established connection, from its dial to its loss, and the requests in flight on it.
 * Requests do not go through `nc.request`: that neither ends with the connection nor can be
 * aborted, and one undecodable header in a reply stops the client's read loop (wireHeaders.ts).
 */
export class Channel {
  private readonly pending = new Map<string, Pending>();
  private readonly inbox: string;
  private lastToken = 0;
  private failure: KvError | undefined;
  private isOver = false;
  private readonly lossListeners = new Set<(reason: KvError) => void>();
  /**
   * Resolves with the reason when the connection has ended; every later request fails with it. What is
   * awaited more than once hangs on `whenLost`: a promise keeps whoever waits for it.
   */
  readonly lost: Promise<KvError>;

  constructor(
    private readonly connection: Client,
    private readonly inboxPrefix: string | undefined,
  ) {
    this.inbox = createInbox(inboxPrefix);
    this.lost = connection.closed().then((error) => this.tellLoss(this.end(lossOf(error))));
    this.subscribe(`${this.inbox}.*`, {
      onMessage: (message) => this.settleReply(message),
      onError: (error) => this.end(error),
    });
    void this.followErrors(connection.status());
  }

  /** True as soon as the connection is known to have ended. */
  get isLost(): boolean {
    return this.failure?.kind === 'disconnected';
  }

  /** The JetStream domain of the server, where it has both. */
  get domain(): string | undefined {
    const info: { readonly jetstream?: boolean; readonly domain?: string } | undefined =
      this.connection.info;
    return info?.jetstream ? info.domain : undefined;
  }

  /** Whether TLS is in use: the client takes it wherever the server has it. */
  get isEncrypted(): boolean {
    const { tls_required, tls_available } = this.connection.info ?? {};
    return tls_required === true || tls_available === true;
  }

  get server(): ServerInfo | undefined {
    const info = this.connection.info;
    return (
      info && {
        name: info.server_name,
        version: info.version,
        cluster: info.cluster,
        address: this.connection.getServer(),
        maxPayload: info.max_payload,
      }
    );
  }

  /** Tells the reason once when the connection has ended, unless disposed before. */
  whenLost(listener: (reason: KvError) => void): Disposable {
    this.lossListeners.add(listener);
    if (this.isOver) {
      void this.lost.then((reason) => this.lossListeners.delete(listener) && listener(reason));
    }
    return { dispose: () => void this.lossListeners.delete(listener) };
  }

  /** A reply subject that is this channel's alone. */
  newInbox(): string {
    return createInbox(this.inboxPrefix);
  }

  /**
   * Sends one message and resolves with the reply, 'no responders' (status 503) included. Rejects
   * with `timeout`, `denied`, `cancelled`, `tooLarge` or, when the connection ends, `disconnected`.
   */
  request(subject: string, payload: Uint8Array | string, options: RequestOptions): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const take = (reply: Msg) => {
        resolve(reply);
        return true;
      };
      this.exchange(subject, payload, options, { take, fail: reject });
    });
  }

  /**
   * Sends one message and hands every reply to `take`, until that returns true. Rejects like
   * `request`; the timeout starts anew with each reply. `take` must not throw.
   */
  requestMany(
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

  /** Whether a request to this subject is short enough for the server. */
  takes(subject: string): boolean {
    return !commandLineProblem(subject, this.inbox);
  }

  publish(subject: string): void {
    this.send(subject, '', {}, ignore);
  }

  /** Subscribes until disposed or the connection ends. Never throws; nor may the listeners. */
  subscribe(
    subject: string,
    listeners: { onMessage(message: Msg): void; onError(error: KvError): void },
  ): Disposable {
    try {
      const subscription = this.connection.subscribe(subject, {
        callback: (error, message) =>
          error ? listeners.onError(fromClientError(error)) : listeners.onMessage(message),
      });
      return { dispose: () => subscription.unsubscribe() };
    } catch (error) {
      listeners.onError(fromClientError(error));
      return { dispose: ignore };
    }
  }

  /** Resolves when the server has taken in all that was sent so far. */
  async flush(timeoutMs: number): Promise<void> {
    const outcome = await new Promise<KvError | void>((resolve) => {
      const timer = setTimeout(() => resolve(timeoutAfter(timeoutMs)), timeoutMs);
      const settle = (failure?: KvError) => {
        clearTimeout(timer);
        loss.dispose();
        resolve(failure);
      };
      const loss = this.whenLost(settle);
      this.connection.flush().then(
        () => settle(),
        (error) => settle(fromClientError(error)),
      );
    });
    if (outcome) {
      throw outcome;
    }
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private exchange(
    subject: string,
    payload: Uint8Array | string,
    { timeoutMs, headers, signal }: RequestOptions,
    listener: ReplyListener,
  ): void {
    throwIfCancelled(signal);
    const token = String(++this.lastToken);
    const end = () => {
      clearTimeout(timer);
      abortion.dispose();
      this.pending.delete(token);
    };
    const fail = (error: KvError) => {
      end();
      listener.fail(error);
    };
    const take = (message: Msg) => (listener.take(message) ? end() : void timer.refresh());
    const timer = setTimeout(() => fail(timeoutAfter(timeoutMs)), timeoutMs);
    const abortion = onAbort(signal, () => fail(cancelled()));
    this.pending.set(token, { subject, take, fail });
    this.send(subject, payload, { reply: `${this.inbox}.${token}`, headers }, fail);
  }

  private send(
    subject: string,
    payload: Uint8Array | string,
    { reply, headers }: { reply?: string; headers?: OutgoingHeaders },
    onError: (error: KvError) => void,
  ): void {
    const failure = this.failure ?? commandLineProblem(subject, reply && this.inbox);
    if (failure) {
      onError(failure);
      return;
    }
    try {
      this.connection.publish(subject, payload, { reply, headers: forClient(headers) });
    } catch (error) {
      onError(fromClientError(error));
    }
  }

  private settleReply(message: Msg): void {
    const token = message.subject.slice(this.inbox.length + 1);
    this.pending.get(token)?.take(message);
  }

  /** A refused publish has no reply: the server tells it on the connection, naming the subject. */
  private async followErrors(statuses: AsyncIterable<Status>): Promise<void> {
    for await (const { permissionContext } of statuses) {
      if (permissionContext?.operation === 'publish') {
        const subject = unquoted(permissionContext.subject);
        this.settleAll(denied('publish', subject), subject);
      }
    }
  }

  private end(reason: KvError): KvError {
    this.failure ??= reason;
    this.settleAll(this.failure);
    return this.failure;
  }

  private tellLoss(reason: KvError): KvError {
    this.isOver = true;
    const listeners = [...this.lossListeners];
    this.lossListeners.clear();
    listeners.forEach((listener) => listener(reason));
    return reason;
  }

  private settleAll(error: KvError, subject?: string): void {
    [...this.pending.values()]
      .filter((request) => subject === undefined || request.subject === subject)
      .forEach((request) => request.fail(error));
  }
}

/** The server closes the connection over a command longer than its `max_control_line`. */
function commandLineProblem(subject: string, inbox = ''): KvError | undefined {
  const length = Buffer.byteLength(subject) + Buffer.byteLength(inbox) + commandLineOverhead;
  return length <= maxControlLine
    ? undefined
    : new KvError('tooLarge', `the key is too long: with its bucket it takes ${length} bytes`);
}

/** True for the reply that the server gives when nobody listens to the subject. */
export function isNoResponders(message: Msg): boolean {
  return message.data.length === 0 && statusOf(message) === 503;
}

function lossOf(error: void | Error): KvError {
  return new KvError('disconnected', 'the connection to the server was lost', {
    cause: error ?? undefined,
  });
}

function cancelled(): KvError {
  return new KvError('cancelled', 'the operation was cancelled');
}

function timeoutAfter(milliseconds: number): KvError {
  return new KvError('timeout', `the server did not answer within ${milliseconds} ms`);
}
