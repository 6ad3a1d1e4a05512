import { createInbox, DebugEvents, type Msg, type NatsConnection, type Status } from 'nats';
import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import { type Disposable, Emitter } from '../../base/event';
import type { ServerInfo } from '../../model/kvConnection';
import { denied, fromClientError } from './errorMapping';
import { statusOf } from './headerBlock';
import { ignore } from '../../base/ignore';
import { forClient, type OutgoingHeaders } from './outgoingHeaders';
import { type RequestOptions, Requests, timeoutAfter } from './requests';
import type { ServerIntroduction } from './serverIntroduction';
import { Silence } from './silence';
import { unquoted } from './unquoted';

/** The default of the server, which does not tell its setting. */
const maxControlLine = 4096;
/** `HPUB`, two sizes of up to 8 digits, blanks, and the number of a request. */
const commandLineOverhead = 32 + 12;

/** What is used of the client. */
export type Client = Pick<
  NatsConnection,
  'closed' | 'status' | 'subscribe' | 'publish' | 'info' | 'getServer' | 'flush' | 'close'
>;

/** How long the client's own ping may be under way before the next; it gives up at the third. */
export const pingIntervalMs = 10_000;

/**
 * Owns one established connection, from its dial to its loss, what is known of the server at its other
 * end, and the requests in flight on it.
 */
export class Channel {
  private readonly requests: Requests;
  private readonly silence: Silence;
  private readonly changed = new Emitter<void>();
  private ended: KvError | undefined;
  private lose: (reason: KvError) => void = ignore;
  private readonly inbox: string;
  private readonly lossListeners = new Set<(reason: KvError) => void>();
  /** Whether anything came for a consumer: then what the server delivers arrives. */
  delivers = false;
  /**
   * Resolves with the reason when the connection has ended; every later request fails with it. What is
   * awaited more than once hangs on `whenLost`: a promise keeps whoever waits for it.
   */
  readonly lost: Promise<KvError>;
  /** What `server` or `silentSince` tells has changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly connection: Client,
    private readonly inboxPrefix: string | undefined,
    /** Whether TLS is in use below what the server knows of, as in `wss`. */
    private readonly isOverTls = false,
  ) {
    this.lost = new Promise((resolve) => (this.lose = resolve));
    this.silence = new Silence({
      ping: () => connection.flush(),
      giveUp: () => this.breakOff(new KvError('disconnected', t('the server stopped answering'))),
    });
    this.silence.onDidChange(() => this.changed.fire());
    void connection.closed().then((error) => this.end(lossOf(error), error));
    this.inbox = createInbox(inboxPrefix);
    this.requests = new Requests(this, this.inbox);
    void this.followStatus(connection.status());
  }

  /** True as soon as the connection is known to have ended. */
  get isLost(): boolean {
    return this.ended !== undefined;
  }

  /** Why the connection has ended. */
  get failure(): KvError | undefined {
    return this.ended;
  }

  /** Since when the server does not answer, in milliseconds since the epoch; undefined while it does. */
  get silentSince(): number | undefined {
    return this.silence.current;
  }

  /** The JetStream domain of the server, where it has both. */
  get domain(): string | undefined {
    return this.introduction?.jetstream ? this.introduction.domain : undefined;
  }

  /** Whether TLS is in use: the client takes it wherever the server has it. */
  get isEncrypted(): boolean {
    const { tls_required, tls_available } = this.introduction ?? {};
    return this.isOverTls || tls_required === true || tls_available === true;
  }

  /** As the server told it last. */
  get server(): ServerInfo | undefined {
    const info = this.introduction;
    return (
      info && {
        name: info.server_name ?? info.server_id ?? '',
        version: info.version,
        cluster: info.cluster,
        address: this.connection.getServer(),
        maxPayload: info.max_payload,
      }
    );
  }

  private get introduction(): ServerIntroduction | undefined {
    return this.connection.info;
  }

  /** Bytes have come from the server. */
  heard(): void {
    this.silence.heard();
  }

  /** Something is overdue since then: the server counts as silent unless it proves otherwise. */
  suspect(since: number): void {
    if (!this.ended) {
      this.silence.suspect(since);
    }
  }

  /** The server has introduced itself anew. */
  introducedAnew(): void {
    this.changed.fire();
  }

  /** Ends the connection at once, whatever the other end thinks of it. */
  breakOff(reason: KvError): void {
    this.end(reason);
    // Whether it closes in good order no longer matters.
    this.connection.close().catch(ignore);
  }

  /** Tells the reason once when the connection has ended, unless disposed before. */
  whenLost(listener: (reason: KvError) => void): Disposable {
    this.lossListeners.add(listener);
    if (this.ended) {
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
    return this.requests.one(subject, payload, options);
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
    return this.requests.many(subject, payload, options, take);
  }

  /** Whether a request to this subject is short enough for the server. */
  takes(subject: string): boolean {
    return !commandLineProblem(subject, this.inbox);
  }

  publish(subject: string): void {
    this.send(subject, '', {}, ignore);
  }

  /** Sends one message, which may come to nothing unseen. */
  send(
    subject: string,
    payload: Uint8Array | string,
    { reply, headers }: { reply?: string; headers?: OutgoingHeaders | undefined },
    onError: (error: KvError) => void,
  ): void {
    const failure = this.ended ?? commandLineProblem(subject, reply && this.inbox);
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
    const sentAt = Date.now();
    const outcome = await new Promise<KvError | void>((resolve) => {
      const settle = (failure?: KvError) => {
        clearTimeout(timer);
        loss.dispose();
        resolve(failure);
      };
      const expire = () => {
        this.suspect(sentAt);
        settle(timeoutAfter(timeoutMs));
      };
      const timer = setTimeout(expire, timeoutMs);
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

  /** A refused publish has no reply: the server tells it on the connection, naming the subject. */
  private async followStatus(statuses: AsyncIterable<Status>): Promise<void> {
    for await (const { type, data, permissionContext } of statuses) {
      if (permissionContext?.operation === 'publish') {
        const subject = unquoted(permissionContext.subject);
        this.requests.fail(denied('publish', subject), subject);
      }
      // The client's own pings: the second is sent when the first had a whole interval for its answer.
      if (type === DebugEvents.PingTimer && Number(data) > 1) {
        this.suspect(Date.now() - pingIntervalMs);
      }
    }
  }

  private end(reason: KvError, cause?: void | Error): void {
    this.ended ??= reason;
    this.silence.dispose();
    this.changed.dispose();
    if (cause && /maximum payload/i.test(cause.message)) {
      // The server's limit was lowered, which it does not tell: this one it has certainly not taken.
      this.requests.failLargest(new KvError('tooLarge', nowTooLarge(), { cause }));
    }
    const { ended } = this;
    this.requests.fail(ended);
    this.lose(ended);
    const listeners = [...this.lossListeners];
    this.lossListeners.clear();
    listeners.forEach((listener) => listener(ended));
  }
}

/** The server closes the connection over a command longer than its `max_control_line`. */
function commandLineProblem(subject: string, inbox = ''): KvError | undefined {
  const length = Buffer.byteLength(subject) + Buffer.byteLength(inbox) + commandLineOverhead;
  return length <= maxControlLine
    ? undefined
    : new KvError('tooLarge', t('the key is too long: with its bucket it takes {0} bytes', length));
}

const nowTooLarge = () =>
  t('the server takes no message of this size any more: its limit was lowered');

/** True for the reply that the server gives when nobody listens to the subject. */
export function isNoResponders(message: Msg): boolean {
  return message.data.length === 0 && statusOf(message) === 503;
}

function lossOf(error: void | Error): KvError {
  return new KvError('disconnected', t('the connection to the server was lost'), {
    cause: error ?? undefined,
  });
}
