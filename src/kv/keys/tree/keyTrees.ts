import { isLive, type KeyInfo, type Operation } from '../../model/entry';
import type { KeyBatch } from '../../model/keyBatch';
import { Pace } from '../../base/pace';
import type { Separators } from './keyPath';
import { KeyTree } from './keyTree';
import { OwnTtls } from './ownTtls';

/** How a bucket's keys are arranged, and whether deleted, purged and expired ones are kept too. */
export interface TreeShape extends Separators {
  readonly deleted: boolean;
}

/** The keys of a batch with new facts, and whether keys came or went. */
export interface BatchEffect {
  readonly keys: readonly string[];
  readonly structural: boolean;
}

const keysAtOnce = 1_000;
const markers: readonly Operation[] = ['DEL', 'PURGE', 'EXPIRED'];

/**
 * Owns the live keys of a bucket and, where they are wanted, those whose last message is a marker;
 * changes only through `apply` and `applyAll`. A key is in one of the two at most.
 */
export class KeyTrees {
  readonly present: KeyTree;
  private readonly gone: KeyTree | undefined;
  readonly ttls = new OwnTtls();

  constructor(readonly shape: TreeShape) {
    this.present = new KeyTree(0, shape);
    // To it a marker is what a value is to the other, and the other way round.
    this.gone = shape.deleted ? new KeyTree(0, shape) : undefined;
  }

  get all(): readonly KeyTree[] {
    return this.gone ? [this.present, this.gone] : [this.present];
  }

  /** The first revision that messages may come late from, see `KeyTree`. */
  set markersFrom(revision: number) {
    this.all.forEach((tree) => (tree.markersFrom = revision));
  }

  /** The last message of a key: live, or a marker where these are kept. */
  get(key: string): KeyInfo | undefined {
    const found = this.present.get(key);
    if (found) {
      const end = this.ttls.endOf(found);
      return end === undefined ? found : { ...found, ttl: end - found.created };
    }
    const marker = this.gone?.get(key);
    return marker && { ...marker, operation: markers[marker.size] ?? 'DEL', size: 0 };
  }

  /** Deleted keys below a path; 0 where they are not kept. */
  countDeleted(path: string): number {
    return this.gone?.count(path) ?? 0;
  }

  applyAll(batch: KeyBatch): BatchEffect {
    const { gone } = this;
    this.ttls.noteAll(batch);
    const effect = this.present.applyAll(batch);
    if (!gone) {
      return effect;
    }
    let structural = effect.structural;
    batch.forEach((info) => {
      const size = markers.indexOf(info.operation);
      const operation = isLive(info) ? 'DEL' : 'PUT';
      const change = gone.apply({ ...info, operation, size: Math.max(0, size) });
      structural ||= change !== 'none';
    });
    return { keys: effect.keys, structural };
  }

  /**
   * Takes out all messages of lower revisions, markers too, in turns with other work. Resolves with
   * whether there were any.
   */
  async dropBefore(revision: number): Promise<boolean> {
    let found = false;
    const pace = new Pace();
    for (const tree of this.all) {
      for (let cursor: number | undefined = 0; cursor !== undefined;) {
        const { keys, next } = tree.keysFrom(cursor, keysAtOnce, revision);
        const marker = { revision, operation: 'DEL', created: 0, size: 0 } as const;
        keys.forEach((key) => tree.apply({ key, ...marker }));
        found ||= keys.length > 0;
        cursor = next;
        if (pace.isOver) {
          await pace.rest();
        }
      }
      tree.settle();
    }
    return found;
  }

  /** A message went without a marker; what is there instead may be an older one. */
  replace({ key, revision }: Pick<KeyInfo, 'key' | 'revision'>, found: KeyInfo | undefined): void {
    const marker = { key, revision: revision + 1, operation: 'DEL', created: 0, size: 0 } as const;
    this.all.forEach((tree) => tree.apply(marker));
    this.settle();
    if (found) {
      this.applyAll([found]);
    }
  }

  settle(): void {
    this.all.forEach((tree) => tree.settle());
  }
}
