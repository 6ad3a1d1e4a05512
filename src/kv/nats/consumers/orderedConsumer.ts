import type { Msg } from 'nats';
import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import { type Disposable, DisposableStore } from '../../base/event';
import { AckSubjectParser, type Delivery, isDelivery } from './ackSubject';
import type { Channel } from '../wire/channel';
import { StallWatch } from './stallWatch';
import type { SubjectMatcher } from './ownSubjects';
import { replyBytes, subjectBytes } from '../wire/messageBytes';
import { revisionsTooLarge } from '../wire/revisions';
import { type HeaderBlock, headersOf } from '../wire/headerBlock';

/** What an ordered consumer tells its owner. Nothing is told after it was disposed or lost. */
export interface ConsumerListener {
  onMessage(delivery: Delivery, message: Msg): void;
  /** A message came whose subject was not asked for. */
  onOther?(delivery: Delivery): void;
  /** The server waits: call `answerFlowControl` when ready for more. */
  onFlowControl(): void;
  /**
   * The server is idle and every message that it sent has arrived; up to this stream sequence it has
   * none to deliver.
   */
  onIdle(streamSequence: number): void;
  /** A heartbeat is overdue: what the consumer is on may be gone. */
  onLate?(): void;
}

/** Why a consumer ended: 'disposed', or what was lost. A new one must be created to go on. */
export type ConsumerEnd =
  { readonly kind: 'disposed' } | { readonly kind: 'lost'; readonly error: KvError };

/** The consumer counts as lost when two heartbeats are missing, looked at four times in each. */
const checksPerHeartbeat = 4;
const maxSilentChecks = 2 * checksPerHeartbeat;
/** An honest server sends none twice to one consumer. */
const maxRepeats = 1000;
/** An honest server asks once for each few hundred kilobytes that it has sent. */
const maxIdleFlowControls = 100;
/** One that is in time may come just after the check that it was due at. */
const lateChecks = checksPerHeartbeat + 2;

/**
 * Owns the delivery of one push consumer: its inbox, its order, its heartbeats. Messages come in
 * consumer sequence without a gap, or the consumer ends as lost (ADR-17).
 */
export class OrderedConsumer implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly ackSubjects = new AckSubjectParser();
  private finish: (end: ConsumerEnd) => void = () => undefined;
  private lastSequence = 0;
  private lastStreamSequence = 0;
  private repeats = 0;
  private idleFlowControls = 0;
  private silentChecks = 0;
  private checkMs = 0;
  private heldFlowControl: string | undefined;
  private isOpen = true;
  private readonly stalls: StallWatch;
  /** Asks whether the server has the consumer; false until that can be known. */
  isThere: () => Promise<boolean> = () => Promise.resolve(false);
  readonly inbox: string;
  /** Resolves once, when the consumer ends. */
  readonly ended: Promise<ConsumerEnd>;

  constructor(
    private readonly channel: Channel,
    private readonly listener: ConsumerListener,
    /** Which of what is delivered was asked for. */
    private readonly isOwn: SubjectMatcher = () => true,
  ) {
    this.inbox = channel.newInbox();
    this.stalls = new StallWatch({
      inbox: this.inbox,
      channel,
      isThere: () => this.isThere(),
      onStall: (error) => this.lose(error),
    });
    this.ended = new Promise((resolve) => (this.finish = resolve));
    this.disposables.add(
      channel.subscribe(this.inbox, {
        onMessage: (message) => this.receive(message),
        onError: (error) => this.lose(error),
      }),
    );
    this.disposables.add(channel.whenLost((error) => this.lose(error)));
  }

  /** Messages received so far. */
  get received(): number {
    return this.lastSequence;
  }

  /** Counts on heartbeats from now on: they start when the consumer exists on the server. */
  expectHeartbeats(heartbeatMs: number): void {
    this.checkMs = heartbeatMs / checksPerHeartbeat;
    const timer = setInterval(() => this.checkHeartbeat(), this.checkMs);
    this.disposables.add({ dispose: () => clearInterval(timer) });
  }

  /** Lets the server go on sending when it waits for that. */
  answerFlowControl(): void {
    const subject = this.heldFlowControl;
    this.heldFlowControl = undefined;
    if (subject !== undefined && this.isOpen) {
      this.channel.publish(subject);
      this.stalls.answer(subject);
    }
  }

  dispose(): void {
    this.end({ kind: 'disposed' });
  }

  /** Ends it as lost. */
  lose(error: KvError): void {
    this.end({ kind: 'lost', error });
  }

  private end(end: ConsumerEnd): void {
    if (this.isOpen) {
      this.isOpen = false;
      this.disposables.dispose();
      this.finish(end);
    }
  }

  private receive(message: Msg): void {
    if (!this.isOpen) {
      return;
    }
    this.silentChecks = 0;
    this.stalls.hear();
    const reply = replyBytes(message);
    const delivery = this.ackSubjects.parse(reply);
    if (delivery) {
      this.deliver(delivery, message);
      return;
    }
    if (isDelivery(reply)) {
      this.lose(revisionsTooLarge());
      return;
    }
    const headers = headersOf(message);
    if (!headers.isEmpty) {
      this.control(message, headers);
    }
  }

  private deliver(delivery: Delivery, message: Msg): void {
    if (delivery.consumerSequence !== this.lastSequence + 1) {
      this.lose(gap(this.lastSequence, delivery.consumerSequence - 1));
      return;
    }
    if (delivery.streamSequence <= this.lastStreamSequence && ++this.repeats > maxRepeats) {
      this.lose(new KvError('server', t('the server sends the same messages again and again')));
      return;
    }
    this.lastSequence = delivery.consumerSequence;
    this.lastStreamSequence = delivery.streamSequence;
    this.idleFlowControls = 0;
    if (this.isOwn(subjectBytes(message))) {
      this.listener.onMessage(delivery, message);
    } else {
      this.listener.onOther?.(delivery);
    }
  }

  /** Status 100: a flow control request has a reply subject, an idle heartbeat tells sequences. */
  private control(message: Msg, headers: HeaderBlock): void {
    if (headers.status !== 100) {
      this.lose(new KvError('server', t('the server ended the consumer: {0}', headers.statusLine)));
      return;
    }
    const stalled = message.reply || headers.first('Nats-Consumer-Stalled');
    if (message.reply && ++this.idleFlowControls > maxIdleFlowControls) {
      this.lose(new KvError('server', t('the server asks whether to go on, and sends nothing')));
      return;
    }
    if (stalled && this.stalls.waitsFor(stalled)) {
      return;
    }
    if (stalled) {
      this.heldFlowControl = stalled;
      this.listener.onFlowControl();
      return;
    }
    const sent = headers.lastCount('Nats-Last-Consumer') ?? 0;
    if (sent > this.lastSequence) {
      this.lose(gap(this.lastSequence, sent));
    } else {
      this.listener.onIdle(headers.lastCount('Nats-Last-Stream') ?? 0);
    }
  }

  private checkHeartbeat(): void {
    if (++this.silentChecks > maxSilentChecks) {
      const { silence } = this.stalls;
      this.lose(silence ?? new KvError('timeout', t('the server stopped sending heartbeats')));
    } else if (this.silentChecks === lateChecks) {
      this.channel.suspect(Date.now() - this.checkMs * lateChecks);
      this.listener.onLate?.();
      void this.stalls.late();
    }
  }
}

function gap(received: number, sent: number): KvError {
  return new KvError('server', t('messages {0} to {1} were lost on the way', received + 1, sent));
}
