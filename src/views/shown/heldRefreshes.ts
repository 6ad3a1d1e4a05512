import * as vscode from 'vscode';

/** How long the first refresh that VS Code does not follow keeps the next one waiting, in milliseconds; then twice that. */
const firstMs = 500;
/** The longest. Even after what a view waits by itself (`RowPace`) no tree is more than five seconds late. */
const longestMs = 4_500;

type Rows<T> = T | T[] | undefined | null | void;

/**
 * Owns the refreshes of one tree that VS Code has yet to hear of; changes only through its methods. While
 * VS Code's window is busy it queues each refresh behind the last one and keeps them all, so the next is held,
 * and what is added to it, until VS Code asked for rows. It does not ask for rows that it does not know, nor
 * for those of a view that is not seen: then the time alone lets the next one go.
 */
export class HeldRefreshes<T> {
  private held: Set<T> | 'all' | undefined;
  /** Runs from a refresh until the next one may go. */
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isAsked = true;
  private unanswered = 0;
  /** The rows whose rows below VS Code waits for, how often, and those of them that it was told to read again meanwhile. */
  private readonly awaited = new Map<T, number>();
  private readonly overtaken = new Set<T>();
  private readonly passed = new vscode.EventEmitter<Rows<T>>();

  /** What VS Code hears. */
  readonly event = this.passed.event;

  /** A view has these rows read again; all of them without any. */
  refresh(rows: Rows<T>): void {
    this.add(rows);
    if (!this.timer) {
      this.pass();
    }
  }

  /**
   * VS Code waits for the rows below one. When it reads that row again before it has them, it may keep those
   * that it waited for, or none at all, in the place of what it was told to read: it is told once more then.
   */
  awaits(row: T, below: PromiseLike<unknown>): void {
    this.awaited.set(row, (this.awaited.get(row) ?? 0) + 1);
    // Not before VS Code has them.
    const given = (): void => void setTimeout(() => this.given(row), 0);
    below.then(given, given);
  }

  /** VS Code asks for the rows below one, or for `row` itself. */
  asked(row?: T): void {
    if (row !== undefined && this.awaited.has(row)) {
      this.overtaken.add(row);
    }
    if (!this.isAsked) {
      this.isAsked = true;
      this.unanswered = 0;
      // Not while it is being answered.
      this.wait(0);
    }
  }

  private given(row: T): void {
    const waits = (this.awaited.get(row) ?? 0) - 1;
    if (waits > 0) {
      this.awaited.set(row, waits);
    } else {
      this.awaited.delete(row);
      if (this.overtaken.delete(row)) {
        this.refresh(row);
      }
    }
  }

  private add(rows: Rows<T>): void {
    if (rows === undefined || rows === null || this.held === 'all') {
      this.held = 'all';
    } else {
      this.held = new Set([...(this.held ?? []), ...(Array.isArray(rows) ? rows : [rows as T])]);
    }
  }

  private pass(): void {
    const { held } = this;
    this.held = undefined;
    this.wait(Math.min(longestMs, firstMs * 2 ** this.unanswered++));
    this.isAsked = false;
    this.passed.fire(held === 'all' || !held ? undefined : [...held]);
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.held) {
        this.pass();
      }
    }, ms);
  }
}
