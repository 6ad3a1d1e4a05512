import type { Msg } from 'nats';
import { t } from '../../base/l10n';
import { isKvError, KvError, toKvError } from '../../model/errors';
import type { Delivery } from '../consumers/ackSubject';
import type { StreamFacts } from '../buckets/catalog';
import type { Channel } from '../wire/channel';
import type { Consumers, OpenConsumer } from '../consumers/consumers';
import { onAbort } from '../../base/onAbort';

export interface HistorySource {
  readonly consumers: Consumers;
  readonly channel: Channel;
  readonly facts: StreamFacts;
  readonly bucket: string;
  /** `>` for all of them. */
  readonly key: string;
  /** False for headers alone. */
  readonly values: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface Delivered {
  readonly delivery: Delivery;
  readonly message: Msg;
}

const heartbeatMs = 1000;
/** More than a bucket keeps of a key: somebody writes faster than the end can come near. */
const maxNewMessages = 64;
const maxIdleChecks = 3;
/** More would fill the memory, whatever the bucket keeps. */
const maxRevisions = 100_000;
const maxBytes = 256 * 1024 * 1024;

/** Owns one reading of a key's messages with one consumer, from its creation to its end. */
export class HistoryPass {
  private readonly received: Delivered[] = [];
  private others = 0;
  private last: Delivery | undefined;
  private open: OpenConsumer | undefined;
  private idleChecks = 0;
  private bytes = 0;
  private settle: (failure?: KvError) => void = () => undefined;
  private readonly settled = new Promise<KvError | undefined>((resolve) => {
    this.settle = resolve;
  });

  constructor(private readonly source: HistorySource) {}

  /** Every message that was stored at the start and has not been removed on the way, in order. */
  async run(): Promise<readonly Delivered[]> {
    const cancelled = new KvError('cancelled', t('the operation was cancelled'));
    const abortion = onAbort(this.source.signal, () => this.settle(cancelled));
    try {
      this.open = await this.createConsumer();
      const { consumer, total } = this.open;
      consumer.answerFlowControl();
      void consumer.ended.then((end) => end.kind === 'lost' && this.settle(end.error));
      if (total === 0 || this.isComplete()) {
        this.settle();
      }
      const failure = await this.settled;
      if (failure) {
        throw failure;
      }
      return this.received;
    } finally {
      abortion.dispose();
      this.open?.consumer.dispose();
    }
  }

  private createConsumer(): Promise<OpenConsumer> {
    const { consumers, channel, facts, bucket, key, values, signal } = this.source;
    return consumers.create(
      channel,
      {
        bucket,
        stream: facts.stream,
        filter: `${facts.prefix}${key}`,
        start: { deliver_policy: 'all' },
        values,
        heartbeatMs,
        signal,
      },
      {
        onMessage: (delivery, message) => {
          this.received.push({ delivery, message });
          this.bytes += message.data.length;
          this.arrive(delivery);
        },
        onOther: (delivery) => {
          this.others++;
          this.arrive(delivery);
        },
        onFlowControl: () => this.open?.consumer.answerFlowControl(),
        onIdle: () => this.checkIdle(),
      },
    );
  }

  private arrive(delivery: Delivery): void {
    this.last = delivery;
    this.idleChecks = 0;
    if (this.received.length > maxRevisions || this.bytes > maxBytes) {
      const most = this.received.length - 1;
      const message =
        this.source.key === '>'
          ? t('the bucket has more than {0} revisions or too large ones', most)
          : t('the key has more than {0} revisions or too large ones', most);
      this.settle(new KvError('limitReached', message));
      this.open?.consumer.dispose();
    } else if (this.isComplete()) {
      this.settle();
    } else if (this.open && delivery.pending === 0) {
      void this.confirmEnd();
    }
  }

  /** As many messages as there were have come, and none has been added that would come next. */
  private isComplete(): boolean {
    const { open, last } = this;
    if (!open || !last) {
      return false;
    }
    const counted = this.received.length + (open.isWide ? this.others : 0);
    const surplus = counted - open.total;
    return surplus >= maxNewMessages || (surplus >= 0 && last.pending === 0);
  }

  /** Messages may vanish on the way, the last one too, and are then never sent: ask. */
  private checkIdle(): void {
    this.open?.consumer.answerFlowControl();
    if (++this.idleChecks > maxIdleChecks) {
      this.settle(new KvError('timeout', t('the server stopped before it had sent all revisions')));
    } else {
      void this.confirmEnd();
    }
  }

  private async confirmEnd(): Promise<void> {
    try {
      if ((await this.open?.remaining()) === 0) {
        this.settle();
      }
    } catch (error) {
      // Without the permission to ask, what the server says unasked is all there is to go by.
      this.settle(isKvError(error, 'denied') ? undefined : toKvError(error));
    }
  }
}
