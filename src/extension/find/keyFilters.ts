import { Emitter, type Disposable, type Event } from '../../kv/base/event';
import { parseKeyFilter, type KeyFilter } from '../../kv/find/keyFilter';

/** What keeps values over restarts; VS Code's `Memento` is one. */
export interface FilterMemory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

export interface BucketName {
  readonly connectionId: string;
  readonly bucket: string;
}

/** As it is kept: the texts, by bucket and the latest first. */
interface Kept {
  readonly active: Readonly<Record<string, string>>;
  readonly recent: readonly string[];
  readonly saved: readonly string[];
}

const memoryKey = 'natsKv.keyFilters';
const mostRecent = 20;

/**
 * Owns the filters of the buckets' keys, one at most for each bucket, and those used lately and saved
 * for any; changes only through its methods. Kept over restarts.
 */
export class KeyFilters implements Disposable {
  private readonly changed = new Emitter<BucketName>();
  private readonly parsed = new Map<string, KeyFilter>();
  private kept: Kept;

  /** The filter of a bucket was set, changed or cleared. */
  readonly onDidChange: Event<BucketName> = this.changed.event;

  constructor(private readonly memory: FilterMemory) {
    this.kept = readKept(memory.get(memoryKey));
  }

  /** The filter of a bucket: the same object until it changes. */
  get(bucket: BucketName): KeyFilter | undefined {
    const text = this.kept.active[idOf(bucket)];
    if (text === undefined) {
      return undefined;
    }
    const known = this.parsed.get(text);
    if (known) {
      return known;
    }
    const parsed = parseKeyFilter(text);
    if (parsed.kind !== 'filter') {
      return undefined;
    }
    this.parsed.set(text, parsed.filter);
    return parsed.filter;
  }

  /** Texts used lately, the latest first, the saved ones left out. */
  get recent(): readonly string[] {
    return this.kept.recent.filter((text) => !this.kept.saved.includes(text));
  }

  get saved(): readonly string[] {
    return this.kept.saved;
  }

  /** Filters the keys of a bucket; a text that `parseKeyFilter` takes. */
  async set(bucket: BucketName, text: string): Promise<void> {
    const { active, recent } = this.kept;
    await this.keep({
      active: { ...active, [idOf(bucket)]: text },
      recent: [text, ...recent.filter((each) => each !== text)].slice(0, mostRecent),
    });
    this.changed.fire(bucket);
  }

  async clear(bucket: BucketName): Promise<void> {
    const active = Object.entries(this.kept.active).filter(([id]) => id !== idOf(bucket));
    await this.keep({ active: Object.fromEntries(active) });
    this.changed.fire(bucket);
  }

  /** Keeps a text among the saved ones, or no longer. */
  async toggleSaved(text: string): Promise<void> {
    const { saved } = this.kept;
    const others = saved.filter((each) => each !== text);
    await this.keep({ saved: others.length < saved.length ? others : [...saved, text] });
  }

  dispose(): void {
    this.changed.dispose();
  }

  /** What is asked for meanwhile is the new one already. */
  private async keep(change: Partial<Kept>): Promise<void> {
    this.kept = { ...this.kept, ...change };
    await this.memory.update(memoryKey, this.kept);
  }
}

function idOf({ connectionId, bucket }: BucketName): string {
  return `${connectionId}/${bucket}`;
}

/** What another version may have left is taken as far as it fits. */
function readKept(value: unknown): Kept {
  const { active, recent, saved } = (value ?? {}) as Partial<Record<keyof Kept, unknown>>;
  const entries = Object.entries(typeof active === 'object' && active !== null ? active : {});
  return {
    active: Object.fromEntries(entries.filter(([, text]) => typeof text === 'string')),
    recent: textsIn(recent),
    saved: textsIn(saved),
  };
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}
