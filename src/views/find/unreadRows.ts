import type { Disposable } from '../../kv/base/event';

/** How long VS Code has to ask for what is below a row that it has taken, in milliseconds. */
const patienceMs = 1_000;
const mostTries = 3;

/**
 * Owns the open rows of a tree that VS Code has taken while it has not asked for what is below them;
 * changes only through its methods. A refresh that comes while VS Code reads such a row makes it take
 * the row for an empty one, and it asks no more: then all is to be refreshed once more.
 */
export class UnreadRows implements Disposable {
  private readonly unread = new Set<string>();
  /** Rows that the user has closed: nobody asks for what is below them. */
  private readonly closed = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;

  constructor(private readonly refresh: () => void) {}

  taken(id: string): void {
    if (!this.closed.has(id)) {
      this.unread.add(id);
      this.timer ??= setTimeout(() => this.look(), patienceMs);
    }
  }

  read(id: string): void {
    this.unread.delete(id);
    if (this.unread.size === 0) {
      this.settle();
    }
  }

  setClosed(id: string, isClosed: boolean): void {
    if (isClosed) {
      this.closed.add(id);
      this.read(id);
    } else {
      this.closed.delete(id);
    }
  }

  dispose(): void {
    this.settle();
  }

  private look(): void {
    this.timer = undefined;
    this.unread.clear();
    if (this.tries < mostTries) {
      this.tries++;
      this.refresh();
    }
  }

  private settle(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.tries = 0;
  }
}
