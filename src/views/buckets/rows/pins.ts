import { Emitter, type Disposable, type Event } from '../../../kv/base/event';
import type { Memory } from './treeMemory';

/**
 * What was opened by its name and stays in the tree: a bucket, the keys below a prefix (`orders.eu.>`
 * as filter), or one key (its filter is the key).
 */
export interface Pin {
  readonly bucket: string;
  readonly filter?: string | undefined;
}

const memoryKey = 'natsKv.pins';

/** Owns the pins of each connection in the order they were made; changes only through its methods. */
export class Pins implements Disposable {
  private readonly changed = new Emitter<string>();
  private kept: Readonly<Record<string, readonly Pin[]>>;

  /** The pins of the connection with this id have changed. */
  readonly onDidChange: Event<string> = this.changed.event;

  constructor(private readonly memory: Memory | undefined) {
    this.kept = memory?.get<Record<string, readonly Pin[]>>(memoryKey) ?? {};
  }

  of(connectionId: string): readonly Pin[] {
    const pins = this.kept[connectionId];
    return pins ?? [];
  }

  has(connectionId: string, pin: Pin): boolean {
    return this.of(connectionId).some((each) => isSame(each, pin));
  }

  async add(connectionId: string, pin: Pin): Promise<void> {
    if (!this.has(connectionId, pin)) {
      await this.keep(connectionId, [...this.of(connectionId), pin]);
    }
  }

  async remove(connectionId: string, pin: Pin): Promise<void> {
    const others = this.of(connectionId).filter((each) => !isSame(each, pin));
    await this.keep(connectionId, others);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async keep(connectionId: string, pins: readonly Pin[]): Promise<void> {
    this.kept = { ...this.kept, [connectionId]: pins };
    await this.memory?.update(memoryKey, this.kept);
    this.changed.fire(connectionId);
  }
}

function isSame(a: Pin, b: Pin): boolean {
  return a.bucket === b.bucket && a.filter === b.filter;
}
