import { viewIds } from '../../../extension/contributions';
import type { Disposable } from '../../../kv/base/event';
import { plainWindow } from '../../shown/plainWindow';
import { ignore } from '../../../kv/base/ignore';

/** Owns the bar that runs in the view while keys are listed; changes only through `set`. */
export class ListingProgress implements Disposable {
  private readonly running = new Set<string>();
  private stop: (() => void) | undefined;

  /** Says whether what has this id is being listed. */
  set(id: string, isListing: boolean): void {
    if (isListing) {
      this.running.add(id);
    } else {
      this.running.delete(id);
    }
    if (this.running.size === 0) {
      this.dispose();
    } else {
      this.start();
    }
  }

  dispose(): void {
    this.stop?.();
    this.stop = undefined;
  }

  private start(): void {
    if (!this.stop) {
      const done = new Promise<void>((resolve) => (this.stop = resolve));
      const location = { viewId: viewIds.buckets };
      // A bar that cannot be shown hides nothing else.
      plainWindow.withProgress({ location }, () => done).then(undefined, ignore);
    }
  }
}
