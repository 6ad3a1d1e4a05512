import type { Background } from '../../../kv/base/background';

/** What keeps values over restarts; VS Code's `Memento` is one. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

const memoryKey = 'natsKv.tree';
/** Rows kept open over a restart; the ones opened longest ago are given up first. */
const mostRows = 300;

interface Kept {
  readonly expanded: readonly string[];
  readonly selected?: string | undefined;
}

/**
 * Owns which rows are open and which one is selected, by their ids; changes only through its methods.
 * VS Code keeps that over refreshes, and forgets it when the window is loaded again.
 */
export class TreeMemory {
  private readonly expanded: Set<string>;
  private wanted: string | undefined;

  constructor(
    private readonly memory: Memory | undefined,
    private readonly inBackground: Background,
  ) {
    const kept = memory?.get<Partial<Kept>>(memoryKey) ?? {};
    this.expanded = new Set(kept.expanded ?? []);
    this.wanted = kept.selected;
  }

  /** The row to select as soon as it is there; undefined once the user has selected one. */
  get toSelect(): string | undefined {
    return this.wanted;
  }

  isExpanded(id: string): boolean {
    return this.expanded.has(id);
  }

  expand(id: string): void {
    this.expanded.delete(id);
    this.expanded.add(id);
    this.keep(undefined);
  }

  collapse(id: string): void {
    this.expanded.delete(id);
    this.keep(undefined);
  }

  select(id: string | undefined): void {
    this.wanted = undefined;
    this.keep(id);
  }

  private selected: string | undefined;

  private keep(selected: string | undefined): void {
    this.selected = selected ?? this.selected ?? this.wanted;
    const kept: Kept = { expanded: [...this.expanded].slice(-mostRows), selected: this.selected };
    if (this.memory) {
      this.inBackground('remember the open rows', this.memory.update(memoryKey, kept));
    }
  }
}
