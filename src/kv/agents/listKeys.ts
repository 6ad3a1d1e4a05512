import type { KeyInfo } from '../model/entry';
import { isLive } from '../model/entry';
import { throwIfCancelled } from '../model/errors';
import { limits } from './limits';
import type { ShownKey } from './shownKey';
import { patternOf, type BucketPlace, type ToolContext } from './toolContext';

/** A key that was listed, by the name that agents see: several keys can have one. */
interface ListedKey {
  readonly name: string;
  readonly isSecret: boolean;
  /** Of one of them. */
  readonly info: KeyInfo;
  count: number;
}

export interface KeyQuery {
  readonly pattern?: string | undefined;
  readonly words?: string | undefined;
  /** Only names that come after it. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ListedKeys {
  /** The first names in their order. */
  readonly keys: readonly ListedKey[];
  /** Keys that match, also those before `after` and beyond the limit. */
  readonly total: number;
  /** Whether there are names beyond the limit. */
  readonly hasMore: boolean;
  /** Whether all keys were looked at. */
  readonly isWhole: boolean;
}

/**
 * Lists live keys by the names that agents see: patterns, words and places in the order count on these alone,
 * so that nothing withheld can be found out by asking. Takes as much memory as the limit, however many
 * keys there are.
 */
export async function listKeys(
  context: ToolContext,
  place: BucketPlace,
  query: KeyQuery,
): Promise<ListedKeys> {
  const hasWords = wordTest(query.words);
  const first = new FirstKeys(query.limit, query.after);
  const isWhole = await eachKey(context, place, query.pattern, (info, { name, isSecret }) => {
    if (hasWords(name)) {
      first.add({ name, isSecret, info, count: 1 });
    }
  });
  return { ...first.end(), isWhole };
}

/** Tells each live key that a pattern stands for, in no order; false where there are more than are looked at. */
export async function eachKey(
  { signal }: ToolContext,
  { connection, bucket, shown }: BucketPlace,
  pattern: string | undefined,
  take: (info: KeyInfo, shownKey: ShownKey) => void,
): Promise<boolean> {
  const { filter, isWanted } = patternOf(pattern);
  let listed = 0;
  for await (const batch of connection.list(bucket, { filter, signal })) {
    throwIfCancelled(signal);
    batch.forEach((info) => {
      const key = shown(info.key);
      if (isLive(info) && isWanted(info.key, key.name)) {
        take(info, key);
      }
    });
    listed += batch.length;
    if (listed >= limits.listedKeys) {
      return false;
    }
  }
  return true;
}

function wordTest(words = ''): (name: string) => boolean {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (name) => wanted.every((word) => name.toLowerCase().includes(word));
}

/** Owns the first names after a name; changes only through `add`. */
class FirstKeys {
  private kept = new Map<string, ListedKey>();
  private most: string | undefined;
  private total = 0;
  private hasMore = false;

  constructor(
    private readonly limit: number,
    private readonly after: string | undefined,
  ) {}

  add(key: ListedKey): void {
    this.total++;
    const { name } = key;
    if (this.after !== undefined && name <= this.after) {
      return;
    }
    const same = this.kept.get(name);
    if (same) {
      same.count++;
    } else if (this.most !== undefined && name > this.most) {
      this.hasMore = true;
    } else {
      this.kept.set(name, key);
      if (this.kept.size > 4 * this.limit + 64) {
        this.cut();
      }
    }
  }

  end() {
    this.cut();
    return { keys: [...this.kept.values()], total: this.total, hasMore: this.hasMore };
  }

  private cut(): void {
    const sorted = [...this.kept.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.hasMore ||= sorted.length > this.limit;
    const first = sorted.slice(0, this.limit);
    this.kept = new Map(first.map((key) => [key.name, key]));
    this.most = first.length < this.limit ? undefined : first.at(-1)?.name;
  }
}
