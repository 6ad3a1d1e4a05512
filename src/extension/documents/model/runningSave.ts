import { isSameVersion, type Version } from './version';

/** What an editor's save must not replace unasked, as its stats show it. */
export interface Unseen {
  readonly version: Version;
  readonly pair: { readonly mtime: number; readonly size: number };
}

/** How a write was taken, see `KeyDocument.saved`. */
export interface SavedAs {
  readonly byEditor: boolean;
  readonly isDated?: boolean;
  readonly isLatest?: boolean;
}

/**
 * Owns the save of an editor that is under way, and which version its user was told of by a refused
 * save or saw in a comparison; changes only through its methods.
 */
export class RunningSave {
  private running: { readonly unseen: Unseen | undefined; isTelling: boolean } | undefined;
  /** What VS Code's guard was shown while the save under way runs: it refuses, and tells of it. */
  private told: Version | undefined;
  private acknowledged: Version | undefined;
  /** What the last save that had something in its way showed of it. */
  private last: Unseen | undefined;

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** The unseen version that the stats of the save under way show. */
  get unseen(): Unseen | undefined {
    return this.running?.unseen;
  }

  /**
   * Whether VS Code's guard is to tell of a version: its words are the same each time, so that it tells
   * of the first one that a text meets, and of what is compared with it. What comes after that is for
   * the save's own error, which names it.
   */
  isGuarded(unseen: Version): boolean {
    const last = this.told ?? this.acknowledged;
    return last === undefined || isSameVersion(last, unseen);
  }

  /** A save before it that never wrote was refused, if VS Code's guard was shown what is in the way. */
  begin(unseen: Unseen | undefined): void {
    this.acknowledged = this.told ?? this.acknowledged;
    this.told = undefined;
    this.running = { unseen, isTelling: unseen !== undefined };
    this.last = unseen ?? this.last;
  }

  /** Says that VS Code is shown what the save under way must not replace. */
  shows(): void {
    if (this.running?.isTelling) {
      this.running.isTelling = false;
      this.told = this.running.unseen?.version;
    }
  }

  /**
   * The size by which VS Code's guard has refused to replace a version: it does so by no other for sure,
   * since it may hold a size that was shown before the extension was started again.
   */
  refusedSize(unseen: Version): number | undefined {
    const isTold = [this.told, this.acknowledged].some(
      (each) => each && isSameVersion(each, unseen),
    );
    return isTold && this.last && isSameVersion(this.last.version, unseen)
      ? this.last.pair.size
      : undefined;
  }

  /** Says that the user has seen a version beside the text. */
  compared(version: Version): void {
    this.acknowledged = version;
    this.told = undefined;
    if (this.running) {
      this.running.isTelling = false;
    }
  }

  /** The version that the save may replace: what the user has seen, which is `base` by itself. */
  seen(base: Version | undefined): Version | undefined {
    return this.unseen ? this.acknowledged : base;
  }

  /** Ends without having written. */
  fail(): void {
    this.running = undefined;
    this.told = undefined;
  }

  /** Ends with a text that stands for what the server has. */
  settle(): void {
    this.fail();
    this.acknowledged = undefined;
    this.last = undefined;
  }
}
