import type { BucketStatus } from '../model/bucket';
import { isKvError } from '../model/errors';
import { Emitter, type Disposable, type Event } from '../base/event';
import type { KvConnection } from '../model/kvConnection';

/** What a look at the state of a bucket has found. */
export interface BucketLook {
  readonly status: BucketStatus;
  /** Messages may have gone since the look before of which no change tells. */
  readonly lost: boolean;
}

/** In milliseconds: it takes the server a fraction of one to answer. */
const everyMs = 5_000;
/** The same while nobody sees what is followed. */
const unseenMs = 60_000;

/**
 * Owns the looks at the state of one bucket that is followed: a stream that is purged, that makes room
 * for new messages or lets them expire removes keys of which no watch tells. Changes only through
 * `begin`, `want`, `start`, `stop` and `look`.
 */
export class BucketLooks implements Disposable {
  private readonly looked = new Emitter<BucketLook>();
  private before: BucketStatus | undefined;
  private running: Promise<BucketStatus> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isOn = false;
  private wanted = 0;

  readonly onDidLook: Event<BucketLook> = this.looked.event;

  constructor(
    private readonly connection: Pick<KvConnection, 'bucketStatus'>,
    private readonly bucket: string,
  ) {}

  /** What was seen last. */
  get last(): BucketStatus | undefined {
    return this.before;
  }

  /** Takes what was just asked as the first look. */
  begin(status: BucketStatus): void {
    this.before = status;
  }

  /** Has it look more often until that is disposed, as for what is in view. */
  want(): Disposable {
    let step = 1;
    this.wanted += step;
    this.reschedule();
    return {
      dispose: () => {
        this.wanted -= step;
        step = 0;
      },
    };
  }

  /** Looks again and again, until it is stopped. */
  start(): void {
    if (!this.isOn) {
      this.isOn = true;
      this.schedule();
    }
  }

  stop(): void {
    this.isOn = false;
    clearTimeout(this.timer);
  }

  /** Looks now; all who ask meanwhile share the answer. */
  look(): Promise<BucketStatus> {
    this.running ??= this.ask().finally(() => (this.running = undefined));
    return this.running;
  }

  dispose(): void {
    this.stop();
    this.looked.dispose();
  }

  private reschedule(): void {
    if (this.isOn) {
      clearTimeout(this.timer);
      this.schedule();
    }
  }

  private schedule(): void {
    const wait = this.wanted > 0 ? everyMs : unseenMs;
    this.timer = setTimeout(() => void this.lookByItself(), wait);
  }

  private async lookByItself(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      // What is wrong with the bucket is told by its watch. One who may not ask may not in five seconds.
      this.isOn &&= !isKvError(error, 'denied');
    }
    this.reschedule();
  }

  private async ask(): Promise<BucketStatus> {
    const status = await this.connection.bucketStatus(this.bucket);
    const { before } = this;
    this.before = status;
    this.reschedule();
    const isSame = before?.created === status.created;
    const lost = isSame && (status.subjects < before.subjects || status.values < before.values);
    this.looked.fire({ status, lost });
    return status;
  }
}
