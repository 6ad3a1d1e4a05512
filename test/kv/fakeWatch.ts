import type { Entry } from '../../src/kv/model/entry';
import { DisposableStore, Emitter, ObservableValue } from '../../src/kv/base/event';
import type { KeyChange, Watch, WatchOptions, WatchState } from '../../src/kv/model/watch';
import { type FakeBucket, matchesFilter } from './fakeBucket';

/** A watch of a fake bucket. It tells changes in batches, one microtask after they were stored. */
export class FakeWatch implements Watch {
  private readonly disposables = new DisposableStore();
  private readonly status = this.disposables.add(
    new ObservableValue<WatchState>({ kind: 'starting' }),
  );
  private readonly changes = this.disposables.add(new Emitter<readonly KeyChange[]>());
  readonly state = this.status;
  readonly onDidChange = this.changes.event;
  private told: number;
  private scheduled = false;
  private isRemoved = false;
  private disposed = false;

  constructor(
    private readonly bucket: FakeBucket | undefined,
    private readonly options: WatchOptions,
    private readonly isOnline: () => boolean,
    private readonly onDispose: () => void,
  ) {
    this.told = Math.max(0, options.from - 1);
    if (bucket) {
      this.disposables.add(bucket.onDidStore(() => this.schedule()));
      this.disposables.add(bucket.onDidRemove(() => this.removed()));
    }
    this.schedule();
  }

  get lastRevision(): number {
    return this.told;
  }

  /** The link was lost: what is stored from now on is told by `resume`. */
  suspend(since: number): void {
    if (this.isRunning()) {
      this.status.set({ kind: 'resuming', since });
    }
  }

  resume(): void {
    this.schedule();
  }

  /** Ends the watch in `gone` or `failed`. */
  stop(state: WatchState): void {
    if (this.isRunning()) {
      this.status.set(state);
    }
  }

  dispose(): void {
    this.disposed = true;
    this.disposables.dispose();
    this.onDispose();
  }

  /** Without a link nobody hears of it before there is one again. */
  private removed(): void {
    this.isRemoved = true;
    if (this.isOnline()) {
      this.stop({ kind: 'gone' });
    }
  }

  private isRunning(): boolean {
    const { kind } = this.status.current;
    return !this.disposed && kind !== 'gone' && kind !== 'failed';
  }

  private schedule(): void {
    if (!this.scheduled) {
      this.scheduled = true;
      queueMicrotask(() => this.tell());
    }
  }

  private tell(): void {
    this.scheduled = false;
    if (!this.isRunning() || !this.isOnline()) {
      return;
    }
    if (!this.bucket || this.isRemoved) {
      this.status.set({ kind: 'gone' });
      return;
    }
    if (this.status.current.kind !== 'live') {
      this.status.set({ kind: 'live' });
    }
    const { filters = [], since = 0, values } = this.options;
    const batch = this.bucket
      .since(this.told + 1)
      .filter(({ created }) => created >= since)
      .filter(({ key }) => filters.length === 0 || filters.some((each) => matchesFilter(key, each)))
      .map((entry) => (values ? entry : toChange(entry)));
    const last = batch.at(-1);
    if (last) {
      this.told = last.revision;
      this.changes.fire(batch);
    }
  }
}

/** What a listing and a watch tell of a message: all but the value and the headers. */
export function toChange({ key, revision, operation, created, size, ttl }: Entry): KeyChange {
  return { key, revision, operation, created, size, ...(ttl !== undefined && { ttl }) };
}
