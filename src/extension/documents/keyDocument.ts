import type { Entry, ExpectedRevision, Operation } from '../../kv/entry';
import { sameBytes, sameLineEnds, textOf } from './textForm';

/** A key as the server had it at one revision. Revision 0 stands for a key without any message. */
export interface Version {
  readonly revision: number;
  readonly operation: Operation;
  readonly value: Uint8Array;
  /** What `stat` says: strictly rising per key, in milliseconds since the epoch. */
  readonly mtime: number;
  readonly created: number;
}

/** What `stat` says of a key: undefined when there is no live value. */
export interface DocumentStat {
  readonly mtime: number;
  readonly created: number;
  readonly size: number;
  readonly binary: boolean;
}

/**
 * What a save has to do. `nothing`: the server has these bytes already. `put`: write, replacing
 * `expected` only. `conflict`: `latest` is there and nobody has seen it. `deleted`: the key is gone,
 * ask before it is written again over the marker `expected`.
 */
export type SavePlan =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'put'; readonly expected: ExpectedRevision }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'deleted'; readonly expected: ExpectedRevision };

/** The editor's side of a document as it is now; undefined when no text editor has it. */
export interface EditorText {
  readonly text: string;
  readonly dirty: boolean;
}

/** How many of the sizes that VS Code was shown are kept once they can only be history. */
const rememberedSizes = 16;

/**
 * Owns what is known of one open key: the server's latest version, and the version that the editor's
 * text came from (`base`), which is the only one that a save may replace unasked. Changes only
 * through its methods; does no I/O.
 *
 * VS Code calls `readFile` for editors, diffs and others alike, so a read does not say that an
 * editor took the bytes. The base follows the text: it is the newest version served whose text the
 * clean editor shows.
 *
 * VS Code has its own guard, which refuses a save when `stat` shows a later mtime and another size
 * than the editor knows, and then offers Compare and Overwrite. `stat` makes that guard exact: while
 * a save runs it shows such a pair if and only if the latest version was not the base when the save
 * began. A write that arrives in spite of the pair can then only be the user's Overwrite.
 */
export class KeyDocument {
  private latestVersion: Version;
  private baseVersion: Version | undefined;
  private served: Version[] = [];
  /** The save under way, and the unseen revision that its stats show, if any. */
  private save: { readonly unseen: Unseen | undefined } | undefined;
  /** The revision that the user was told of by a refused save or saw in a comparison. */
  private acknowledged: number | undefined;
  /** Sizes that VS Code may hold for the editor: the guard only sees a size that is none of them. */
  private knownSizes = new Set<number>();

  constructor(entry: Entry | undefined, baseRevision?: number) {
    this.latestVersion = versionOf(entry, undefined);
    if (baseRevision === this.latestVersion.revision) {
      this.baseVersion = this.latestVersion;
    }
  }

  get latest(): Version {
    return this.latestVersion;
  }

  get base(): Version | undefined {
    return this.baseVersion;
  }

  get isSaving(): boolean {
    return this.save !== undefined;
  }

  /** The unseen version that keeps a dirty editor from being saved. */
  conflict(editor: EditorText | undefined): Version | undefined {
    const behind = this.baseVersion?.revision !== this.latestVersion.revision;
    return editor?.dirty && behind ? this.latestVersion : undefined;
  }

  /** Takes in what the server has; true when it is newer than what was known. */
  learn(entry: Entry | undefined): boolean {
    const isNews = entry
      ? entry.revision > this.latestVersion.revision
      : this.latestVersion.revision !== 0;
    if (isNews) {
      this.latestVersion = versionOf(entry, this.latestVersion);
    }
    return isNews;
  }

  stat(editor: EditorText | undefined): DocumentStat | undefined {
    const { save, baseVersion: base } = this;
    const inSave = editor?.dirty ? save : undefined;
    const frozen = inSave ? !inSave.unseen : editor?.dirty && !this.conflict(editor);
    const plain = statOf(frozen && base ? base : this.latestVersion);
    const stat = plain && { ...plain, ...inSave?.unseen?.pair };
    if (stat) {
      this.knownSizes.delete(stat.size);
      this.knownSizes.add(stat.size);
    }
    return stat;
  }

  /** The latest value, or undefined when there is none. `compared`: it is shown beside the text. */
  read(compared = false): Version | undefined {
    const { latestVersion: latest } = this;
    if (!isLiveVersion(latest)) {
      return undefined;
    }
    this.served = [latest, ...this.served.filter((v) => v !== latest)].slice(0, 4);
    if (compared) {
      this.acknowledged = latest.revision;
    }
    return latest;
  }

  /**
   * Says what text a clean editor shows: the version that has this text becomes the base. `opened`:
   * the editor has just been made of what was read, whatever encoding it decoded by.
   */
  shown(text: string, opened = false): void {
    const plain = sameLineEnds(text);
    const candidates = [this.latestVersion, ...this.served].filter(isLiveVersion);
    const match = candidates.find((version) => textOf(version.value) === plain);
    // No match later on: a keystroke may be told before the editor is marked dirty. The base stays.
    const base = match ?? (opened && !this.baseVersion ? this.served[0] : undefined);
    if (base) {
      this.settle(base);
    }
  }

  /** Says that the editor begins to save. A save before it that never wrote was refused. */
  saveBegins(editor: EditorText | undefined): void {
    const refused = this.save?.unseen?.revision;
    if (refused !== undefined) {
      this.acknowledged = Math.max(refused, this.acknowledged ?? 0);
    }
    const unseen = this.sameText(editor) ? undefined : this.conflict(editor);
    this.save = { unseen: unseen && { revision: unseen.revision, pair: this.newerPair() } };
  }

  /** What the bytes of an editor's save would do. */
  planSave(bytes: Uint8Array): SavePlan {
    const { latestVersion: latest } = this;
    if (!isLiveVersion(latest)) {
      return { kind: 'deleted', expected: latest.revision };
    }
    if (sameBytes(bytes, latest.value)) {
      return { kind: 'nothing' };
    }
    const seen = this.save?.unseen ? this.acknowledged : this.baseVersion?.revision;
    return seen === latest.revision ? { kind: 'put', expected: seen } : { kind: 'conflict' };
  }

  /**
   * What the bytes of another writer (not the editor) would do. They replace the revision that was
   * `read` last, or, when nothing has read the key yet, the one that `stat` has just shown.
   */
  planWrite(bytes: Uint8Array, read: number | undefined): SavePlan {
    const { latestVersion: latest } = this;
    if (isLiveVersion(latest) && sameBytes(bytes, latest.value)) {
      return { kind: 'nothing' };
    }
    const expected = read ?? latest.revision;
    return expected === latest.revision || !isLiveVersion(latest)
      ? { kind: 'put', expected: latest.revision }
      : { kind: 'conflict' };
  }

  /** Records a write that the server took. `byEditor`: the editor's text is now that version. */
  saved(revision: number, bytes: Uint8Array, byEditor: boolean): void {
    const { mtime, created } = this.latestVersion;
    const written: Version = {
      revision,
      operation: 'PUT',
      value: bytes,
      mtime: mtime + 1,
      created,
    };
    if (revision > this.latestVersion.revision) {
      this.latestVersion = written;
    }
    if (byEditor) {
      this.settle(written);
    }
  }

  /** Records a save that had nothing to write: the editor's text is the latest version. */
  savedNothing(): void {
    this.settle(this.latestVersion);
  }

  /** Records a save that ended without being written. */
  saveFailed(): void {
    this.save = undefined;
  }

  /** Whether the editor holds what the server has: then there is nothing to decide. */
  private sameText(editor: EditorText | undefined): boolean {
    const text = textOf(this.latestVersion.value);
    return text !== undefined && editor !== undefined && sameLineEnds(editor.text) === text;
  }

  private settle(base: Version): void {
    this.baseVersion = base;
    this.served = [base];
    this.save = undefined;
    this.acknowledged = undefined;
    this.knownSizes = new Set([...this.knownSizes].slice(-rememberedSizes));
  }

  /** An mtime and a size that VS Code's guard takes for a newer file, whatever it knows. */
  private newerPair(): Unseen['pair'] {
    const mtime = Math.max(this.latestVersion.mtime, this.baseVersion ? 0 : Date.now()) + 1;
    this.latestVersion = { ...this.latestVersion, mtime };
    let size = this.latestVersion.value.byteLength;
    while (this.knownSizes.has(size) || size === this.baseVersion?.value.byteLength) {
      size++;
    }
    return { mtime, size };
  }
}

interface Unseen {
  readonly revision: number;
  readonly pair: { readonly mtime: number; readonly size: number };
}

function versionOf(entry: Entry | undefined, previous: Version | undefined): Version {
  const created = entry?.created ?? previous?.created ?? 0;
  return {
    revision: entry?.revision ?? 0,
    operation: entry?.operation ?? 'PURGE',
    value: entry?.value ?? new Uint8Array(),
    mtime: previous ? Math.max(previous.mtime + 1, created) : created,
    created,
  };
}

/** True for a version that has a value. */
export function isLiveVersion(version: Version): boolean {
  return version.operation === 'PUT' && version.revision > 0;
}

function statOf(version: Version): DocumentStat | undefined {
  if (!isLiveVersion(version)) {
    return undefined;
  }
  const { mtime, created, value } = version;
  return { mtime, created, size: value.byteLength, binary: textOf(value) === undefined };
}
