import { until } from '../../../kv/base/until';
import type { KeyIndex } from '../../../kv/session/keyIndex';

/** How long rows may be waited for before the row says that keys are being listed, in milliseconds. */
const patienceMs = 300;
/** How long a listing may take after its first keys to be given as a whole, as that of most buckets is. */
const restMs = 20;

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
      const wait = firstKeys(index).then(() => void this.awaited.delete(index));
      this.waits.set(index, wait);
    }
    return this.isAwaited(index) ? this.waits.get(index) : undefined;
  }

  /** Whether rows are on their way to VS Code, which need not be told to ask for them. */
  isAwaited(index: KeyIndex): boolean {
    return this.awaited.has(index);
  }
}

async function firstKeys(index: KeyIndex): Promise<void> {
  const { state } = index;
  const events = [state.onDidChange];
  await until(() => !isEmptyYet(index), events, { timeoutMs: patienceMs });
  if (!isEmptyYet(index)) {
    await until(() => state.current.kind !== 'listing', events, { timeoutMs: restMs });
  }
}

function isEmptyYet({ state }: KeyIndex): boolean {
  return state.current.kind === 'listing' && state.current.found === 0;
}
