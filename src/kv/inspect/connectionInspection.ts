import { DisposableStore, Emitter, type Disposable, type Event } from '../base/event';
import type { BucketStatus, UnavailableBucket } from '../model/bucket';
import type { AccountInfo, KvConnection } from '../model/kvConnection';
import type { ConnectionSession } from '../session/connectionSession';
import { BucketGrowth } from './bucketGrowth';
import { LinkFollower } from './linkFollower';
import { ReadValue, type Reading } from './reading';

/** The buckets of a connection, by name, and those that cannot be used. */
export interface ListedBuckets {
  readonly buckets: readonly BucketStatus[];
  readonly unavailable: readonly UnavailableBucket[];
}

export interface ConnectionInspectionParts {
  /** The session of the connection as it is now; undefined when it is not configured any more. */
  readonly sessionOf: () => ConnectionSession | undefined;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Between two readings while somebody looks. */
const everyMs = 10_000;
/** Buckets that one answer lists. */
const bucketsAPage = 256;
/** With more pages than this the buckets are read that much less often. */
const pagesAtOnce = 4;

/**
 * Owns what is known of a connection's JetStream for somebody who looks at it; changes only through its
 * methods and what the server answers. Each reading asks for the account once, and for the list of
 * buckets a request for 256 of them; a long list is read less often.
 */
export class ConnectionInspection implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private readonly now: () => number;
  private readonly accountValue: ReadValue<AccountInfo>;
  private readonly listValue: ReadValue<ListedBuckets>;
  private readonly link: LinkFollower;
  private ticks = 0;

  readonly onDidChange: Event<void> = this.changed.event;
  readonly growth = new BucketGrowth();

  constructor(private readonly parts: ConnectionInspectionParts) {
    this.now = parts.now ?? Date.now;
    const changed = () => this.changed.fire();
    this.accountValue = new ReadValue(changed, this.now);
    this.listValue = new ReadValue(changed, this.now);
    this.link = this.store.add(
      new LinkFollower({
        ...{ sessionOf: parts.sessionOf, now: this.now, everyMs, changed },
        linked: (connection) => {
          // Who is reading goes on with it.
          if (!this.list.isReading) {
            void this.readAll(connection);
          }
        },
        tick: () => void this.tick(),
        bucketChanged: () => undefined,
      }),
    );
  }

  get session(): ConnectionSession | undefined {
    return this.parts.sessionOf();
  }

  get account(): Reading<AccountInfo> {
    return this.accountValue.current;
  }

  get list(): Reading<ListedBuckets> {
    return this.listValue.current;
  }

  /** Since when there is no link, and what is told is of before that; undefined while there is one. */
  get lostSince(): number | undefined {
    return this.link.lostSince;
  }

  /** Requests that one reading of the list takes, and how many seconds are between two. */
  get pace(): { readonly requests: number; readonly seconds: number } {
    const requests = this.requests;
    return { requests, seconds: (this.ticksBetween * everyMs) / 1_000 };
  }

  setVisible(isVisible: boolean): void {
    this.link.setVisible(isVisible);
  }

  /** Which sessions there are has changed. */
  sessionsChanged(): void {
    this.link.sessionsChanged();
  }

  /** Reads all anew, connecting where there is no link: somebody asks for it. */
  async refresh(): Promise<void> {
    const { session } = this;
    if (!session) {
      this.changed.fire();
      return;
    }
    await Promise.all([
      this.accountValue.read(async () => (await session.connect()).accountInfo()),
      this.listValue.read(async () => this.readList(await session.connect())),
    ]);
  }

  dispose(): void {
    this.store.dispose();
  }

  private get requests(): number {
    const { buckets = [], unavailable = [] } = this.list.value ?? {};
    return Math.max(1, Math.ceil((buckets.length + unavailable.length) / bucketsAPage));
  }

  private get ticksBetween(): number {
    return Math.ceil(this.requests / pagesAtOnce);
  }

  private async readAll(connection: KvConnection): Promise<void> {
    await Promise.all([
      this.accountValue.read(() => connection.accountInfo()),
      this.listValue.read(() => this.readList(connection)),
    ]);
  }

  private async readList(connection: KvConnection): Promise<ListedBuckets> {
    const unavailable: UnavailableBucket[] = [];
    const onUnavailable = (bucket: UnavailableBucket) => unavailable.push(bucket);
    const buckets = await connection.listBuckets({ onUnavailable });
    this.growth.see(buckets, this.now());
    return { buckets, unavailable };
  }

  private async tick(): Promise<void> {
    const connection = this.session?.linkIfUp;
    this.ticks++;
    if (connection && this.ticks % this.ticksBetween === 0) {
      await Promise.all([
        this.accountValue.readAgain(() => connection.accountInfo()),
        this.listValue.readAgain(() => this.readList(connection)),
      ]);
    }
  }
}
