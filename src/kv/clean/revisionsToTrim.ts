import type { KeyInfo, Operation } from '../model/entry';
import { CleanTargets } from './cleanTargets';

/** The last revisions of a key, and what there is besides. */
interface KeptRevisions {
  /** Revisions with their sizes, in turns; the oldest first. */
  readonly last: number[];
  /** How many are older, and their bytes. */
  older: number;
  bytes: number;
  created: number;
  operation: Operation;
}

/** Owns what a listing of histories has told so far; changes only through `add`. */
export class RevisionsToTrim {
  private readonly keys = new Map<string, KeptRevisions>();

  /** `keep`: how many revisions of each key stay. */
  constructor(private readonly keep: number) {}

  /** Takes the messages of each key in their order; one that is told again counts once. */
  add({ key, revision, size, created, operation }: KeyInfo): void {
    const kept = this.keys.get(key) ?? { last: [], older: 0, bytes: 0, created, operation };
    this.keys.set(key, kept);
    if (revision <= (kept.last.at(-2) ?? 0)) {
      return;
    }
    kept.last.push(revision, size);
    kept.created = created;
    kept.operation = operation;
    if (kept.last.length > 2 * this.keep) {
      const [, bytes = 0] = kept.last.splice(0, 2);
      kept.older++;
      kept.bytes += bytes;
    }
  }

  /** The keys with more revisions than stay; sizes are of what goes. */
  targets(): CleanTargets {
    const targets = new CleanTargets();
    for (const [key, { last, older, bytes, created, operation }] of this.keys) {
      if (older > 0) {
        const revision = last.at(-2) ?? 0;
        const before = last[0] ?? 0;
        targets.set({ key, revision, size: bytes, created, operation, before, messages: older });
      }
    }
    return targets;
  }
}
