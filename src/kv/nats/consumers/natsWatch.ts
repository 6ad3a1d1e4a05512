import type { Msg } from 'nats';
import { isKvError, isPassing, KvError, messageOf } from '../../model/errors';
import { DisposableStore, Emitter, ObservableValue } from '../../base/event';
import type { KeyChange, Watch, WatchState } from '../../model/watch';
import type { Delivery } from './ackSubject';
import { backoff } from '../link/backoff';
import type { StreamFacts, Catalog } from '../buckets/catalog';
import type { Channel } from '../wire/channel';
import type { DeliverPolicy } from './consumerRequest';
import type { Consumers, OpenConsumer } from './consumers';
import { delay } from '../../base/delay';
import type { FilterPlan } from './filterPlan';
import { GapFiller } from './gapFiller';
import { GapSearch } from './gapSearch';
import type { Link } from '../link/link';
import type { StoredMessage } from '../entries/storedMessage';
import { WatchedBucket } from './watchedBucket';

export interface WatchContext {
  readonly link: Link;
  readonly catalog: Catalog;
  readonly consumers: Consumers;
}

/** Reads the messages of one consumer, as it delivers them and as the leader has stored them. */
export interface ChangeReader<Change> {
  delivered(delivery: Delivery, message: Msg): Change;
  stored(message: StoredMessage): Change;
}

export interface WatchRequest<Change> {
  readonly bucket: string;
  readonly from: number;
  readonly since?: number | undefined;
  readonly plan: FilterPlan;
  readonly values: boolean;
  /** Makes the reader for a consumer; `prefix` stands before the key in every subject. */
  readonly readerOf: (prefix: string, facts: StreamFacts) => ChangeReader<Change>;
}

const heartbeatMs = 2000;
/** Attempts to get a consumer where there are too few, over some seconds. */
const attemptsForConsumer = 5;
/** Attempts of a watch that has not begun, of which the server answers none. */
const attemptsUnanswered = 2;
/**
 * Owns the watch of one bucket over all of its consumers, one at a time; changes only through what
 * they deliver and how they end. Whenever one ends, the next starts after the last revision received.
 */
export class NatsWatch<Change extends KeyChange = KeyChange> implements Watch<Change> {
  private readonly disposables = new DisposableStore();
  private readonly stop = new AbortController();
  private readonly status = this.disposables.add(
    new ObservableValue<WatchState>({ kind: 'starting' }),
  );
  private readonly changes = this.disposables.add(new Emitter<readonly Change[]>());
  readonly state = this.status;
  readonly onDidChange = this.changes.event;
  private received: number;
  private told: number;
  private batch: Change[] = [];
  private readonly gaps = new GapSearch();
  private readonly known = new WatchedBucket();
  private open: OpenConsumer | undefined;
  private filler: GapFiller<Change> | undefined;
  private failures = 0;
  private isSuspect = false;
  private isTelling = false;

  constructor(
    private readonly context: WatchContext,
    private readonly request: WatchRequest<Change>,
    private readonly onDispose: () => void,
  ) {
    this.received = Math.max(0, request.from - 1);
    this.told = this.received;
    void this.run();
  }

  get lastRevision(): number {
    return this.told;
  }

  /** The bucket was deleted, or one of its name was before it was created anew: look again. */
  verify(): void {
    this.isSuspect = true;
    this.open?.consumer.dispose();
  }

  /** The last revision that was there; one that is only waited for is none. */
  private get seen(): number {
    return this.received < this.request.from ? 0 : this.received;
  }

  /** Ends the watch in `failed`. */
  fail(error: KvError): void {
    this.finish({ kind: 'failed', error });
  }

  dispose(): void {
    this.end();
    this.disposables.dispose();
    this.onDispose();
  }

  private end(): void {
    this.stop.abort();
    this.filler?.dispose();
    this.open?.consumer.dispose();
  }

  private finish(state: WatchState): void {
    if (!this.stop.signal.aborted) {
      this.end();
      this.status.set(state);
    }
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        await this.follow(await this.context.link.whenConnected(this.stop.signal));
      } catch (error) {
        await this.recover(error);
      }
    }
  }

  /** Watches with one consumer until it ends. */
  private async follow(channel: Channel): Promise<void> {
    this.isSuspect = false;
    const facts = await this.context.catalog.lookUp(channel, this.request.bucket);
    if (this.known.isOther(facts) || this.known.isRolledBack(facts, this.seen)) {
      this.finish({ kind: 'gone' });
      return;
    }
    const { consumer, passesOver } = (this.open = await this.createConsumer(channel, facts));
    if (this.stop.signal.aborted || this.isSuspect) {
      consumer.dispose();
      return;
    }
    this.beLive();
    this.filler?.start(passesOver ? 'searching' : 'trusting');
    const end = await consumer.ended;
    this.filler?.dispose();
    this.tell();
    if (end.kind === 'lost') {
      throw end.error;
    }
  }

  /** Server 2.9 does not always tell that a bucket was deleted, and its consumers end in silence. */
  private async lookForBucket(channel: Channel): Promise<void> {
    const { consumer } = this.open ?? {};
    const isThere = await this.isThere(channel);
    if (!isThere && this.open?.consumer === consumer) {
      this.verify();
    }
  }

  private async isThere(channel: Channel): Promise<boolean> {
    try {
      return !this.known.isOther(await this.context.catalog.lookUp(channel, this.request.bucket));
    } catch (error) {
      // Anything else tells nothing of the bucket: the consumer ends if it stays silent.
      return !isKvError(error, 'notFound');
    }
  }

  private createConsumer(channel: Channel, facts: StreamFacts) {
    const prefix = facts.prefix;
    const { bucket, plan, values, readerOf } = this.request;
    const [only = '', ...more] = plan.filters.map((filter) => prefix + filter);
    const reader = readerOf(prefix, facts);
    const filler = (this.filler = this.createFiller(reader));
    return this.context.consumers.create(
      channel,
      {
        bucket,
        stream: facts.stream,
        filter: more.length === 0 ? only : [only, ...more],
        values,
        start: this.start(),
        heartbeatMs,
        isPatient: true,
        signal: this.stop.signal,
      },
      {
        onMessage: (delivery, message) => filler.push(reader.delivered(delivery, message)),
        onOther: ({ streamSequence }) => filler.pass(streamSequence),
        onFlowControl: () => this.scheduleTelling(),
        onIdle: (streamSequence) => {
          this.failures = 0;
          filler.reach(streamSequence);
        },
        onLate: () => void this.lookForBucket(channel),
      },
    );
  }

  /** What comes before the first change is unknown to a watch that starts with a time. */
  private createFiller(reader: ChangeReader<Change>): GapFiller<Change> {
    const { from, since } = this.request;
    const reached = since !== undefined && this.received < from ? undefined : this.received;
    return new GapFiller<Change>(reached, {
      find: async (gap) => {
        const message = this.open && (await this.gaps.find(gap, this.open));
        return message && reader.stored(message);
      },
      onChange: (change) => this.receive(change),
      onFilling: () => this.beResuming(),
      onFilled: () => {
        this.beLive();
        this.scheduleTelling();
      },
      onFailure: (error) => this.open?.consumer.lose(error),
    });
  }

  /** A time is where it starts only as long as nothing has come. */
  private start(): DeliverPolicy {
    const { from, since } = this.request;
    return since !== undefined && this.received < from
      ? { deliver_policy: 'by_start_time', opt_start_time: new Date(since).toISOString() }
      : { deliver_policy: 'by_start_sequence', opt_start_seq: this.received + 1 };
  }

  private receive(change: Change): void {
    if (change.revision > this.received) {
      this.failures = 0;
      this.received = change.revision;
      if (this.request.plan.wants(change.key)) {
        this.batch.push(change);
        this.scheduleTelling();
      }
    }
  }

  private scheduleTelling(): void {
    if (!this.isTelling) {
      this.isTelling = true;
      setImmediate(() => this.tell());
    }
  }

  private tell(): void {
    this.isTelling = false;
    const batch = this.batch;
    this.batch = [];
    if (batch.length > 0) {
      this.told = this.received;
      this.changes.fire(batch);
    }
    if (!this.filler?.isHolding) {
      this.open?.consumer.answerFlowControl();
    }
  }

  /** Decides what a failure means for the watch: the end of it, or another attempt after a while. */
  private async recover(error: unknown): Promise<void> {
    if (this.stop.signal.aborted) {
      return;
    }
    const failure = error instanceof KvError ? error : new KvError('server', messageOf(error));
    if (failure.kind === 'notFound') {
      this.finish({ kind: 'gone' });
    } else if (this.isFatal(failure)) {
      this.finish({ kind: 'failed', error: failure });
    } else {
      this.beResuming();
      // A lost connection needs no wait here: the link has its own before it is up again.
      this.failures += failure.kind === 'disconnected' ? 0 : 1;
      await delay(backoff(this.failures), this.stop.signal);
    }
  }

  private beLive(): void {
    if (this.status.current.kind !== 'live') {
      this.status.set({ kind: 'live' });
    }
  }

  private beResuming(): void {
    if (this.status.current.kind === 'live') {
      this.status.set({ kind: 'resuming', since: Date.now() });
    }
  }

  /** A server that comes up again may refuse for a while what it allowed before. */
  private isFatal(error: KvError): boolean {
    const isFinal = error.kind === 'denied' || error.kind === 'unsupported';
    if (error.kind === 'limitReached') {
      // A listing may have the one consumer that is left, and will give it back.
      return this.failures >= attemptsForConsumer;
    }
    const isStarting = this.status.current.kind === 'starting';
    if (error.kind === 'timeout' && isStarting && this.failures + 1 >= attemptsUnanswered) {
      return true;
    }
    if (this.context.link.state.current.kind === 'closed' || isFinal) {
      return true;
    }
    return !isPassing(error) && isStarting;
  }
}
