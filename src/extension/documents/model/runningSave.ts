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
  private running: { readonly unseen: Unseen | undefined } | undefined;
  /** What the user is told of when the save under way is refused. */
  private told: Version | undefined;
  private acknowledged: Version | undefined;

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

  /** A save before it that never wrote was refused. */
  begin(unseen: Unseen | undefined): void {
    this.acknowledged = this.told ?? this.acknowledged;
    this.running = { unseen };
    this.told = unseen?.version;
  }

  /** Says that the user has seen a version beside the text. */
  compared(version: Version): void {
    this.acknowledged = version;
    this.told = undefined;
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
  }
}
