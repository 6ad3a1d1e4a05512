import type { Entry } from '../model/entry';
import { exactText } from '../values/textForm';
import { type FileStore, TextSink } from '../transfer/files';
import { linesOf } from '../transfer/lines';
import { hashOf } from './fileForm';

/** What a key had when both sides were last known to hold the same. */
export interface SyncBase {
  /** Where the file was. */
  readonly path: string;
  readonly revision: number;
  /** Of the value. */
  readonly hash: string;
  /** Of the file, which may be written in another way. */
  readonly fileHash: string;
  readonly headers: Entry['headers'];
  readonly ttl: Entry['ttl'];
}

interface Line extends Partial<SyncBase> {
  readonly key: string;
}

const indexName = 'index.ndjson';
/** Contents are kept to be merged; what is larger or no text is only told apart. */
const largestContent = 1024 * 1024;

/**
 * Owns the bases of a pair: what each key had when it was last synchronised, in a folder that nobody
 * else writes to; changes only through its methods. Bases are of one incarnation of the bucket: those
 * of another one count for nothing.
 */
export class SyncBases {
  private readonly bases = new Map<string, SyncBase>();
  private created: number | undefined;
  private isChanged = false;
  private readonly stale = new Set<string>();

  private constructor(
    private readonly files: FileStore,
    private readonly path: string,
  ) {}

  /** `path`: the folder for this pair alone. What is left of another version of it counts for nothing. */
  static async open(files: FileStore, path: string): Promise<SyncBases> {
    const bases = new SyncBases(files, path);
    if (await files.stat(`${path}/${indexName}`)) {
      try {
        await bases.load();
      } catch (error) {
        // Without bases whatever differs is a conflict: nothing is written over for the sake of this.
        if (!(error instanceof SyntaxError)) {
          throw error;
        }
        bases.bases.clear();
      }
    }
    return bases;
  }

  get count(): number {
    return this.bases.size;
  }

  /** Whether these are of an incarnation of the bucket that was created at that time. */
  isOf(created: number): boolean {
    return this.created === undefined || this.created === created;
  }

  /** Forgets what was of another incarnation. */
  begin(created: number): void {
    if (!this.isOf(created)) {
      [...this.bases.keys()].forEach((key) => this.delete(key));
    }
    this.created = created;
  }

  get(key: string): SyncBase | undefined {
    return this.bases.get(key);
  }

  has(key: string): boolean {
    return this.bases.has(key);
  }

  keys(): IterableIterator<string> {
    return this.bases.keys();
  }

  /** Notes what both sides hold. `value`: as the bucket has it. */
  async set(key: string, value: Uint8Array, base: Omit<SyncBase, 'hash'>): Promise<void> {
    const hash = hashOf(value);
    const before = this.bases.get(key);
    if (before?.hash !== hash) {
      this.drop(before);
      if (value.length <= largestContent && exactText(value) !== undefined) {
        await this.files.write(this.contentPath(hash), value);
      }
    }
    this.bases.set(key, { ...base, hash });
    this.isChanged = true;
  }

  delete(key: string): void {
    this.drop(this.bases.get(key));
    this.isChanged = this.bases.delete(key) || this.isChanged;
  }

  /** The value of a base; undefined where it was not kept, or is not what it was. */
  async contentOf({ hash }: SyncBase): Promise<Uint8Array | undefined> {
    const path = this.contentPath(hash);
    const bytes = (await this.files.stat(path)) && (await this.files.readWhole(path));
    return bytes && hashOf(bytes) === hash ? bytes : undefined;
  }

  /** Stores what has changed: as a whole or not at all. */
  async save(): Promise<void> {
    if (!this.isChanged) {
      return;
    }
    const { files, path } = this;
    const next = `${path}/next-${indexName}`;
    await files.remove(next);
    const sink = new TextSink(await files.create(next));
    sink.add(`${JSON.stringify({ version: 1, created: this.created })}\n`);
    for (const [key, { headers, ttl, fileHash, ...base }] of this.bases) {
      const line = {
        ...{ key, ...base },
        ...(fileHash !== base.hash && { fileHash }),
        ...(headers.length > 0 && { headers }),
        ...(ttl !== undefined && { ttl }),
      };
      sink.add(`${JSON.stringify(line)}\n`);
      await sink.rest();
    }
    await sink.end();
    await files.rename(next, `${path}/${indexName}`);
    this.isChanged = false;
    await this.sweep();
  }

  private async load(): Promise<void> {
    let isFirst = true;
    for await (const lines of linesOf(this.files.read(`${this.path}/${indexName}`))) {
      for (const { text } of lines) {
        const json = text === '' ? undefined : (JSON.parse(text) as unknown);
        if (isFirst) {
          const { version, created } = json as { version?: unknown; created?: unknown };
          if (version !== 1 || typeof created !== 'number') {
            return;
          }
          this.created = created;
          isFirst = false;
        } else if (json !== undefined) {
          this.add(json as Line);
        }
      }
    }
  }

  private add({ key, path = '', revision = 0, hash = '', ...more }: Line): void {
    const { fileHash = hash, headers = [], ttl } = more;
    this.bases.set(key, { path, revision, hash, fileHash, headers, ttl });
  }

  private drop(base: SyncBase | undefined): void {
    if (base) {
      this.stale.add(base.hash);
    }
  }

  /** Contents go only after the index that names them no more is stored. */
  private async sweep(): Promise<void> {
    if (this.stale.size === 0) {
      return;
    }
    const used = new Set([...this.bases.values()].map(({ hash }) => hash));
    for (const hash of this.stale) {
      if (!used.has(hash)) {
        await this.files.remove(this.contentPath(hash));
      }
    }
    this.stale.clear();
  }

  private contentPath(hash: string): string {
    return `${this.path}/${hash.slice(0, 2)}/${hash.slice(2)}`;
  }
}
