import { randomBytes } from 'node:crypto';
import type { Disposable } from '../../base/event';
import type { Channel } from '../wire/channel';
import { ignore } from '../../base/ignore';
import type { JetStreamApi } from '../wire/jetStreamApi';
import type { Link } from '../link/link';
import { type ConsumerListener, OrderedConsumer } from './orderedConsumer';
import { ConsumerCreation, consumerInfo } from './consumerCreation';
import type { ConsumerRequest } from './consumerRequest';
import { ConsumerTurns } from './consumerTurns';
import { filtersOf, mayPassOver, ownNamePrefix } from './createdConfig';
import { nextStored } from './nextStored';
import { subjectMatcher } from './ownSubjects';
import { anything } from '../wire/schema';
import type { StoredMessage } from '../entries/storedMessage';

/** A consumer that exists on the server, as long as it has not ended. */
export interface OpenConsumer {
  readonly name: string;
  readonly consumer: OrderedConsumer;
  /** Messages that it will deliver before it waits for new ones, those asked for unless `isWide`. */
  readonly total: number;
  /** True when the server could not be told what is wanted, so that it delivers everything. */
  readonly isWide: boolean;
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
  private readonly creation: ConsumerCreation;
  private readonly turns = new ConsumerTurns(() => this.removed());
  /** Whether those with a wildcard may pass over messages; undefined before the first was created. */
  mayPassOver: boolean | undefined;

  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
  ) {
    this.linkListener = link.state.onDidChange(() => this.deleteOrphans());
    this.creation = new ConsumerCreation(api);
  }

  /**
   * Creates a consumer. Its listener is told of what was asked for apart from all else. Where there is no
   * room for another one, that of a watch gives way until this one has ended.
   */
  async create(
    channel: Channel,
    request: ConsumerRequest,
    listener: ConsumerListener,
  ): Promise<OpenConsumer> {
    const { stream } = request;
    const createOne = () => this.createOne(channel, request, listener);
    return request.isPatient
      ? this.turns.patiently(stream, createOne)
      : this.turns.take(stream, createOne, request.signal);
  }

  private async createOne(
    channel: Channel,
    request: ConsumerRequest,
    listener: ConsumerListener,
  ): Promise<OpenConsumer> {
    const name = newName();
    const { stream } = request;
    const asked = [request.filter].flat();
    const consumer = new OrderedConsumer(channel, listener, subjectMatcher(asked));
    this.track(consumer, stream, name);
    try {
      const made = await this.creation.create(channel, { name, inbox: consumer.inbox }, request);
      const { info, isWide } = made;
      consumer.isThere = () =>
        this.remaining(channel, `${stream}.${name}`, consumer).then(() => true);
      consumer.expectHeartbeats(request.heartbeatMs);
      const filters = filtersOf(info.config);
      const searched = isWide || asked.length === 1 ? asked : filters;
      this.mayPassOver = mayPassOver(['>'], info.config);
      return {
        name,
        consumer,
        isWide,
        total: info.num_pending + info.delivered.consumer_seq,
        passesOver: mayPassOver(filters, info.config),
        remaining: () => this.remaining(channel, `${stream}.${name}`, consumer),
        next: (from) => nextStored(this.api, channel, stream, searched, from),
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
    await this.removed();
  }

  /** Resolves when the server has been told of all that have ended. */
  private async removed(): Promise<void> {
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
  return `${ownNamePrefix}${randomBytes(6).toString('base64url')}`;
}
