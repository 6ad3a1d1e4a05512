import type { Disposable } from '../base/event';
import { readReadable } from '../find/batchReading';
import type { Entry, KeyInfo } from '../model/entry';
import { isKvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { ValueCache } from './valueCache';

export interface ValueSource {
  readonly bucket: string;
  readonly linkIfUp: () => KvConnection | undefined;
}

/** One request's worth. */
const mostAtOnce = 256;
/** Larger values are read when they are opened, not to be looked at in a line. */
const largest = 256 * 1024;
const laterMs = 1_000;

/**
 * Owns the values of the rows that are looked at; changes only through `want` and what is read. One
 * batch is under way at a time: what is wanted meanwhile takes the place of what was wanted before.
 */
export class TableValues implements Disposable {
  private readonly cache = new ValueCache();
  private readonly unreadable = new Map<string, number>();
  /** When keys are asked for again of which something older was told. */
  private readonly later = new Map<string, number>();
  private wanted: readonly KeyInfo[] = [];
  private reading: AbortController | undefined;

  constructor(
    private readonly source: ValueSource,
    private readonly changed: () => void,
  ) {}

  /** What was read of a key last, which may be older than what is known of it. */
  get(key: string): Entry | undefined {
    return this.cache.get(key);
  }

  /** Whether a value is not read for being too large, or cannot be. */
  isLeftOut({ key, revision, size }: KeyInfo): boolean {
    return size > largest || this.unreadable.get(key) === revision;
  }

  /** Has the values read that are not known as of these revisions. */
  want(infos: readonly KeyInfo[]): void {
    this.wanted = infos;
    if (!this.reading) {
      void this.read();
    }
  }

  /** Takes in what was written here. */
  put(entry: Entry): void {
    this.cache.put(entry);
    this.changed();
  }

  clear(): void {
    this.reading?.abort();
    this.reading = undefined;
    this.cache.clear();
    this.unreadable.clear();
    this.later.clear();
  }

  dispose(): void {
    this.clear();
  }

  private async read(): Promise<void> {
    for (let part = this.next(); part.length > 0; part = this.next()) {
      const connection = this.source.linkIfUp();
      if (!connection) {
        return;
      }
      const reading = new AbortController();
      this.reading = reading;
      const isRead = await this.readPart(connection, part, reading.signal);
      if (reading.signal.aborted) {
        return;
      }
      this.reading = undefined;
      if (!isRead) {
        // The next look asks again.
        return;
      }
      this.changed();
    }
  }

  private next(): readonly KeyInfo[] {
    const now = performance.now();
    return this.wanted
      .filter((info) => {
        const known = this.cache.get(info.key)?.revision ?? 0;
        const isDue = (this.later.get(info.key) ?? 0) <= now;
        return known < info.revision && isDue && !this.isLeftOut(info);
      })
      .slice(0, mostAtOnce);
  }

  /** Tells whether the server has answered: what it did not is asked with the next look. */
  private async readPart(
    connection: KvConnection,
    infos: readonly KeyInfo[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const keys = infos.map(({ key }) => key);
    const failed = new Set<string>();
    try {
      const onUnreadable = (key: string): void => void failed.add(key);
      const options = { signal, onUnreadable };
      const entries = await readReadable(connection, this.source.bucket, keys, options);
      if (signal.aborted) {
        return false;
      }
      infos.forEach(({ key, revision }, at) => {
        const entry = entries[at];
        if (entry) {
          this.cache.put(entry);
        }
        if (failed.has(key)) {
          this.unreadable.set(key, revision);
        } else if ((entry?.revision ?? 0) < revision) {
          // A replica may be behind what was told, or the key has gone: it is not asked again at once.
          this.later.set(key, performance.now() + laterMs);
        } else {
          this.later.delete(key);
        }
      });
      return true;
    } catch (error) {
      if (isKvError(error)) {
        return false;
      }
      throw error;
    }
  }
}
