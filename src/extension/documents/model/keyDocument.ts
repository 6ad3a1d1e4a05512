import type { Entry } from '../../../kv/model/entry';
import type { ClosedValue } from '../../../kv/values/valueForm';
import { planOf, type SavePlan } from './savePlan';
import { sameBytes, sameLineEnds, textOf } from '../../../kv/values/textForm';
import type { ValueView } from './valueView';
import {
  isLiveVersion,
  reopened,
  savedFrom,
  statOf,
  versionOf,
  type DocumentStat,
  type Version,
} from './version';

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
 * An editor holds what is shown of a value (see `ValueView`): sizes and texts here are of that, and
 * what is saved is closed against the version that the text came from.
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

  /** `base`: the version that a restored, unsaved text came from. */
  constructor(
    entry: Entry | undefined,
    private readonly view: ValueView,
    base?: Entry,
  ) {
    this.latestVersion = versionOf(entry, undefined, view);
    if (base) {
      const isLatest = base.revision === this.latestVersion.revision;
      this.baseVersion = isLatest ? this.latestVersion : versionOf(base, undefined, view);
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
      this.latestVersion = versionOf(entry, this.latestVersion, this.view);
    }
    return isNews;
  }

  /** Shows the latest version anew. A text that is being edited goes on from what it was made of. */
  reopen(): void {
    this.latestVersion = reopened(this.latestVersion, this.view);
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
    const match = candidates.find((version) => textOf(version.opened().shown) === plain);
    // No match later on: a keystroke may be told before the editor is marked dirty, and a saved text
    // need not be what is shown of the value that was made of it. The base stays.
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
    const unseen = this.conflict(editor);
    const content = unseen && editor && this.bytesOf(editor.text);
    const isSame = content && this.isLatest(content, this.close(content));
    this.save = {
      unseen: unseen && !isSame ? { revision: unseen.revision, pair: this.newerPair() } : undefined,
    };
  }

  /** What a save of an editor's content would do. `asIs`: the user wants it stored, JSON or not. */
  planSave(content: Uint8Array, asIs = false): SavePlan {
    const { latestVersion: latest } = this;
    const isLive = isLiveVersion(latest);
    const closed = this.close(content);
    if (isLive && this.isLatest(content, closed)) {
      return { kind: 'nothing' };
    }
    const seen = this.save?.unseen ? this.acknowledged : this.baseVersion?.revision;
    if (isLive && seen !== latest.revision) {
      return { kind: 'conflict' };
    }
    return planOf(closed, isLive ? 'put' : 'deleted', latest.revision, asIs);
  }

  /**
   * What the content of another writer (not the editor) would do. It replaces the revision that was
   * `read` last, or, when nothing has read the key yet, the one that `stat` has just shown.
   */
  planWrite(content: Uint8Array, read: number | undefined): SavePlan {
    const { latestVersion: latest } = this;
    const versions = [latest, ...this.served];
    const origin = versions.find(({ revision }) => revision === read) ?? latest;
    const closed = this.view.close(content, origin.opened(), true);
    const isLive = isLiveVersion(latest);
    if (isLive && closed.kind === 'value' && sameBytes(closed.bytes, latest.value)) {
      return { kind: 'nothing' };
    }
    const expected = read ?? latest.revision;
    return expected === latest.revision || !isLive
      ? planOf(closed, 'put', latest.revision)
      : { kind: 'conflict' };
  }

  /** Records a write that the server took. `byEditor`: the editor's text is now that version. */
  saved(entry: Entry, byEditor: boolean): void {
    const { latestVersion: latest } = this;
    // Its mtime follows that of the server's versions: clocks differ.
    const stored = { ...versionOf(entry, latest, this.view), mtime: latest.mtime + 1 };
    const version = byEditor ? savedFrom(stored, this.baseVersion ?? latest) : stored;
    if (version.revision > latest.revision) {
      this.latestVersion = version;
    }
    if (byEditor) {
      this.settle(version);
    }
  }

  /** Records that the latest version was stored once more with other facts: the text stays as it is. */
  restored({ revision, created, ttl }: Pick<Entry, 'revision' | 'created' | 'ttl'>): void {
    const { latestVersion: latest } = this;
    if (revision <= latest.revision) {
      return;
    }
    const version = { ...latest, revision, created, ttl, mtime: latest.mtime + 1 };
    if (this.baseVersion?.revision === latest.revision) {
      this.baseVersion = { ...this.baseVersion, revision, mtime: version.mtime };
    }
    this.latestVersion = version;
  }

  /** Corrects when the latest version was stored, as the server tells it. */
  dated(revision: number, created: number): void {
    if (revision === this.latestVersion.revision) {
      this.latestVersion = { ...this.latestVersion, created };
    }
  }

  /** Records a save that had nothing to write: the editor's content stands for the latest version. */
  savedNothing(content: Uint8Array): void {
    const { latestVersion: latest, baseVersion: base } = this;
    if (!this.isValue(this.view.close(content, latest.opened())) && base) {
      this.latestVersion = savedFrom(latest, base);
    }
    this.settle(this.latestVersion);
  }

  /** Records a save that ended without being written. */
  saveFailed(): void {
    this.save = undefined;
  }

  /** Whether content is what the server has, as a save would store it or but for white space. */
  private isLatest(content: Uint8Array, closed: ClosedValue): boolean {
    const { latestVersion: latest, baseVersion: base } = this;
    return (
      this.isValue(closed) ||
      (base?.revision !== latest.revision &&
        this.isValue(this.view.close(content, latest.opened())))
    );
  }

  /** Whether it is the value that the server has. */
  private isValue(closed: ClosedValue): boolean {
    const { latestVersion: latest } = this;
    return (
      isLiveVersion(latest) && closed.kind === 'value' && sameBytes(closed.bytes, latest.value)
    );
  }

  /** What to store for an editor's content: it was made of the base. */
  private close(content: Uint8Array): ClosedValue {
    return this.view.close(content, (this.baseVersion ?? this.latestVersion).opened());
  }

  /** An editor's text as it is saved: with the byte order mark that it came with. */
  private bytesOf(text: string): Uint8Array {
    const { shown } = (this.baseVersion ?? this.latestVersion).opened();
    const hasMark = sameBytes(shown.subarray(0, 3), byteOrderMark);
    return Buffer.from(hasMark ? `\ufeff${text}` : text);
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
    let size = this.latestVersion.opened().shown.byteLength;
    while (this.knownSizes.has(size) || size === this.baseVersion?.opened().shown.byteLength) {
      size++;
    }
    return { mtime, size };
  }
}

const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

interface Unseen {
  readonly revision: number;
  readonly pair: { readonly mtime: number; readonly size: number };
}
