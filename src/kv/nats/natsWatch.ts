import { KvError, messageOf } from '../errors';
import { DisposableStore, Emitter, ObservableValue } from '../event';
import type { KeyChange, Watch, WatchState } from '../watch';
import { backoff } from './backoff';
import type { BucketFacts, Catalog } from './catalog';
import type { Channel } from './channel';
import type { Consumers } from './consumers';
import { delay } from './delay';
import { ignore } from './ignore';
import { keyInfoOf } from './keyInfoOf';
import type { Link } from './link';
import type { OrderedConsumer } from './orderedConsumer';

export interface WatchContext {
  readonly link: Link;
  readonly catalog: Catalog;
  readonly consumers: Consumers;
}

const heartbeatMs = 2000;

/**
 * Owns the watch of one bucket over all of its consumers, one at a time; changes only through what
 * they deliver and how they end. Whenever one ends, the next starts after the last revision received.
 */
export class NatsWatch implements Watch {
  private readonly disposables = new DisposableStore();
  private readonly stop = new AbortController();
  private readonly status = this.disposables.add(
    new ObservableValue<WatchState>({ kind: 'starting' }),
  );
  private readonly changes = this.disposables.add(new Emitter<readonly KeyChange[]>());
  readonly state = this.status;
  readonly onDidChange = this.changes.event;
  private received: number;
  private told: number;
  private batch: KeyChange[] = [];
  private consumer: OrderedConsumer | undefined;
  private created: number | undefined;
  private failures = 0;
  private isSuspect = false;
  private isTelling = false;

  constructor(
    private readonly context: WatchContext,
    private readonly bucket: string,
    from: number,
    private readonly onDispose: () => void,
  ) {
    this.received = Math.max(0, from - 1);
    this.told = this.received;
    void this.run();
  }

  get lastRevision(): number {
    return this.told;
  }

  /** The bucket was deleted, or one of its name was before it was created anew: look again. */
  verify(): void {
    this.isSuspect = true;
    this.consumer?.dispose();
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
    this.consumer?.dispose();
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
    const facts = await this.context.catalog.lookUp(channel, this.bucket);
    if (this.isOther(facts)) {
      this.finish({ kind: 'gone' });
      return;
    }
    const { consumer } = await this.createConsumer(channel, facts);
    this.consumer = consumer;
    if (this.stop.signal.aborted || this.isSuspect) {
      consumer.dispose();
      return;
    }
    this.failures = 0;
    this.status.set({ kind: 'live' });
    const end = await consumer.ended;
    this.tell();
    if (end.kind === 'lost') {
      throw end.error;
    }
  }

  /** True when this is not the bucket that was watched before: created anew, or rolled back. */
  private isOther({ created, lastRevision }: BucketFacts): boolean {
    if (created === undefined) {
      return false;
    }
    this.created ??= created;
    return created !== this.created || lastRevision < this.received;
  }

  private createConsumer(channel: Channel, facts: BucketFacts) {
    const prefix = `$KV.${facts.origin}.`;
    return this.context.consumers.create(
      channel,
      {
        bucket: this.bucket,
        stream: facts.stream,
        filter: `${prefix}>`,
        start: { deliver_policy: 'by_start_sequence', opt_start_seq: this.received + 1 },
        heartbeatMs,
        signal: this.stop.signal,
      },
      {
        onMessage: (delivery, message) => this.receive(keyInfoOf(prefix, delivery, message)),
        onFlowControl: () => this.scheduleTelling(),
        onIdle: ignore,
      },
    );
  }

  private receive(change: KeyChange): void {
    if (change.revision > this.received) {
      this.received = change.revision;
      this.batch.push(change);
      this.scheduleTelling();
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
    this.consumer?.answerFlowControl();
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
      if (this.status.current.kind === 'live') {
        this.status.set({ kind: 'resuming', since: Date.now() });
      }
      await delay(backoff(++this.failures), this.stop.signal);
    }
  }

  /** A server that comes up again may refuse for a while what it allowed before. */
  private isFatal({ kind }: KvError): boolean {
    if (this.context.link.state.current.kind === 'closed' || kind === 'denied') {
      return true;
    }
    const isPassing = kind === 'disconnected' || kind === 'timeout';
    return !isPassing && this.status.current.kind === 'starting';
  }
}
