import { t } from '../base/l10n';
import { KvError } from '../model/errors';
import { ObservableValue, type Disposable, type Observable } from '../base/event';

/** `unlocked`: writes of a read-only connection are allowed until then (milliseconds since the epoch). */
export type WriteLockState =
  | { readonly kind: 'writable' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'unlocked'; readonly until: number };

/** What writers ask before anything is sent. */
export type WriteGuard = Pick<WriteLock, 'check'>;

/** The longest that a timer waits; it would fire at once for more. */
const longestMs = 2 ** 31 - 1;

/**
 * Owns whether a connection may write; changes only through `unlock`, `lock` and the end of the time
 * that was unlocked. The adapter's writers ask it before anything is sent.
 */
export class WriteLock implements Disposable {
  private readonly value: ObservableValue<WriteLockState>;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly readOnly: boolean) {
    this.value = new ObservableValue<WriteLockState>({ kind: readOnly ? 'locked' : 'writable' });
  }

  get state(): Observable<WriteLockState> {
    return this.value;
  }

  /** Allows writes for some milliseconds, 24 days at most; counts anew when they are allowed already. */
  unlock(forMs: number): void {
    if (!this.readOnly) {
      return;
    }
    clearTimeout(this.timer);
    const duration = Math.min(forMs, longestMs);
    this.timer = setTimeout(() => this.lock(), duration);
    this.value.set({ kind: 'unlocked', until: Date.now() + duration });
  }

  lock(): void {
    clearTimeout(this.timer);
    if (this.readOnly && this.value.current.kind !== 'locked') {
      this.value.set({ kind: 'locked' });
    }
  }

  /** Throws `readOnly` unless writes are allowed now. */
  check(): void {
    const { current } = this.value;
    const isOpen =
      current.kind === 'writable' || (current.kind === 'unlocked' && Date.now() < current.until);
    if (!isOpen) {
      throw new KvError('readOnly', t('this connection is read-only; unlock writes to change it'));
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.value.dispose();
  }
}
