import * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import type { Disposable } from '../../kv/base/event';
import type { ConnectionSession } from '../../kv/session/connectionSession';

/** How often, in milliseconds. */
const everyMs = 60_000;

/**
 * Owns the looks at the lists of buckets that are in sight, which tell of buckets that are not well:
 * one request a minute for each 256 buckets of a connection, none for a bucket of its own, and none
 * while the view or the window is not looked at. Changes only through `setVisible`.
 */
export class FreshLists implements Disposable {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly sessions: {
      readonly all: readonly Pick<ConnectionSession, 'lookAtBuckets'>[];
    },
    private readonly inBackground: Background,
  ) {}

  setVisible(visible: boolean): void {
    clearInterval(this.timer);
    this.timer = visible ? setInterval(() => this.look(), everyMs) : undefined;
  }

  dispose(): void {
    this.setVisible(false);
  }

  private look(): void {
    if (vscode.window.state.focused) {
      for (const session of this.sessions.all) {
        this.inBackground('look at the buckets', session.lookAtBuckets());
      }
    }
  }
}
