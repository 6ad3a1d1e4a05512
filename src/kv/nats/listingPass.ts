import { setImmediate } from 'node:timers/promises';
import type { KeyInfo } from '../entry';
import { isKvError, KvError } from '../errors';
import type { Delivery } from './ackSubject';
import { BatchQueue } from './batchQueue';
import type { Catalog } from './catalog';
import type { Channel } from './channel';
import type { Consumers, OpenConsumer } from './consumers';
import { keyInfoOf } from './keyInfoOf';

export interface ListingContext {
  readonly catalog: Catalog;
  readonly consumers: Consumers;
}

const batchSize = 1000;
const batchMaxWaitMs = 50;
const heartbeatMs = 1000;
/** To create the consumer the server scans the bucket: seconds for a million keys on server 2.9. */
const createTimeoutMs = 30_000;
const maxIdleChecks = 3;

/** Owns one pass over a bucket with one consumer, from its creation to its end. */
export class ListingPass {
  private readonly queue = new BatchQueue<KeyInfo>({
    size: batchSize,
    maxWaitMs: batchMaxWaitMs,
    onDrained: () => this.open?.consumer.answerFlowControl(),
  });
  private open: OpenConsumer | undefined;
  private isOver = false;
  private received = 0;
  private last: Delivery | undefined;
  private idleChecks = 0;
  private endSequence: Promise<number> | undefined;
  /** Why the pass must be made anew, once messages were lost. */
  lost: KvError | undefined;

  constructor(
    private readonly context: ListingContext,
    private readonly channel: Channel,
    private readonly bucket: string,
    private readonly filter: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async *batches(): AsyncGenerator<readonly KeyInfo[], void, undefined> {
    await this.start();
    for (let batch = await this.queue.take(); batch; batch = await this.queue.take()) {
      yield batch;
      // Batches that are already here would otherwise be handled in one turn of the event loop.
      await setImmediate();
    }
  }

  /** Makes `batches` throw at once. */
  fail(error: KvError): void {
    this.isOver = true;
    this.queue.fail(error);
  }

  dispose(): void {
    this.isOver = true;
    this.open?.consumer.dispose();
  }

  private async start(): Promise<void> {
    const options = this.signal && { signal: this.signal };
    const facts = await this.context.catalog.facts(this.channel, this.bucket, options);
    const prefix = `$KV.${facts.origin}.`;
    this.open = await this.context.consumers.create(
      this.channel,
      {
        bucket: this.bucket,
        stream: facts.stream,
        filter: prefix + this.filter,
        start: { deliver_policy: 'last_per_subject' },
        heartbeatMs,
        timeoutMs: createTimeoutMs,
        signal: this.signal,
      },
      {
        onMessage: (delivery, message) => {
          this.queue.push(keyInfoOf(prefix, delivery, message));
          this.received++;
          this.last = delivery;
          this.checkEnd();
        },
        onFlowControl: () => {
          if (this.queue.isDrained) {
            this.open?.consumer.answerFlowControl();
          }
        },
        onIdle: () => void this.checkIdle(),
      },
    );
    void this.open.consumer.ended.then((end) => end.kind === 'lost' && this.lose(end.error));
    this.checkEnd();
  }

  private lose(error: KvError): void {
    if (!this.isOver) {
      this.lost = error;
      this.fail(error);
    }
  }

  private finish(): void {
    this.isOver = true;
    this.queue.end();
  }

  /**
   * All that was stored at the start has been told when as many messages came and none is pending.
   * In a busy bucket some are always pending; then it is enough to go on up to where the stream
   * ended when the count was reached: a key that was replaced on the way comes by then.
   */
  private checkEnd(): void {
    if (this.isOver || !this.open || this.received < this.open.total) {
      return;
    }
    if (!this.last || this.last.pending === 0) {
      this.finish();
    } else {
      this.endSequence ??= this.lastRevision();
      void this.endSequence.then(
        (end) => (this.last?.streamSequence ?? end) >= end && this.finish(),
      );
    }
  }

  private async lastRevision(): Promise<number> {
    try {
      return (await this.context.catalog.lookUp(this.channel, this.bucket)).lastRevision;
    } catch {
      // The connection or the bucket is gone; the consumer ends with the reason.
      return Infinity;
    }
  }

  /** Keys may vanish during the pass, so that the count is never reached: ask when nothing comes. */
  private async checkIdle(): Promise<void> {
    if (this.isOver || !this.open) {
      return;
    }
    if (++this.idleChecks > maxIdleChecks) {
      this.lose(new KvError('timeout', 'the server stopped before it had sent all keys'));
      return;
    }
    const received = this.received;
    if ((await this.pendingOnServer(this.open)) === 0 && received === this.received) {
      this.finish();
    }
  }

  private async pendingOnServer(open: OpenConsumer): Promise<number> {
    try {
      return await open.pending();
    } catch (error) {
      // Without the permission to ask, an idle server is all there is to go by.
      return isKvError(error, 'denied') ? 0 : Infinity;
    }
  }
}
