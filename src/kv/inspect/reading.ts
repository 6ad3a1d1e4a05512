import { isKvError, toKvError, type KvError } from '../model/errors';

/** What is known of one thing that a server tells, and how reading it goes. Times are since the epoch. */
export interface Reading<T> {
  /** What was read last; it stays while it is read again, and when that fails. */
  readonly value: T | undefined;
  /** When that was. */
  readonly at: number | undefined;
  /** Why it could not be read the last time, and since when that is so. */
  readonly failed: { readonly error: KvError; readonly since: number } | undefined;
  readonly isReading: boolean;
}

/** Owns what is known of one thing; changes only through `read` and `clear`. The last read counts. */
export class ReadValue<T> {
  private value: Reading<T> = nothing;
  private run = 0;

  constructor(
    private readonly changed: () => void,
    private readonly now: () => number,
  ) {}

  get current(): Reading<T> {
    return this.value;
  }

  /**
   * The same without being asked for: nothing while it is being read, however long that takes, and
   * nothing where the last attempt was denied, for who may not ask may not a moment later.
   */
  async readAgain(make: () => Promise<T>): Promise<T | undefined> {
    const { isReading, failed } = this.value;
    return isReading || failed?.error.kind === 'denied' ? undefined : this.read(make);
  }

  /** Undefined when it failed, or when another read has begun meanwhile. Being cancelled is no failure. */
  async read(make: () => Promise<T>): Promise<T | undefined> {
    const run = ++this.run;
    this.set({ ...this.value, isReading: true });
    try {
      const value = await make();
      if (run !== this.run) {
        return undefined;
      }
      this.set({ value, at: this.now(), failed: undefined, isReading: false });
      return value;
    } catch (error) {
      if (run === this.run) {
        const since = this.value.failed?.since ?? this.now();
        const failed = isKvError(error, 'cancelled')
          ? this.value.failed
          : { error: toKvError(error), since };
        this.set({ ...this.value, failed, isReading: false });
      }
      return undefined;
    }
  }

  /** Forgets it; what is being read is not waited for any more. */
  clear(): void {
    this.run++;
    this.set(nothing);
  }

  private set(value: Reading<T>): void {
    this.value = value;
    this.changed();
  }
}

const nothing = { value: undefined, at: undefined, failed: undefined, isReading: false } as const;
