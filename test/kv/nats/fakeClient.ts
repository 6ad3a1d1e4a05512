import {
  type Msg,
  type MsgHdrs,
  type NatsError,
  type PublishOptions,
  type ServerInfo,
  type Status,
  type Subscription,
  type SubscriptionOptions,
  headers as newHeaders,
} from 'nats';
import type { Client } from '../../../src/kv/nats/wire/channel';

export interface Published {
  readonly subject: string;
  readonly payload: string;
  readonly reply: string;
}

export interface Delivered {
  readonly reply?: string;
  readonly data?: string;
  readonly headers?: MsgHdrs;
}

type Callback = NonNullable<SubscriptionOptions['callback']>;

/** A connection of the client without a server: the test sees what is sent and plays what comes. */
export class FakeClient implements Client {
  readonly published: Published[] = [];
  private readonly subscriptions = new Map<string, Callback>();
  private readonly statuses: Status[] = [];
  private wakeStatus: () => void = () => undefined;
  private finish: (error?: Error) => void = () => undefined;
  private readonly ended = new Promise<void | Error>((resolve) => (this.finish = resolve));
  /** Answers requests by subject with JSON; undefined leaves one without an answer. */
  answer: (subject: string, payload: string) => object | undefined = () => undefined;

  readonly info = {
    server_name: 'fake',
    version: '2.15.1',
    max_payload: 1000,
  } as unknown as ServerInfo;

  getServer(): string {
    return '127.0.0.1:4222';
  }

  closed(): Promise<void | Error> {
    return this.ended;
  }

  close(): Promise<void> {
    this.finish();
    return Promise.resolve();
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  async *status(): AsyncGenerator<Status> {
    for (;;) {
      const status = this.statuses.shift();
      if (status) {
        yield status;
      } else {
        await new Promise<void>((resolve) => (this.wakeStatus = resolve));
      }
    }
  }

  subscribe(subject: string, options: SubscriptionOptions = {}): Subscription {
    if (options.callback) {
      this.subscriptions.set(subject, options.callback);
    }
    const unsubscribe = () => void this.subscriptions.delete(subject);
    return { unsubscribe } as unknown as Subscription;
  }

  publish(subject: string, payload: Uint8Array | string = '', options?: PublishOptions): void {
    const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
    const reply = options?.reply ?? '';
    this.published.push({ subject, payload: text, reply });
    const response = reply === '' ? undefined : this.answer(subject, text);
    if (response) {
      this.deliver(reply, { data: JSON.stringify(response) });
    }
  }

  /** Whether somebody is subscribed to exactly this subject. */
  hasSubscription(subject: string): boolean {
    return this.subscriptions.has(subject);
  }

  /** Plays a message to a subject, to whoever is subscribed. */
  deliver(subject: string, { reply = '', data = '', headers }: Delivered): void {
    const bytes = new TextEncoder().encode(data);
    const message = { subject, reply, data: bytes, headers } as unknown as Msg;
    this.callbackOf(subject)?.(null, message);
  }

  /** Plays a stored message to a consumer's inbox. */
  deliverStored(inbox: string, subject: string, reply: string): void {
    const message = { subject, reply, data: new Uint8Array() } as unknown as Msg;
    this.callbackOf(inbox)?.(null, message);
  }

  refuseSubscription(subject: string, error: NatsError): void {
    this.callbackOf(subject)?.(error, {} as Msg);
  }

  /** Tells a status, such as the denial of a publish. */
  tell(status: Partial<Status>): void {
    this.statuses.push({ type: 'error', data: '', ...status } as Status);
    this.wakeStatus();
  }

  /** Ends the connection, as when the server goes. */
  lose(error?: Error): void {
    this.finish(error);
  }

  private callbackOf(subject: string): Callback | undefined {
    const wildcard = subject.replace(/[^.]+$/, '*');
    return this.subscriptions.get(subject) ?? this.subscriptions.get(wildcard);
  }
}

/** A status message of the server, such as a heartbeat. */
export function statusHeaders(code: number, text: string, fields: Record<string, string> = {}) {
  const headers = newHeaders(code, text);
  Object.entries(fields).forEach(([name, value]) => headers.set(name, value));
  return headers;
}

/** The reply subject of a delivered message. */
export function ack(streamSequence: number, consumerSequence: number, pending = 0): string {
  return `$JS.ACK.KV_b.kv1.1.${streamSequence}.${consumerSequence}.1732300000123456789.${pending}`;
}
