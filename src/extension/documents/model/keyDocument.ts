import { t } from '../../../kv/base/l10n';
import type { Entry, Ttl } from '../../../kv/model/entry';
import type { Stamp } from '../../../kv/model/stamp';
import { nothingAgreed, type Agreed, type SavePlan } from './savePlan';
import { sameLineEnds, textOf } from '../../../kv/values/textForm';
import { CarriedTexts } from './carriedTexts';
import { isLatest, isValueOf, planEditorSave, planForeignWrite, type Sides } from './closedContent';
import { RunningSave, type SavedAs, type Unseen } from './runningSave';
import { ShownSizes } from './shownSizes';
import type { EditorText } from './editorText';
import type { Stored } from './storeAnew';
import type { ValueView } from './valueView';
import {
  bytesOf,
  datedBy,
  draftOf,
  factsOf,
  inFormOf,
  isDraft,
  isLiveVersion,
  isSameVersion,
  reopened,
  shownByCodec,
  savedFrom,
  statOf,
  versionOf,
  type DocumentStat,
  type Version,
} from './version';

/** Milliseconds: more than the mtimes of one message that earlier documents of it gave lie apart. */
const stepOfSuccessor = 1_000;
/**
 * Length of a text or a value up to which they are compared when a save begins. VS Code holds the save until then,
 * and goes on after 1,750 ms without waiting for anybody.
 */
const mostCompared = 128 * 1024;

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
 * began, and no other was told of before. A write that arrives in spite of the pair can then only be
 * the user's Overwrite; one that was not to be told of by the guard ends in a conflict.
 */
export class KeyDocument {
  private latestVersion: Version;
  private baseVersion: Version | undefined;
  /** The version that VS Code has loaded or saved last; a merge moves the base, but not this. */
  private loadedVersion: Version | undefined;
  private served: Version[] = [];
  private readonly saving = new RunningSave();
  /** Texts that came into the editor in another way than by typing, with what each was made of. */
  private readonly carried = new CarriedTexts();
  private readonly sizes = new ShownSizes();
  /** What a codec had shown of the base of a restored text, until there is another text. */
  private rememberedShown: string | undefined;
  /** The editor was there before: its text need not be of anything that was served. */
  private isSuccessor = false;

  /**
   * `base`: the version that a restored, unsaved text came from, where that is still stored.
   * `shown`: see `RememberedBase`. A base that is shown otherwise by now is none. `isDated`: see `versionOf`.
   */
  constructor(
    entry: Entry | undefined,
    private readonly view: ValueView,
    {
      base,
      shown,
      isDated = true,
    }: {
      readonly base?: Entry | undefined;
      readonly shown?: string | undefined;
      readonly isDated?: boolean;
    } = {},
  ) {
    this.latestVersion = versionOf(entry, undefined, view, isDated);
    this.rememberedShown = shown;
    const version = base && versionOf(base, undefined, view);
    if (version && shownByCodec(version) === shown) {
      this.baseVersion = isSameVersion(version, this.latestVersion) ? this.latestVersion : version;
    }
  }

  get latest(): Version {
    return this.latestVersion;
  }

  /** What the text's codec showed of its base; see `RememberedBase`. */
  get shownAs(): string | undefined {
    const { baseVersion: base } = this;
    return (base && shownByCodec(base)) ?? this.rememberedShown;
  }

  get base(): Version | undefined {
    return this.baseVersion;
  }

  /** The version that the unsaved text was merged with, which is its base since then. */
  get merged(): Version | undefined {
    const { merged } = this.carried;
    return merged && isSameVersion(merged, this.baseVersion) ? merged : undefined;
  }

  /** Says that the restored text was merged with the version that it came from. */
  wasMerged(): void {
    this.carried.merged = this.baseVersion;
  }

  get isSaving(): boolean {
    return this.saving.isRunning;
  }

  /** Whether the text is to become a key, which the server does not have yet. */
  get isNew(): boolean {
    return isDraft(this.baseVersion) && !isLiveVersion(this.latestVersion);
  }

  /**
   * Says that the editor was there before this document. VS Code knows an mtime that an earlier one gave
   * it, and reads again what has another: what is told from now on is later than any of that time.
   */
  succeed(now: number): void {
    this.isSuccessor = true;
    const mtime = Math.max(this.latestVersion.mtime, now) + stepOfSuccessor;
    this.latestVersion = { ...this.latestVersion, mtime };
  }

  /** Says that the text is to become a key, whose first value gets this TTL. */
  begin(ttl: Ttl | undefined): void {
    this.settle(draftOf(this.view, ttl));
  }

  /** Goes on with a restored text that is to become a key, unless an empty value is shown otherwise by now. */
  beginAgain(ttl: Ttl | undefined): void {
    const draft = draftOf(this.view, ttl);
    if (shownByCodec(draft) === this.rememberedShown) {
      this.settle(draft);
    }
  }

  /** The unseen version that keeps a dirty editor from being saved. */
  conflict(editor: EditorText | undefined): Version | undefined {
    return editor?.dirty && this.isBehind ? this.latestVersion : undefined;
  }

  /** Whether a clean editor shows something else than the server has: VS Code has to look again. */
  isOutdated(editor: EditorText | undefined): boolean {
    return editor?.dirty === false && this.isBehind;
  }

  /**
   * Takes in what the server has; true when it is something else than what was known. What is newer is
   * for the caller to know: after a bucket was made again, lower revisions are.
   */
  learn(entry: Entry | undefined, isDated = true): boolean {
    const version = versionOf(entry, this.latestVersion, this.view, isDated);
    const isNews = !isSameVersion(version, this.latestVersion);
    if (isNews) {
      this.latestVersion = version;
    }
    return isNews;
  }

  /** Shows the latest version anew. A text that is being edited goes on from what it was made of. */
  reopen(): void {
    this.latestVersion = reopened(this.latestVersion, this.view);
  }

  stat(editor: EditorText | undefined): DocumentStat | undefined {
    const { saving, baseVersion: base } = this;
    const isInSave = editor?.dirty === true && saving.isRunning;
    const unseen = isInSave ? saving.unseen : undefined;
    const frozen = isInSave ? !unseen : editor?.dirty && !this.conflict(editor);
    const loaded = this.loadedVersion ?? base;
    const plain = statOf(frozen && loaded ? loaded : this.shownVersion);
    const stat = plain && { ...plain, ...unseen?.pair };
    if (stat && unseen) {
      this.saving.shows();
    }
    if (stat) {
      this.sizes.add(stat.size);
    }
    return stat;
  }

  /** The latest value, or undefined when there is none. `compared`: it is shown beside the text. */
  read(compared = false): Version | undefined {
    const { shownVersion: latest } = this;
    if (!isLiveVersion(latest) && !isDraft(latest)) {
      return undefined;
    }
    this.served = [latest, ...this.served.filter((v) => v !== latest)].slice(0, 4);
    if (compared) {
      this.saving.compared(latest);
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
    const isNewEditor = opened && !this.isSuccessor && !this.baseVersion;
    const base = match ?? (isNewEditor ? this.served[0] : undefined);
    if (base) {
      this.settle(base);
    }
  }

  /**
   * Says that the editor's text is about to become `text`, which was made of `base`. The text that is
   * there now keeps its own base, for when it comes back by Undo. `isMerge`: it has both sides in it.
   */
  carry(before: string, text: string, base: Version, isMerge = false): void {
    if (sameLineEnds(before) === sameLineEnds(text)) {
      // Nothing will change in the editor, but the text stands for more than it did.
      this.baseVersion = base;
      this.carried.forget(text);
      this.carried.merged = isMerge ? base : undefined;
    } else {
      const own = { base: this.baseVersion, isMerge: this.merged !== undefined };
      this.carried.add({ ...own, text: before }, { base, isMerge, text });
    }
  }

  /** Says that the user wants the text over this version, which was shown. */
  overwrite(version: Version): void {
    this.baseVersion = inFormOf(version, this.baseVersion);
    this.carried.clear();
  }

  /** Whether a text is one that was carried into the editor: a change is told before it is dirty. */
  isCarried(text: string): boolean {
    return this.carried.has(text);
  }

  /** Says what text a dirty editor shows: one that was carried has the base that it was made of. */
  typed(text: string): void {
    const carried = this.carried.take(text);
    this.baseVersion = carried ? carried.base : this.baseVersion;
  }

  /** Says that the editor begins to save. A save before it that never wrote was refused. */
  saveBegins(editor: EditorText | undefined): void {
    const unseen = this.conflict(editor);
    const isGuarded = unseen && editor && this.saving.isGuarded(unseen) && this.differs(editor);
    this.saving.begin(isGuarded ? this.unseenAs(unseen) : undefined);
  }

  /** Whether a text is known to be other than what the server has; of a long one only its save finds that out. */
  private differs({ text }: EditorText): boolean {
    const { latestVersion: latest } = this;
    const isLong = Math.max(text.length, latest.value.length) > mostCompared;
    const content = isLong ? undefined : bytesOf(text, this.baseVersion ?? latest);
    return content !== undefined && !isLatest(this.sides, content);
  }

  /** Whether VS Code's guard tells of the latest version, and not the save's own error. */
  get isGuarded(): boolean {
    return this.saving.isGuarded(this.latestVersion);
  }

  /** Whether VS Code's guard refuses the save under way, by what the stats show of the latest version. */
  get isRefused(): boolean {
    return this.saving.unseen !== undefined;
  }

  /** What a save of an editor's content does, as far as it has been `agreed` to by the user. */
  planSave(content: Uint8Array, agreed: Agreed = nothingAgreed): SavePlan {
    const base = this.carried.madeOf(textOf(content), this.baseVersion);
    const seen = this.saving.seen(base);
    const terms = { agreed, seen, isNew: this.isNew };
    const plan = planEditorSave({ ...this.sides, base }, content, terms);
    return plan.kind === 'put' && this.isFormLost
      ? {
          kind: 'refused',
          reason: t(
            'its text is that of a decoded value, and it is not known now how to encode it',
          ),
        }
      : plan;
  }

  /**
   * What the content of another writer (not the editor) would do. It replaces the message that was
   * `read` last, or, when nothing has read the key yet, the one that `stat` has just shown.
   */
  planWrite(content: Uint8Array, read: Stamp | undefined): SavePlan {
    return planForeignWrite(this.sides, this.served, content, read);
  }

  /**
   * Records a write that the server took. `byEditor`: the editor's text is now that version.
   * `isDated`: the server has told when it stored it. `isLatest`: nothing newer is known.
   */
  saved(entry: Entry, { byEditor, isDated = false, isLatest = true }: SavedAs): void {
    const { latestVersion: latest } = this;
    // Its mtime follows that of the server's versions: clocks differ.
    const stored = { ...versionOf(entry, latest, this.view, isDated), mtime: latest.mtime + 1 };
    const version = byEditor ? savedFrom(stored, this.baseVersion ?? latest) : stored;
    if (isLatest) {
      this.latestVersion = version;
    }
    if (byEditor) {
      this.settle(version);
    }
  }

  /** The version that the text is made of, where that is what the server has. */
  get current(): Version | undefined {
    return this.isBehind ? undefined : this.baseVersion;
  }

  /**
   * Records that a version was stored once more with other facts: the text stays as it is. `replaced`: what
   * `current` was before; what the text has been made of since then stays.
   */
  restored({ entry, isDated }: Stored, replaced: Version | undefined): void {
    const { latestVersion: latest, baseVersion: base } = this;
    const stored = { ...factsOf(entry, isDated), mtime: latest.mtime + 1 };
    if (base && base.revision === replaced?.revision) {
      const { loadedVersion: loaded } = this;
      this.baseVersion = { ...base, ...stored };
      // After a merge VS Code has loaded another version than the base, and knows that one's mtime and size.
      this.loadedVersion = isSameVersion(loaded, base) ? this.baseVersion : (loaded ?? base);
    }
    if (latest.revision <= entry.revision) {
      this.latestVersion = { ...latest, ...stored };
    }
  }

  /** Takes in when a write of ours was stored, as the server tells it. */
  dated(entry: Pick<Entry, 'revision' | 'created'>): void {
    const date = (version: Version): Version => datedBy(version, entry);
    const { latestVersion: latest, baseVersion: base } = this;
    this.latestVersion = date(latest);
    this.loadedVersion = this.loadedVersion && date(this.loadedVersion);
    this.baseVersion = base === latest ? this.latestVersion : base && date(base);
    this.served = this.served.map(date);
  }

  /** Records a save that had nothing to write: the editor's content stands for the latest version. */
  savedNothing(content: Uint8Array): void {
    const { latestVersion: latest, baseVersion: base } = this;
    if (!isValueOf(latest, this.view.close(content, latest.opened())) && base) {
      this.latestVersion = savedFrom(latest, base);
    }
    this.settle(this.latestVersion);
  }

  /** Records a save that ended without being written. */
  saveFailed(): void {
    this.saving.fail();
  }

  /** Whether the text was made of another version than the latest. */
  private get isBehind(): boolean {
    return !this.isNew && !isSameVersion(this.baseVersion, this.latestVersion);
  }

  /** What there is to see: the latest version, or the beginning of a key that has none. */
  private get shownVersion(): Version {
    const { baseVersion: base, latestVersion: latest } = this;
    return base && this.isNew ? base : latest;
  }

  /** Whether the text is of a codec, and there is none that could store it as the value was. */
  get isFormLost(): boolean {
    const { baseVersion: base, latestVersion: latest } = this;
    const origin = base ?? (isLiveVersion(latest) ? latest : undefined);
    return this.rememberedShown !== undefined && (!origin || !shownByCodec(origin));
  }

  private get sides(): Sides {
    return { view: this.view, latest: this.latestVersion, base: this.baseVersion };
  }

  private settle(base: Version): void {
    this.baseVersion = base;
    this.loadedVersion = base;
    this.rememberedShown = undefined;
    this.carried.clear();
    this.served = [base];
    this.saving.settle();
    this.sizes.settle();
  }

  /**
   * Shows an mtime and a size that VS Code's guard takes for a newer file, whatever it knows, for as
   * long as the save runs.
   */
  private unseenAs(unseen: Version): Unseen {
    const mtime = Math.max(unseen.mtime, this.baseVersion ? 0 : Date.now()) + 1;
    this.latestVersion = { ...unseen, mtime };
    const own = this.baseVersion?.opened().shown.byteLength;
    const size =
      this.saving.refusedSize(unseen) ??
      this.sizes.unknownFrom(this.latestVersion.opened().shown.byteLength, own);
    return { version: this.latestVersion, pair: { mtime, size } };
  }
}
