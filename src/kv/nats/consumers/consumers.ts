import { randomBytes } from 'node:crypto';
import type { Disposable } from '../../base/event';
import type { Channel } from '../wire/channel';
import { ignore } from '../async/ignore';
import type { JetStreamApi } from '../wire/jetStreamApi';
import type { Link } from '../link/link';
import { type ConsumerListener, OrderedConsumer } from './orderedConsumer';
import {
  type CreatedConfig,
  createdConfig,
  filtersOf,
  mayPassOver,
  ownMetadata,
} from './createdConfig';
import { nextStored } from './nextStored';
import { anything, count, object, optional } from '../wire/schema';
import type { StoredMessage } from '../entries/storedMessage';

/** Where a consumer starts. */
export type DeliverPolicy =
  | { readonly deliver_policy: 'all' }
  | { readonly deliver_policy: 'last_per_subject' }
  | { readonly deliver_policy: 'by_start_sequence'; readonly opt_start_seq: number }
  | { readonly deliver_policy: 'by_start_time'; readonly opt_start_time: string };

export interface ConsumerRequest {
  readonly bucket: string;
  readonly stream: string;
  /** One subject filter, or several that do not overlap: a server before 2.10 passes over those. */
  readonly filter: string | readonly string[];
  readonly start: DeliverPolicy;
  /** True for the values too; headers only otherwise. */
  readonly values?: boolean;
  readonly heartbeatMs: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A consumer that exists on the server, as long as it has not ended. */
export interface OpenConsumer {
  readonly consumer: OrderedConsumer;
  /** Messages that it will deliver before it waits for new ones. */
  readonly total: number;
  /**
   * True when a purge of one key may move it past messages of other keys that it has yet to deliver:
   * on servers before 2.9.15, and with several filters before 2.15.1.
   */
  readonly passesOver: boolean;
  /** Messages that it has yet to deliver, or that are on their way, as the server tells now. */
  remaining(): Promise<number>;
  /** The first stored message from a revision on that it should deliver, as the leader knows. */
  next(from: number): Promise<StoredMessage | undefined>;
}

interface ConsumerInfo {
  readonly num_pending: number;
  readonly delivered: { readonly consumer_seq: number };
  readonly config?: CreatedConfig;
}

const consumerInfo = object<ConsumerInfo>({
  num_pending: count,
  delivered: object<ConsumerInfo['delivered']>({ consumer_seq: count }),
  config: optional(createdConfig),
});

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
  private readonly linkListener: Disposable;
  /** Whether those with a wildcard may pass over messages; undefined before the first was created. */
  mayPassOver: boolean | undefined;

  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
  ) {
    this.linkListener = link.state.onDidChange(() => this.deleteOrphans());
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
    const name = newName();
    const { bucket, stream, filter, timeoutMs, signal } = request;
    const consumer = new OrderedConsumer(channel, listener);
    this.track(consumer, stream, name);
    try {
      const path = `CONSUMER.CREATE.${stream}.${name}`;
      const isNamed =
        typeof filter === 'string' && channel.takes(`${this.api.prefix}.${path}.${filter}`);
      const info = await this.api.call(
        channel,
        isNamed ? `${path}.${filter}` : path,
        consumerInfo,
        createBody(name, consumer.inbox, request),
        { bucket, timeoutMs, signal },
      );
      consumer.expectHeartbeats(request.heartbeatMs);
      const filters = filtersOf(info.config);
      this.mayPassOver = mayPassOver(['>'], info.config);
      return {
        consumer,
        total: info.num_pending + info.delivered.consumer_seq,
        passesOver: mayPassOver(filters, info.config),
        remaining: () => this.remaining(channel, `${stream}.${name}`, consumer),
        next: (from) => nextStored(this.api, channel, stream, filters, from),
      };
    } catch (error) {
      consumer.dispose();
      throw error;
    }
  }

  /** Ends every consumer and waits, not for long, until the server has deleted them. */
  async close(): Promise<void> {
    this.linkListener.dispose();
    this.open.forEach((consumer) => consumer.dispose());
    await Promise.resolve();
    await Promise.allSettled(this.deletions);
  }

  private track(consumer: OrderedConsumer, stream: string, name: string): void {
    this.open.add(consumer);
    void consumer.ended.then(() => {
      this.open.delete(consumer);
      this.orphans.set(name, stream);
      this.deleteOrphans();
    });
  }

  private deleteOrphans(): void {
    const channel = this.link.live;
    if (!channel) {
      return;
    }
    for (const [name, stream] of this.orphans) {
      this.orphans.delete(name);
      // It may be gone already, and the server removes it by itself when nobody listens.
      const deletion = this.api
        .call(channel, `CONSUMER.DELETE.${stream}.${name}`, anything, undefined, {
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
    const info = await this.api.call(channel, `CONSUMER.INFO.${path}`, consumerInfo);
    return info.num_pending + info.delivered.consumer_seq - consumer.received;
  }
}

/** Short, because it stands in each message's reply subject, which the client reads byte by byte. */
function newName(): string {
  return `kv${randomBytes(6).toString('base64url')}`;
}

function createBody(name: string, inbox: string, request: ConsumerRequest): object {
  const { filter } = request;
  return {
    stream_name: request.stream,
    config: {
      name,
      deliver_subject: inbox,
      ...request.start,
      ...(typeof filter === 'string' ? { filter_subject: filter } : { filter_subjects: filter }),
      ack_policy: 'none',
      replay_policy: 'instant',
      headers_only: !request.values,
      flow_control: true,
      idle_heartbeat: request.heartbeatMs * nanoseconds,
      inactive_threshold: inactiveThresholdMs * nanoseconds,
      mem_storage: true,
      num_replicas: 1,
      metadata: ownMetadata,
    },
  };
}
