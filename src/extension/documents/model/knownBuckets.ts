import type { BucketStatus } from '../../../kv/model/bucket';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { isKvError } from '../../../kv/model/errors';
import { Emitter, type Disposable, type Event } from '../../../kv/base/event';

/** Why no key of a bucket can be written, as far as is known. */
export type ReadOnlyReason =
  | { readonly kind: 'locked' }
  | { readonly kind: 'mirror'; readonly of: string }
  | { readonly kind: 'counter' };

/** Why no key of a bucket can be written, by what is known of it. */
export function readOnlyReason(
  { lock }: Pick<ConnectionSession, 'lock'>,
  status: BucketStatus | undefined,
): ReadOnlyReason | undefined {
  if (status?.mirrorOf !== undefined) {
    return { kind: 'mirror', of: status.mirrorOf };
  }
  // Streams of counters take nothing but increments (ADR-49, server 2.12).
  if (status?.streamConfig['allow_msg_counter'] === true) {
    return { kind: 'counter' };
  }
  return lock.state.current.kind === 'locked' ? { kind: 'locked' } : undefined;
}

/**
 * Owns what documents have to know of their buckets: from the list of buckets where that was read,
 * else asked for once a bucket. Changes only through `ask`.
 */
export class KnownBuckets implements Disposable {
  private readonly asked = new WeakMap<ConnectionSession, Map<string, BucketStatus | undefined>>();
  private readonly learnt = new Emitter<void>();

  /** Something was answered that was not known. */
  readonly onDidLearn: Event<void> = this.learnt.event;

  status(session: ConnectionSession, bucket: string): BucketStatus | undefined {
    const { current } = session.buckets;
    const buckets = current.kind === 'loaded' ? current.buckets : [];
    return buckets.find(({ name }) => name === bucket) ?? this.asked.get(session)?.get(bucket);
  }

  readOnly(session: ConnectionSession, bucket: string): ReadOnlyReason | undefined {
    return readOnlyReason(session, this.status(session, bucket));
  }

  /**
   * Asks for what is not known of a bucket, once; where it may not be asked, it stays unknown. Any
   * other failure passes: the next one who asks tries again.
   */
  ask(session: ConnectionSession, bucket: string): void {
    const known = this.asked.get(session) ?? new Map<string, BucketStatus | undefined>();
    this.asked.set(session, known);
    if (this.status(session, bucket) || known.has(bucket)) {
      return;
    }
    known.set(bucket, undefined);
    const answer = session.connect().then((connection) => connection.bucketStatus(bucket));
    answer.then(
      (status) => {
        known.set(bucket, status);
        this.learnt.fire();
      },
      // The value was read all the same; a write that is refused says why.
      (error: unknown) => {
        if (!isKvError(error, 'denied')) {
          known.delete(bucket);
        }
      },
    );
  }

  dispose(): void {
    this.learnt.dispose();
  }
}
