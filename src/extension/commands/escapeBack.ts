import type { Disposable } from '../../kv/base/event';
import { contextKeys } from '../contributions';
import { setContext } from '../report';

/**
 * Owns what Escape does while a box is open that leads back to another one; changes only through `hold`
 * and the end of what that gave. VS Code tells nobody why a box was hidden: a box that Escape closed
 * looks like one that another command replaced, and so Escape is a key of ours for as long.
 */
export class EscapeBack {
  private back: (() => void) | undefined;

  /** Has Escape run this until it is disposed. */
  hold(back: () => void): Disposable {
    this.back = back;
    setContext(contextKeys.escapeGoesBack, true);
    return {
      dispose: () => {
        if (this.back === back) {
          this.back = undefined;
          setContext(contextKeys.escapeGoesBack, false);
        }
      },
    };
  }

  press(): void {
    this.back?.();
  }
}
