/** A consumer of a bucket's stream: somebody who watches, lists or works through its messages. */
export interface ConsumerStatus {
  readonly name: string;
  /** In milliseconds since the epoch. */
  readonly created: number;
  /** Whether this extension made it, here or in another window: by its metadata, else by its name. */
  readonly isOwn: boolean;
  readonly description: string;
  /** Outlives those that use it. */
  readonly isDurable: boolean;
  readonly kind: 'push' | 'pull';
  /** Whether somebody listens: of pull consumers, whether requests wait. */
  readonly isBound: boolean;
  /** What it delivers of the bucket, as subjects. */
  readonly filters: readonly string[];
  /** Messages that it has yet to deliver. */
  readonly pending: number;
  /** Messages that were delivered and not acknowledged; 0 where nobody has to. */
  readonly unacknowledged: number;
  /** When it last delivered, in milliseconds since the epoch; undefined when never. */
  readonly lastDelivered: number | undefined;
  /** Whether its delivery is paused (server 2.11). */
  readonly isPaused: boolean;
}

/** The consumers of a bucket by name, as many as were read of `total`. */
export interface ConsumerList {
  readonly total: number;
  readonly consumers: readonly ConsumerStatus[];
}
