import { t } from '../base/l10n';
import { ObservableValue, type Disposable, type Observable } from '../base/event';
import { messageOf } from '../model/errors';
import type { Freshness } from './bucketFollower';

/**
 * Owns how certain what is known of a key is; changes only through its methods. What takes the
 * certainty away is counted, so that a read that was under way then gives none back.
 */
export class Certainty implements Disposable {
  private readonly value = new ObservableValue<Freshness>({ kind: 'starting' });
  private lost = 0;
  private confirmedUpTo = 0;
  private at = -Infinity;
  private behind = 0;
  private failing: { readonly since: number; readonly reason: string } | undefined;

  /** As fresh as the follower of the bucket, and as the last read was. */
  readonly freshness: Observable<Freshness> = this.value;

  constructor(
    private readonly follower: Observable<Freshness>,
    private readonly now: () => number,
  ) {}

  /** What may be of a time or of a bucket that is no more. */
  get isDoubtful(): boolean {
    return this.lost > this.confirmedUpTo || this.follower.current.kind === 'stale';
  }

  /** Answers in a row that were behind what was told. */
  get timesBehind(): number {
    return this.behind;
  }

  /** Marks the moment at which a read begins, for `confirm`. */
  get mark(): number {
    return this.lost;
  }

  /** Whether the server has said so in the last `maxAgeMs`, and nothing speaks against it. */
  isFresh(maxAgeMs: number): boolean {
    return !this.isDoubtful && performance.now() - this.at <= maxAgeMs;
  }

  lose(): void {
    this.lost++;
    this.tell();
  }

  /** The server said so, asked at `mark`; by default all that spoke against it is settled. */
  confirm(mark = this.lost): void {
    this.confirmedUpTo = mark;
    this.at = performance.now();
    this.behind = 0;
    this.failing = undefined;
    this.tell();
  }

  /** The server acknowledged a write: what it left is known for sure. */
  acknowledge(): void {
    this.at = performance.now();
  }

  answeredBehind(): void {
    this.behind++;
    this.tell();
  }

  fail(error: unknown): void {
    this.lost++;
    this.failing = { since: this.failing?.since ?? this.now(), reason: messageOf(error) };
    this.tell();
  }

  /** Tells how fresh it is by now: the follower has changed, or it was read. */
  tell(): void {
    const next = this.present();
    const { current } = this.value;
    const isSame =
      next.kind === 'stale' && current.kind === 'stale'
        ? next.since === current.since && next.reason === current.reason
        : next.kind === current.kind;
    if (!isSame) {
      this.value.set(next);
    }
  }

  dispose(): void {
    this.value.dispose();
  }

  private present(): Freshness {
    const { current } = this.follower;
    if (current.kind === 'stale') {
      return current;
    }
    if (this.failing) {
      return { kind: 'stale', ...this.failing };
    }
    if (!this.isDoubtful && this.behind === 0) {
      return current;
    }
    const { current: before } = this.value;
    const since = before.kind === 'stale' ? before.since : this.now();
    return { kind: 'stale', since, reason: t('being read again') };
  }
}
