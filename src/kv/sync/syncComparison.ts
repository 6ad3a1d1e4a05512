import { t } from '../base/l10n';
import { inParallel } from '../base/inParallel';
import { isLive, type Entry, type KeyInfo } from '../model/entry';
import { KvError, messageOf, throwIfCancelled } from '../model/errors';
import { ownHeaders } from '../model/headers';
import { keyProblem } from '../model/key';
import { keyMatcher } from '../keys/keyPattern';
import { isSameFacts, type ValueFacts } from './extras';
import { hashOf } from './fileForm';
import { areSame, isFileOf, isValueOf } from './sameSides';
import { batchesOf } from './valueBatches';
import type { SyncFile } from './syncFolder';
import type { SyncOptions, SyncParts, SyncRow, SyncState, There } from './syncRows';

const nothing: There = { revision: 0, isLive: false, size: 0 };
const batchesAtOnce = 3;

/**
 * Owns what is known of a folder and a bucket key by key; changes only through `run` and `update`. Values are read only where neither the file nor the revision is that of the base.
 */
export class SyncComparison {
  readonly rows = new Map<string, SyncRow>();
  private readonly theres = new Map<string, There>();
  private readonly states = new Map<string, SyncState>();
  private readonly isIgnored: (key: string) => boolean;
  /** Whether bases were of another incarnation of the bucket, so that they count for nothing. */
  readonly isAnotherBucket: boolean;

  constructor(readonly parts: SyncParts) {
    const matchers = parts.pair.ignore.map((pattern) => keyMatcher(pattern));
    this.isIgnored = (key) => matchers.some((matches) => matches(key));
    this.isAnotherBucket = !parts.bases.isOf(parts.source.created);
  }

  /** Throws as the side and the folder do; `notFound` for a folder that is gone and had files. */
  async run({ signal, onProgress }: SyncOptions): Promise<void> {
    const { folder, bases, source } = this.parts;
    bases.begin(source.created);
    await folder.scan(signal, (files) => onProgress?.(files));
    if (!folder.isThere && bases.count > 0) {
      const message = t(
        'the folder {0} is gone; make it again, or its pair anew',
        folder.place.path,
      );
      throw new KvError('notFound', message);
    }
    for await (const batch of source.side.list({ signal, values: false })) {
      batch.forEach((info) => this.note(info));
      onProgress?.(this.theres.size);
    }
    const open = [...this.allKeys()].filter((key) => !this.judgeByFacts(key));
    await this.judgeByValues(open, signal, (read) => onProgress?.(read, open.length));
    await bases.save();
  }

  /**
   * Judges keys again whose files were changed, at these paths, or whose messages were. Not for what files
   * cannot hold: when that was changed a comparison has to be made anew.
   */
  async update(
    paths: readonly string[],
    infos: readonly KeyInfo[],
    signal: AbortSignal,
  ): Promise<void> {
    const { folder, bases, source } = this.parts;
    const keys = new Set<string>();
    for (const path of paths) {
      const key = await folder.look(path);
      if (key !== undefined) {
        keys.add(key);
      }
    }
    for (const info of infos) {
      this.note(info);
      if (source.side.has(info.key)) {
        keys.add(info.key.slice(source.side.prefix.length));
      }
    }
    const open = [...this.judged(keys)].filter((key) => !this.judgeByFacts(key));
    await this.judgeByValues(open, signal, () => undefined);
    await bases.save();
  }

  /** What a key is; undefined for one that is left alone or is nowhere. */
  stateOf(key: string): SyncState | undefined {
    return this.states.get(key);
  }

  count(state: SyncState): number {
    let count = 0;
    for (const each of this.states.values()) {
      count += each === state ? 1 : 0;
    }
    return count;
  }

  /** The rows by key. */
  sorted(): SyncRow[] {
    return [...this.rows.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  thereOf(key: string): There {
    return this.theres.get(key) ?? nothing;
  }

  /** What of an entry is synchronised besides its value. */
  factsOf(entry: Pick<Entry, 'headers' | 'ttl'>): ValueFacts {
    const added = new Set(this.parts.addedHeaders.map((name) => name.toLowerCase()));
    const headers = ownHeaders(entry).filter(([name]) => !added.has(name.toLowerCase()));
    return { headers, ttl: entry.ttl };
  }

  /** The key as the bucket has it. */
  nameOf(key: string): string {
    return this.parts.pair.prefix + key;
  }

  private note(info: KeyInfo): void {
    const { side } = this.parts.source;
    if (side.has(info.key)) {
      const key = info.key.slice(side.prefix.length);
      const { revision, size } = info;
      this.theres.set(key, { revision, size, isLive: isLive(info) });
    }
  }

  private allKeys(): Generator<string> {
    const { folder, bases } = this.parts;
    return this.judged(new Set([...folder.byKey.keys(), ...bases.keys(), ...this.theres.keys()]));
  }

  /** Of some keys those that are judged. */
  private *judged(keys: ReadonlySet<string>): Generator<string> {
    const { folder } = this.parts;
    for (const key of keys) {
      this.states.delete(key);
      this.rows.delete(key);
      if (this.isIgnored(key) || folder.isBlocked(key)) {
        continue;
      }
      const problem = keyProblem(this.nameOf(key));
      if (problem) {
        folder.block(key, problem.reason);
      } else {
        yield key;
      }
    }
  }

  /** Whether files and revisions alone tell what a key is, which is then noted. */
  private judgeByFacts(key: string): boolean {
    const { folder, bases } = this.parts;
    const [file, there, base] = [folder.byKey.get(key), this.thereOf(key), bases.get(key)];
    const isFileBase =
      file === undefined
        ? base === undefined
        : base !== undefined && file.hash === base.fileHash && isSameFacts(file.facts, base);
    if (!there.isLive) {
      if (file === undefined) {
        bases.delete(key);
        return true;
      }
      if (base !== undefined && !isFileBase) {
        // Whether only its spaces are others has to be looked at.
        return false;
      }
      return this.add(key, base === undefined ? 'here' : 'there');
    }
    if (base?.revision === there.revision) {
      if (isFileBase) {
        this.states.set(key, 'same');
        return true;
      }
      return file === undefined && this.add(key, 'here');
    }
    return file === undefined && base === undefined && this.add(key, 'there');
  }

  private add(key: string, state: Exclude<SyncState, 'same'>): true {
    const { folder, bases } = this.parts;
    const there = this.thereOf(key);
    const file = folder.byKey.get(key);
    this.states.set(key, state);
    this.rows.set(key, { key, state, file, there, base: bases.get(key) });
    return true;
  }

  private async judgeByValues(
    keys: readonly string[],
    signal: AbortSignal,
    onRead: (read: number) => void,
  ): Promise<void> {
    let read = 0;
    await inParallel(
      [...batchesOf(keys, (key) => this.thereOf(key).size)],
      batchesAtOnce,
      async (batch) => {
        throwIfCancelled(signal);
        const entries = await this.readAll(batch, signal);
        for (const [at, key] of batch.entries()) {
          if (!this.parts.folder.isBlocked(key)) {
            await this.judge(key, entries[at]);
          }
        }
        read += batch.length;
        onRead(read);
      },
    );
  }

  /** Whoever answers may be behind what the listing told: then the leader is asked. */
  private async readAll(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<(Entry | undefined)[]> {
    const { side } = this.parts.source;
    const wanted = keys.filter((key) => this.thereOf(key).isLive);
    const onUnreadable = (name: string, error: KvError): void =>
      this.parts.folder.block(name.slice(side.prefix.length), messageOf(error));
    const names = wanted.map((key) => this.nameOf(key));
    const entries = await side.read(names, { signal, onUnreadable });
    const byKey = new Map<string, Entry | undefined>();
    for (const [at, key] of wanted.entries()) {
      const entry = entries[at];
      const isBehind = (entry?.revision ?? 0) < this.thereOf(key).revision;
      byKey.set(
        key,
        isBehind && !this.parts.folder.isBlocked(key)
          ? await side.readLatest(this.nameOf(key), signal)
          : entry,
      );
    }
    return keys.map((key) => byKey.get(key));
  }

  /** By the contents of the file, of the bucket as it is read now, and of the base. */
  private async judge(key: string, entry: Entry | undefined): Promise<void> {
    const { folder, bases } = this.parts;
    const wasLive = this.thereOf(key).isLive;
    if (entry) {
      const { revision, size } = entry;
      this.theres.set(key, { revision, size, isLive: isLive(entry) });
    } else if (wasLive) {
      this.theres.set(key, nothing);
    }
    const value = entry && isLive(entry) ? entry : undefined;
    const file = folder.byKey.get(key);
    const bytes = file && (await folder.bytesAt(file.path));
    if (file && (!bytes || hashOf(bytes) !== file.hash)) {
      folder.block(key, t('its file was changed while it was read; try again'));
      return;
    }
    const by = this.parts.pair.compare;
    const here = file && bytes && { ...file, bytes };
    const there = value && { ...value, facts: this.factsOf(value) };
    if (areSame(here, there, by)) {
      await this.adopt(key, file, value);
      return;
    }
    const base = bases.get(key);
    const content = base && (await bases.contentOf(base));
    const isFileBase = isFileOf(base && { ...base, content }, here, by);
    const isValueBase = isValueOf(base && { ...base, content }, there, by);
    if (isFileBase && isValueBase) {
      // Both say what the base says, in other ways: nothing is to be done.
      await this.adopt(key, file, value);
    } else {
      this.add(key, isFileBase ? 'there' : isValueBase ? 'here' : 'both');
    }
  }

  /** What both sides hold is what they had last, however that came about. */
  private async adopt(
    key: string,
    file: SyncFile | undefined,
    value: Entry | undefined,
  ): Promise<void> {
    const { bases } = this.parts;
    if (!file || !value) {
      bases.delete(key);
      return;
    }
    this.states.set(key, 'same');
    const { revision } = value;
    const base = { path: file.path, revision, fileHash: file.hash, ...this.factsOf(value) };
    await bases.set(key, value.value, base);
  }
}
