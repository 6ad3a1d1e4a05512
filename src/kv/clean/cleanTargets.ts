import type { KeyInfo, Operation } from '../model/entry';

/** A key of a plan, as it was listed. */
export interface CleanTarget extends Pick<KeyInfo, 'key' | 'revision' | 'size' | 'created'> {
  readonly operation: Operation;
  /** Messages below this revision go; 0 where a marker is put. */
  readonly before: number;
  /** Messages that go, as far as that is known. */
  readonly messages: number;
}

const operations: readonly Operation[] = ['PUT', 'DEL', 'PURGE', 'EXPIRED'];

/**
 * Owns the keys of a plan, in columns, so that a million of them are no million objects; changes only
 * through `set` and `remove`.
 */
export class CleanTargets {
  private readonly places = new Map<string, number>();
  private readonly keys: string[] = [];
  private readonly revisions: number[] = [];
  private readonly sizes: number[] = [];
  private readonly createds: number[] = [];
  private readonly operations: number[] = [];
  private readonly befores: number[] = [];
  private readonly messages: number[] = [];

  get count(): number {
    return this.keys.length;
  }

  /** Bytes of all values. */
  get bytes(): number {
    return this.sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Messages that go, as far as that is known. */
  get messageCount(): number {
    return this.messages.reduce((sum, count) => sum + count, 0);
  }

  has(key: string): boolean {
    return this.places.has(key);
  }

  /** Adds a key, or replaces what was said of it. */
  set({ key, revision, size, created, operation, before, messages }: CleanTarget): void {
    const at = this.places.get(key) ?? this.keys.length;
    this.places.set(key, at);
    this.keys[at] = key;
    this.revisions[at] = revision;
    this.sizes[at] = size;
    this.createds[at] = created;
    this.operations[at] = operations.indexOf(operation);
    this.befores[at] = before;
    this.messages[at] = messages;
  }

  /** The last key takes the place of one that is removed. */
  remove(key: string): void {
    const at = this.places.get(key);
    if (at === undefined) {
      return;
    }
    const last = this.at(this.count - 1);
    this.places.delete(key);
    const columns = [this.keys, this.revisions, this.sizes, this.createds, this.operations];
    [...columns, this.befores, this.messages].forEach((column) => column.pop());
    if (last.key !== key) {
      this.places.set(last.key, at);
      this.set(last);
    }
  }

  at(at: number): CleanTarget {
    return {
      key: this.keys[at] ?? '',
      revision: this.revisions[at] ?? 0,
      size: this.sizes[at] ?? 0,
      created: this.createds[at] ?? 0,
      operation: operations[this.operations[at] ?? 0] ?? 'PUT',
      before: this.befores[at] ?? 0,
      messages: this.messages[at] ?? 0,
    };
  }

  /** The first keys, in the order of their listing. */
  first(most: number): CleanTarget[] {
    return Array.from({ length: Math.min(most, this.count) }, (_, at) => this.at(at));
  }
}
