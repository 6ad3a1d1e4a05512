import { KvError, throwIfCancelled } from '../../src/kv/model/errors';
import { ObservableValue } from '../../src/kv/base/event';
import type {
  CallOptions,
  KvConnection,
  LinkState,
  ServerInfo,
} from '../../src/kv/model/kvConnection';
import type { WriteGuard } from '../../src/kv/session/writeLock';

/** Calls that reach the server; what `calls` records and `failNext` takes. */
export type FakeCall = Exclude<
  keyof KvConnection,
  'state' | 'onDidChangeBuckets' | 'watch' | 'reconnectNow' | 'close'
>;

const writes: ReadonlySet<FakeCall> = new Set<FakeCall>([
  'createBucket',
  'updateBucket',
  'compact',
  'trim',
  'stepDown',
  'restore',
  'deleteBucket',
  'put',
  'delete',
  'purge',
  'writeBatch',
]);

/** Owns the link of a fake connection, and what calls meet on their way; changes only through its methods. */
export class FakeLink {
  readonly state: ObservableValue<LinkState>;
  /** Every call that was sent to the server, in order. */
  readonly calls: FakeCall[] = [];
  private readonly failures = new Map<FakeCall, KvError>();

  constructor(
    private readonly server: ServerInfo,
    private readonly writeLock: WriteGuard | undefined,
  ) {
    this.state = new ObservableValue<LinkState>({ kind: 'connected', server });
  }

  get isUp(): boolean {
    return this.state.current.kind === 'connected';
  }

  lose(since: number): void {
    this.state.set({ kind: 'reconnecting', attempt: 1, since });
  }

  restore(): void {
    this.state.set({ kind: 'connected', server: this.server });
  }

  beSilent(since: number): void {
    this.state.set({ kind: 'connected', server: this.server, silentSince: since });
  }

  close(): void {
    this.state.set({ kind: 'closed' });
  }

  /** Makes the next such call fail with this error; nothing happens on the server. */
  failNext(call: FakeCall, error: KvError): void {
    this.failures.set(call, error);
  }

  /** Runs one call: refused when offline, failed when told to, counted, late by one microtask. */
  async call<T>(
    name: FakeCall,
    options: CallOptions | undefined,
    run: () => T | Promise<T>,
  ): Promise<T> {
    if (writes.has(name)) {
      this.writeLock?.check();
    }
    throwIfCancelled(options?.signal);
    this.check();
    this.calls.push(name);
    await Promise.resolve();
    throwIfCancelled(options?.signal);
    this.check();
    const failure = this.failures.get(name);
    this.failures.delete(name);
    if (failure) {
      throw failure;
    }
    return run();
  }

  /** Throws `disconnected` unless the link is up. */
  check(): void {
    if (!this.isUp) {
      throw new KvError('disconnected', 'there is no connection to the server');
    }
  }
}
