import { DisposableStore, type Disposable } from '../base/event';
import type { KvConnection } from '../model/kvConnection';
import type { LiveSource } from './liveSource';

/** How often a bucket that is gone is looked for: not every account hears that one was created. */
const lookMs = 2_000;

/** Owns the wait for a bucket that is gone; calls `look` when it may be there, until it is disposed. */
export class BucketReturn implements Disposable {
  private readonly store = new DisposableStore();

  constructor(
    source: LiveSource,
    connection: KvConnection | undefined,
    bucket: string,
    look: () => void,
  ) {
    // A connection that was given up on purpose must not be made again for this.
    const lookNow = () => source.state.current.kind === 'connected' && look();
    const timer = setInterval(lookNow, lookMs);
    this.store.add({ dispose: () => clearInterval(timer) });
    const events = connection?.onDidChangeBuckets((event) => {
      if (event.kind === 'created' && event.bucket === bucket) {
        lookNow();
      }
    });
    if (events) {
      this.store.add(events);
    }
  }

  dispose(): void {
    this.store.dispose();
  }
}
