import { pid } from 'node:process';
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

/** Bases as they are stored, and when the bucket was created that they are of. */
interface Index {
  readonly created: number;
  readonly bases: Map<string, SyncBase>;
}

/**
 * Owns the bases of a pair: what each key had when it was last synchronised, in a folder that only
 * windows with the same workspace write to; changes only through its methods. Bases are of one incarnation
 * of the bucket: those of another one count for nothing.
 */
export class SyncBases {
  private bases = new Map<string, SyncBase>();
  private created: number | undefined;
  /** The keys whose bases are not stored yet. */
  private readonly unstored = new Set<string>();
  /** Tells the index that was read or stored last from others. */
  private known: string | undefined;
  private readonly stale = new Set<string>();

  private constructor(
    private readonly files: FileStore,
    private readonly path: string,
  ) {}

  /** `path`: the folder for this pair alone. What is left of another version of it counts for nothing. */
  static async open(files: FileStore, path: string): Promise<SyncBases> {
    const bases = new SyncBases(files, path);
    await bases.refresh();
    return bases;
  }

  /** Takes in what another window has stored since; what is not stored yet from here stays. */
  async refresh(): Promise<void> {
    const stamp = await this.stampOf(indexName);
    if (stamp === undefined || stamp === this.known) {
      return;
    }
    const index = await this.read();
    this.known = stamp;
    const { created = -Infinity } = this;
    if (!index || index.created < created) {
      return;
    }
    if (index.created === created) {
      for (const key of this.unstored) {
        const own = this.bases.get(key);
        index.bases.delete(key);
        if (own) {
          index.bases.set(key, own);
        }
      }
    } else {
      this.unstored.clear();
    }
    this.created = index.created;
    this.bases = index.bases;
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
    this.unstored.add(key);
  }

  delete(key: string): void {
    this.drop(this.bases.get(key));
    if (this.bases.delete(key)) {
      this.unstored.add(key);
    }
  }

  /** The value of a base; undefined where it was not kept, or is not what it was. */
  async contentOf({ hash }: SyncBase): Promise<Uint8Array | undefined> {
    const path = this.contentPath(hash);
    const bytes = (await this.files.stat(path)) && (await this.files.readWhole(path));
    return bytes && hashOf(bytes) === hash ? bytes : undefined;
  }

  /** Stores what has changed: as a whole or not at all. */
  async save(): Promise<void> {
    if (this.unstored.size === 0) {
      return;
    }
    await this.refresh();
    const { files, path } = this;
    const next = `next-${pid}-${indexName}`;
    await files.remove(`${path}/${next}`);
    const sink = new TextSink(await files.create(`${path}/${next}`));
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
    this.known = await this.stampOf(next);
    await files.rename(`${path}/${next}`, `${path}/${indexName}`);
    this.unstored.clear();
    await this.sweep();
  }

  /** The index as it is stored; undefined where it is of another version, or cannot be read. */
  private async read(): Promise<Index | undefined> {
    try {
      return await readIndex(this.files.read(`${this.path}/${indexName}`));
    } catch (error) {
      // Without bases whatever differs is a conflict: nothing is written over for the sake of this.
      if (error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  private async stampOf(name: string): Promise<string | undefined> {
    const file = await this.files.stat(`${this.path}/${name}`);
    return file && `${file.modified} ${file.size}`;
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

async function readIndex(bytes: AsyncIterable<Uint8Array>): Promise<Index | undefined> {
  let index: Index | undefined;
  for await (const lines of linesOf(bytes)) {
    for (const { text } of lines) {
      const json = text === '' ? undefined : (JSON.parse(text) as unknown);
      if (!index) {
        const { version, created } = json as { version?: unknown; created?: unknown };
        if (version !== 1 || typeof created !== 'number') {
          return undefined;
        }
        index = { created, bases: new Map() };
      } else if (json !== undefined) {
        const { key, path = '', revision = 0, hash = '', ...more } = json as Line;
        const { fileHash = hash, headers = [], ttl } = more;
        index.bases.set(key, { path, revision, hash, fileHash, headers, ttl });
      }
    }
  }
  return index;
}
