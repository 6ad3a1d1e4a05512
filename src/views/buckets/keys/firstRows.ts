import { until } from '../../../kv/base/until';
import type { KeyIndex } from '../../../kv/session/keyIndex';

/** How long rows may be waited for before the row says that keys are being listed, in milliseconds. */
const patienceMs = 300;

/**
 * Owns the waits for the first keys of listings that begin; changes only through `of`. Rows that are given
 * when they are asked for spare VS Code a row that says that they come, and all a refresh.
 */
export class FirstRows {
  private readonly waits = new WeakMap<KeyIndex, Promise<void>>();
  private readonly awaited = new WeakSet<KeyIndex>();

  /** Resolves when an index has keys to show, or will not soon; undefined where it need not be waited for. */
  of(index: KeyIndex): Promise<void> | undefined {
    if (isEmptyYet(index) && !this.waits.has(index)) {
      this.awaited.add(index);
      const wait = until(() => !isEmptyYet(index), [index.state.onDidChange], {
        timeoutMs: patienceMs,
      });
      this.waits.set(
        index,
        wait.then(() => void this.awaited.delete(index)),
      );
    }
    return this.isAwaited(index) ? this.waits.get(index) : undefined;
  }

  /** Whether rows are on their way to VS Code, which need not be told to ask for them. */
  isAwaited(index: KeyIndex): boolean {
    return this.awaited.has(index);
  }
}

function isEmptyYet({ state }: KeyIndex): boolean {
  return state.current.kind === 'listing' && state.current.found === 0;
}
