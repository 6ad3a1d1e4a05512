import { randomBytes } from 'node:crypto';
import { KvError } from '../errors';
import type { Channel } from './channel';
import { ignore } from './ignore';
import type { JetStreamApi } from './jetStreamApi';
import type { Link } from './link';
import { type ConsumerListener, OrderedConsumer } from './orderedConsumer';

/** Where a consumer starts. */
export type DeliverPolicy =
  | { readonly deliver_policy: 'last_per_subject' }
  | { readonly deliver_policy: 'by_start_sequence'; readonly opt_start_seq: number };

export interface ConsumerRequest {
  readonly bucket: string;
  readonly stream: string;
  readonly filter: string;
  readonly start: DeliverPolicy;
  readonly heartbeatMs: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A consumer that exists on the server, as long as it has not ended. */
export interface OpenConsumer {
  readonly consumer: OrderedConsumer;
  /** Messages that it will deliver before it waits for new ones. */
  readonly total: number;
  /** Messages that it has yet to deliver, or that are on their way, as the server tells now. */
  remaining(): Promise<number>;
}

interface ConsumerInfo {
  readonly num_pending: number;
  readonly delivered: { readonly consumer_seq: number };
}

const nanoseconds = 1e6;
/** How long the server keeps a consumer that nobody listens to: only for when deleting it failed. */
const inactiveThresholdMs = 30_000;
const closeTimeoutMs = 1000;

/**
 * Creates ordered consumers and deletes them from the server when they end; those that were lost
 * with the connection are deleted on the next one.
 */
export class Consumers {
  private readonly open = new Set<OrderedConsumer>();
  private readonly orphans = new Map<string, string>();
  private readonly deletions = new Set<Promise<unknown>>();

  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
  ) {
    link.state.onDidChange(({ kind }) => {
      if (kind === 'connected') {
        this.deleteOrphans();
      }
    });
  }

  /**
   * Creates a consumer. The request's subject names its filter, so that an account that may read
   * only part of a bucket is let through (server 2.9).
   */
  async create(
    channel: Channel,
    request: ConsumerRequest,
    listener: ConsumerListener,
  ): Promise<OpenConsumer> {
    const name = `kv${randomBytes(9).toString('hex')}`;
    const { bucket, stream, filter, timeoutMs, signal } = request;
    const consumer = new OrderedConsumer(channel, listener);
    this.track(consumer, stream, name);
    try {
      const info = await this.api.call<ConsumerInfo>(
        channel,
        `CONSUMER.CREATE.${stream}.${name}.${filter}`,
        createBody(name, consumer.inbox, request),
        {
          bucket,
          ...(timeoutMs !== undefined && { timeoutMs }),
          ...(signal && { signal }),
        },
      );
      consumer.expectHeartbeats(request.heartbeatMs);
      return {
        consumer,
        total: (info.num_pending ?? 0) + (info.delivered?.consumer_seq ?? 0),
        remaining: () => this.remaining(channel, `${stream}.${name}`, consumer),
      };
    } catch (error) {
      consumer.dispose();
      throw error;
    }
  }

  /** Ends every consumer and waits, not for long, until the server has deleted them. */
  async close(): Promise<void> {
    this.open.forEach((consumer) => consumer.dispose());
    await Promise.resolve();
    await Promise.allSettled(this.deletions);
  }

  private track(consumer: OrderedConsumer, stream: string, name: string): void {
    this.open.add(consumer);
    void consumer.ended.then((end) => {
      this.open.delete(consumer);
      this.orphans.set(name, stream);
      if (end.kind === 'disposed' || end.error.kind !== 'disconnected') {
        this.deleteOrphans();
      }
    });
  }

  private deleteOrphans(): void {
    if (this.link.state.current.kind !== 'connected') {
      return;
    }
    const channel = this.link.current;
    for (const [name, stream] of this.orphans) {
      this.orphans.delete(name);
      // It may be gone already, and the server removes it by itself when nobody listens.
      const deletion = this.api
        .call(channel, `CONSUMER.DELETE.${stream}.${name}`, undefined, {
          timeoutMs: closeTimeoutMs,
        })
        .catch(ignore);
      this.deletions.add(deletion);
      void deletion.then(() => this.deletions.delete(deletion));
    }
  }

  private async remaining(
    channel: Channel,
    path: string,
    consumer: OrderedConsumer,
  ): Promise<number> {
    const info = await this.api.call<ConsumerInfo>(channel, `CONSUMER.INFO.${path}`);
    if (info.num_pending === undefined || !info.delivered) {
      throw new KvError('server', 'the server did not tell what its consumer has to deliver');
    }
    return info.num_pending + info.delivered.consumer_seq - consumer.received;
  }
}

function createBody(name: string, inbox: string, request: ConsumerRequest): object {
  return {
    stream_name: request.stream,
    config: {
      name,
      deliver_subject: inbox,
      ...request.start,
      filter_subject: request.filter,
      ack_policy: 'none',
      replay_policy: 'instant',
      headers_only: true,
      flow_control: true,
      idle_heartbeat: request.heartbeatMs * nanoseconds,
      inactive_threshold: inactiveThresholdMs * nanoseconds,
      mem_storage: true,
      num_replicas: 1,
    },
  };
}
