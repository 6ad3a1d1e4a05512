import { throwIfCancelled } from '../../model/errors';
import { Pace } from '../../base/pace';
import { joinPath, type Separators } from './keyPath';
import { Double, noNode, rootNode, Word, type NodeStore } from './nodeStore';

/** What the keys of one token below a prefix hold: a folder's with all below it, or that of a key. */
interface SurveyedPart {
  readonly path: string;
  readonly keys: number;
  /** Bytes of the last values. */
  readonly bytes: number;
  /** Whether there are keys below. */
  readonly isFolder: boolean;
}

/** What the live keys below a prefix hold, by what the index in memory knows of them. */
export interface KeySurvey {
  /** `''` for the whole bucket. */
  readonly prefix: string;
  readonly keys: number;
  /** Bytes of the last values: without names, headers and history. */
  readonly bytes: number;
  /** The largest parts, the one with the most bytes first. */
  readonly parts: readonly SurveyedPart[];
  /** What is in none of these. */
  readonly rest: { readonly parts: number; readonly keys: number; readonly bytes: number };
  /** Keys by the size of their value, a count for each of `sizeClasses`. */
  readonly sizes: readonly number[];
  /** Keys by the age of their value, a count for each of `ageClasses`. */
  readonly ages: readonly number[];
  readonly largest: number;
}

/** The least size in bytes of each class; one ends where the next begins. */
export const sizeClasses: readonly number[] = [
  0, 1, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576,
];

const hour = 3_600_000;
/** The least age in milliseconds of each class; one ends where the next begins. */
export const ageClasses: readonly number[] = [
  0,
  60_000,
  10 * 60_000,
  hour,
  6 * hour,
  24 * hour,
  7 * 24 * hour,
  30 * 24 * hour,
  365 * 24 * hour,
];

export interface SurveyOptions {
  /** The clock that ages are told by, in milliseconds since the epoch. */
  readonly now: number;
  /** How many parts are told apart. */
  readonly most: number;
  readonly signal?: AbortSignal;
}

/** Nodes that are gone through between two looks at the clock. */
const nodesAtOnce = 512;

/** The node that a prefix ends at; `noNode` where no key has it. */
interface Prefix {
  readonly path: string;
  readonly node: number;
  readonly separators: Separators;
}

/**
 * Goes twice through all nodes of a tree, in turns with other work. Keys that come or go meanwhile may
 * be counted or not. Throws `cancelled`.
 */
export async function surveyTree(
  nodes: NodeStore,
  prefix: Prefix,
  { now, most, signal }: SurveyOptions,
): Promise<KeySurvey> {
  const bytesOf = new Float64Array(nodes.end);
  const sizes = sizeClasses.map(() => 0);
  const ages = ageClasses.map(() => 0);
  let [keys, bytes, largest] = [0, 0, 0];
  await eachNode(nodes, prefix, signal, (node) => {
    const part =
      nodes.getDouble(node, Double.revision) > 0 ? partAbove(nodes, node, prefix) : noNode;
    if (part !== noNode) {
      const size = nodes.get(node, Word.size);
      bytesOf[part] = (bytesOf[part] ?? 0) + size;
      keys++;
      bytes += size;
      largest = Math.max(largest, size);
      addTo(sizes, sizeClasses, size);
      addTo(ages, ageClasses, now - nodes.getDouble(node, Double.created));
    }
  });
  const top = new Largest(most, (node) => bytesOf[node] ?? 0);
  await eachNode(nodes, prefix, signal, (node) => {
    if (nodes.get(node, Word.parent) === prefix.node) {
      top.add(node);
    }
  });
  const parts = top.all.map((node) => ({
    path: joinPath(prefix.path, nodes.token(node), prefix.separators),
    keys: nodes.get(node, Word.count),
    bytes: bytesOf[node] ?? 0,
    isFolder: nodes.get(node, Word.childCount) > 0,
  }));
  const rest = {
    parts: top.count - parts.length,
    keys: parts.reduce((left, part) => left - part.keys, keys),
    bytes: parts.reduce((left, part) => left - part.bytes, bytes),
  };
  return { prefix: prefix.path, keys, bytes, parts, rest, sizes, ages, largest };
}

async function eachNode(
  nodes: NodeStore,
  prefix: Prefix,
  signal: AbortSignal | undefined,
  take: (node: number) => void,
): Promise<void> {
  throwIfCancelled(signal);
  const pace = new Pace();
  for (let node = rootNode + 1; prefix.node !== noNode && node < nodes.end; node++) {
    if (node % nodesAtOnce === 0 && pace.isOver) {
      await pace.rest();
      throwIfCancelled(signal);
    }
    take(node);
  }
}

/** The node right below the prefix that a key is at or below; `noNode` when there is none. */
function partAbove(nodes: NodeStore, key: number, prefix: Prefix): number {
  let node = key;
  let parent = nodes.get(node, Word.parent);
  while (parent !== prefix.node && parent !== rootNode && parent !== noNode) {
    node = parent;
    parent = nodes.get(node, Word.parent);
  }
  return parent === prefix.node ? node : noNode;
}

/** The last class that begins at the value or below; what is below all is in the first. */
function addTo(counts: number[], classes: readonly number[], value: number): void {
  let at = classes.length - 1;
  while (at > 0 && value < (classes[at] ?? 0)) {
    at--;
  }
  counts[at] = (counts[at] ?? 0) + 1;
}

/** Owns the largest of many numbers; changes only through `add`. */
class Largest {
  private kept: number[] = [];
  count = 0;

  constructor(
    private readonly most: number,
    private readonly sizeOf: (item: number) => number,
  ) {}

  /** Largest first; those of one size in the order they came. */
  get all(): readonly number[] {
    this.cut();
    return this.kept;
  }

  add(item: number): void {
    this.count++;
    this.kept.push(item);
    if (this.kept.length >= 16 * this.most) {
      this.cut();
    }
  }

  private cut(): void {
    this.kept.sort((a, b) => this.sizeOf(b) - this.sizeOf(a));
    this.kept.length = Math.min(this.kept.length, this.most);
  }
}
