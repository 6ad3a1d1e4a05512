import { setImmediate } from 'node:timers/promises';
import { t } from '../../base/l10n';
import { isKvError, KvError } from '../../model/errors';
import type { KeyInfo } from '../../model/entry';
import type { Delivery } from './ackSubject';
import { type Batch, BatchQueue } from '../entries/batchQueue';
import type { StreamFacts, Catalog } from '../buckets/catalog';
import type { Channel } from '../wire/channel';
import type { Consumers, OpenConsumer } from './consumers';
import { fromClientError } from '../wire/errorMapping';
import type { GapSearch } from './gapSearch';
import type { BatchReader, ListingReading } from './listingReading';
import { ListingTail } from './listingTail';

export interface ListingContext {
  readonly catalog: Catalog;
  readonly consumers: Consumers;
}

/** What is listed: the last message of each key, or the history too. */
export interface ListingScope {
  readonly bucket: string;
  readonly filter: string;
  readonly history: boolean;
}

const batchMaxWaitMs = 50;
/** How long batches may be handed out one after the other before others have their turn. */
const turnMs = 5;
const heartbeatMs = 1000;
/** To create the consumer the server scans the bucket: seconds for a million keys on server 2.9. */
const createTimeoutMs = 10_000;
const maxIdleChecks = 3;
/**
 * How often a listing goes on to where the stream ends by then, where messages may be passed over: a
 * key may be replaced between being passed over and being looked for.
 */
const extraRounds = 3;

/** Owns one pass over a bucket with one consumer, from its creation to its end. */
export class ListingPass<Info extends KeyInfo, B extends Batch> {
  private readonly queue: BatchQueue<B>;
  private open: OpenConsumer | undefined;
  private tail: ListingTail<Info> | undefined;
  /**
   * While 'settling' all was delivered, and what the server may have passed over is looked for;
   * while 'ending' it is asked whether that was all.
   */
  private state: 'running' | 'settling' | 'ending' | 'over' = 'running';
  private roundsLeft = extraRounds;
  private received = 0;
  private others = 0;
  private last: Delivery | undefined;
  private idleChecks = 0;
  private endSequence: number | undefined;
  /** True when it failed because messages were lost on the way: another pass may succeed. */
  isLost = false;

  constructor(
    private readonly context: ListingContext,
    private readonly channel: Channel,
    private readonly scope: ListingScope,
    private readonly reading: ListingReading<Info, B>,
    private readonly gaps: GapSearch,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.queue = new BatchQueue<B>({
      newBatch: () => reading.newBatch(),
      maxWaitMs: batchMaxWaitMs,
      onDrained: () => this.answerFlowControl(),
    });
  }

  async *batches(): AsyncGenerator<B, void, undefined> {
    await this.start();
    let turn = performance.now();
    for (let batch = await this.queue.take(); batch; batch = await this.queue.take()) {
      yield batch;
      // Batches that are already here would otherwise be handled in one turn of the event loop.
      if (performance.now() - turn > turnMs) {
        await setImmediate();
        turn = performance.now();
      }
    }
  }

  /** Makes `batches` throw at once. */
  fail(error: KvError): void {
    this.dispose();
    this.queue.fail(error);
  }

  dispose(): void {
    this.state = 'over';
    this.tail?.dispose();
    this.open?.consumer.dispose();
  }

  private async start(): Promise<void> {
    const { channel, signal } = this;
    const { bucket, filter, history } = this.scope;
    const { catalog, consumers } = this.context;
    // Where the stream ends now matters only to a server that may pass over messages.
    const facts =
      consumers.mayPassOver === false
        ? await catalog.facts(channel, bucket, { signal })
        : await catalog.lookUp(channel, bucket, { signal });
    const prefix = facts.prefix;
    const reader = this.reading.readerOf(prefix, facts);
    const tail = (this.tail = this.createTail(facts, reader));
    this.open = await consumers.create(
      channel,
      {
        bucket,
        stream: facts.stream,
        filter: prefix + filter,
        start: { deliver_policy: history ? 'all' : 'last_per_subject' },
        values: this.reading.values,
        heartbeatMs,
        timeoutMs: createTimeoutMs,
        signal,
      },
      {
        onMessage: (delivery, message) => {
          if (this.state === 'over') {
            return;
          }
          if (tail.takes(delivery.streamSequence)) {
            tail.push(reader.delivered(delivery, message));
          } else {
            reader.deliverInto(this.queue.open, delivery, message);
            this.queue.added();
          }
          this.received++;
          this.arrive(delivery);
        },
        onOther: (delivery) => {
          this.others++;
          this.arrive(delivery);
        },
        onFlowControl: () => this.answerFlowControl(),
        onIdle: () => this.checkIdle(),
      },
    );
    tail.start(this.open.passesOver);
    void this.open.consumer.ended.then((end) => end.kind === 'lost' && this.lose(end.error));
    this.checkEnd();
  }

  private createTail(
    { created, lastRevision }: StreamFacts,
    reader: BatchReader<Info, B>,
  ): ListingTail<Info> {
    return new ListingTail(created === undefined ? undefined : lastRevision, {
      find: async (gap) => {
        const message = this.open && (await this.gaps.find(gap, this.open));
        return message && reader.stored(message);
      },
      onChange: (info) => {
        reader.add(this.queue.open, info);
        this.queue.added();
        if (info.revision >= (this.endSequence ?? Infinity)) {
          this.settled();
        }
      },
      onSettled: () => {
        this.settled();
        this.answerFlowControl();
      },
      onFailure: (error) => this.lose(error),
    });
  }

  private answerFlowControl(): void {
    if (this.queue.isDrained && !this.tail?.isHolding) {
      this.open?.consumer.answerFlowControl();
    }
  }

  private arrive(delivery: Delivery): void {
    this.idleChecks = 0;
    this.last = delivery;
    this.checkEnd();
  }

  private lose(error: KvError): void {
    if (this.state !== 'over') {
      this.isLost = error.kind !== 'denied' && error.kind !== 'unsupported';
      this.fail(error);
    }
  }

  private readonly isRunning = (): boolean => this.state === 'running';

  private finish(): void {
    this.state = 'settling';
    this.tail?.reach(this.endSequence ?? 0);
    if (!this.tail?.isHolding) {
      this.settled();
    }
  }

  /** Nothing up to where the stream ended is looked for any more. */
  private settled(): void {
    if (this.state !== 'settling') {
      return;
    }
    if (this.open?.passesOver && this.endSequence !== undefined && this.roundsLeft > 0) {
      this.state = 'ending';
      this.roundsLeft--;
      void this.goOnFrom(this.endSequence);
    } else {
      this.end();
    }
  }

  private async goOnFrom(reached: number): Promise<void> {
    await this.lookUpEnd();
    if (this.state !== 'ending') {
      return;
    }
    if ((this.endSequence ?? 0) > reached) {
      this.state = 'running';
      this.checkEnd();
    } else {
      this.end();
    }
  }

  private end(): void {
    this.state = 'over';
    this.queue.end();
  }

  /**
   * As many messages as there were at the start have come. Still a key that was replaced on the way
   * may be missing: its old message is gone, the new one comes at the end. So the pass goes on up to
   * where the stream ends now. (That none is pending says little: server 2.9 counts a removed
   * message off a moment before it counts its successor.)
   */
  private checkEnd(): void {
    if (!this.isRunning() || !this.open || this.counted(this.open) < this.open.total) {
      return;
    }
    if (!this.last || this.last.streamSequence >= (this.endSequence ?? Infinity)) {
      this.finish();
    } else if (this.endSequence === undefined) {
      this.endSequence = Infinity;
      void this.lookUpEnd().then(() => this.checkEnd());
    } else if (this.last.pending === 0 && this.endSequence < Infinity) {
      void this.confirmEnd();
    }
  }

  /** What is delivered beside what was asked for is not among what was promised. */
  private counted({ isWide }: OpenConsumer): number {
    return isWide ? this.received + this.others : this.received;
  }

  private async lookUpEnd(): Promise<void> {
    try {
      const facts = await this.context.catalog.lookUp(this.channel, this.scope.bucket);
      this.endSequence = facts.lastRevision;
    } catch (error) {
      // The connection or the bucket is gone, of which the consumer may learn only later.
      this.fail(fromClientError(error));
    }
  }

  /** The stream may end with messages that the filter leaves out: ask whether any is left. */
  private async confirmEnd(): Promise<void> {
    const { open } = this;
    if (open?.passesOver) {
      await this.lookUpEnd();
    }
    if (open && (await this.remaining(open)) === 0 && this.isRunning()) {
      this.finish();
    }
  }

  /** Keys may vanish during the pass, so that the count is never reached: ask when nothing comes. */
  private checkIdle(): void {
    if (!this.isRunning()) {
      return;
    }
    if (++this.idleChecks > maxIdleChecks) {
      this.lose(new KvError('timeout', t('the server stopped before it had sent all keys')));
    } else {
      void this.confirmEnd();
    }
  }

  private async remaining(open: OpenConsumer): Promise<number> {
    try {
      return await open.remaining();
    } catch (error) {
      // Without the permission to ask, what the server says unasked is all there is to go by.
      return isKvError(error, 'denied') ? 0 : Infinity;
    }
  }
}
