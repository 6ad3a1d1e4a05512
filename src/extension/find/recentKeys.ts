import { Emitter, type Disposable, type Event } from '../../kv/base/event';
import { isSameKey, type KeyAddress } from '../../kv/model/keyAddress';
import type { Memory } from '../../views/buckets/rows/treeMemory';

const memoryKey = 'natsKv.recentKeys';
const mostRecent = 50;

/** Owns the keys that were opened lately, the latest first; changes only through `add`. Kept over restarts. */
export class RecentKeys implements Disposable {
  private readonly changed = new Emitter<void>();
  private kept: readonly KeyAddress[];

  readonly onDidChange: Event<void> = this.changed.event;

  constructor(private readonly memory: Memory) {
    const kept = memory.get<unknown>(memoryKey);
    this.kept = Array.isArray(kept) ? kept.filter(isAddress) : [];
  }

  get all(): readonly KeyAddress[] {
    return this.kept;
  }

  async add({ connectionId, bucket, key }: KeyAddress): Promise<void> {
    const added = { connectionId, bucket, key };
    const [latest] = this.kept;
    if (latest && isSameKey(latest, added)) {
      return;
    }
    const others = this.kept.filter((each) => !isSameKey(each, added));
    this.kept = [added, ...others].slice(0, mostRecent);
    await this.memory.update(memoryKey, this.kept);
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function isAddress(value: unknown): value is KeyAddress {
  const { connectionId, bucket, key } = (value ?? {}) as Partial<Record<string, unknown>>;
  return [connectionId, bucket, key].every((part) => typeof part === 'string');
}
