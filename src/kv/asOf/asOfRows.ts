import type { KeyInfo, Operation } from '../model/entry';

/** A key now, and what it had at a moment. */
export interface AsOfRow {
  readonly key: string;
  /** Its last message. */
  readonly now: Pick<KeyInfo, 'revision' | 'operation' | 'size' | 'created'>;
  /** The last message that it had by then, as far as it is still stored. */
  readonly then: Pick<KeyInfo, 'revision' | 'operation' | 'size' | 'created'> | undefined;
}

/**
 * What a key was at a moment. `deleted`: it had a marker. `absent`: it had no message, for certain.
 * `unknown`: no message of then is stored any more, so that it may have had one or not.
 */
export type AsOfState = 'value' | 'deleted' | 'absent' | 'unknown';

const operations: readonly Operation[] = ['PUT', 'DEL', 'PURGE', 'EXPIRED'];

/** Messages in columns of numbers; a revision of 0 stands for none. */
class MessageColumns {
  private readonly revisions: number[] = [];
  private readonly operations: number[] = [];
  private readonly sizes: number[] = [];
  private readonly createds: number[] = [];

  revisionAt(at: number): number {
    return this.revisions[at] ?? 0;
  }

  isPutAt(at: number): boolean {
    return this.operations[at] === 0;
  }

  set(at: number, { revision, operation, size, created }: AsOfRow['now']): void {
    this.revisions[at] = revision;
    this.operations[at] = operations.indexOf(operation);
    this.sizes[at] = size;
    this.createds[at] = created;
  }

  clear(at: number): void {
    this.set(at, { revision: 0, operation: 'PUT', size: 0, created: 0 });
  }

  at(at: number): AsOfRow['now'] {
    return {
      revision: this.revisions[at] ?? 0,
      operation: operations[this.operations[at] ?? 0] ?? 'PUT',
      size: this.sizes[at] ?? 0,
      created: this.createds[at] ?? 0,
    };
  }
}

/**
 * Owns what has been told of keys as of a moment, in columns, so that a million of them are no million
 * objects; changes only through `tellNow`, `tellThen` and `remove`.
 */
export class AsOfRows {
  private readonly places = new Map<string, number>();
  private readonly keys: string[] = [];
  private readonly now = new MessageColumns();
  private readonly then = new MessageColumns();

  get count(): number {
    return this.keys.length;
  }

  /** The key's last message, unless a later one has been told. */
  tellNow(info: KeyInfo): void {
    const at = this.placeOf(info.key);
    if (info.revision >= this.now.revisionAt(at)) {
      this.now.set(at, info);
    }
  }

  /** A message that the key had by then, unless a later one has been told. */
  tellThen(info: KeyInfo): void {
    const at = this.placeOf(info.key);
    if (info.revision >= this.then.revisionAt(at)) {
      this.then.set(at, info);
    }
  }

  keyAt(at: number): string {
    return this.keys[at] ?? '';
  }

  hasThen(at: number): boolean {
    return this.then.revisionAt(at) > 0;
  }

  /** Whether the key's last message is the one that it had then. */
  isUnchanged(at: number): boolean {
    return this.then.revisionAt(at) === this.now.revisionAt(at);
  }

  isLiveNow(at: number): boolean {
    return this.now.isPutAt(at);
  }

  hadValue(at: number): boolean {
    return this.hasThen(at) && this.then.isPutAt(at);
  }

  at(at: number): AsOfRow {
    const then = this.hasThen(at) ? this.then.at(at) : undefined;
    return { key: this.keyAt(at), now: this.now.at(at), then };
  }

  private placeOf(key: string): number {
    const known = this.places.get(key);
    if (known !== undefined) {
      return known;
    }
    const at = this.keys.length;
    this.places.set(key, at);
    this.keys.push(key);
    this.now.clear(at);
    this.then.clear(at);
    return at;
  }
}
