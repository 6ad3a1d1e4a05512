import { DisposableStore, type Disposable } from '../base/event';
import type { KvConnection } from '../model/kvConnection';
import type { ConnectionSession } from '../session/connectionSession';

export interface LinkFollowerParts {
  readonly sessionOf: () => ConnectionSession | undefined;
  readonly now: () => number;
  readonly everyMs: number;
  /** There is a link, another one than before, or again. */
  readonly linked: (connection: KvConnection) => void;
  /** Once in `everyMs` while somebody looks. */
  readonly tick: () => void;
  /** A bucket came, went or changed while somebody looks. */
  readonly bucketChanged: (bucket: string, connection: KvConnection) => void;
  /** The link was lost, or something of it has changed. */
  readonly changed: () => void;
}

/**
 * Owns the subscriptions to the session of a connection, whichever that is, for somebody who looks at
 * what is behind it; changes only through `setVisible` and `sessionsChanged`. Never dials.
 */
export class LinkFollower implements Disposable {
  private session: ConnectionSession | undefined;
  private subscriptions: DisposableStore | undefined;
  private advisories: Disposable | undefined;
  private hold: Disposable | undefined;
  private connection: KvConnection | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private since: number | undefined;
  private isVisible = false;
  private wasSeen = false;

  constructor(private readonly parts: LinkFollowerParts) {
    this.attach();
  }

  /** Since when there is no link; undefined while there is one, and before there was any. */
  get lostSince(): number | undefined {
    return this.since;
  }

  /** Nothing is asked while nobody looks; what was missed meanwhile is asked at once. */
  setVisible(isVisible: boolean): void {
    if (isVisible === this.isVisible) {
      return;
    }
    this.isVisible = isVisible;
    clearInterval(this.timer);
    this.hold?.dispose();
    this.hold = isVisible ? this.session?.hold() : undefined;
    if (isVisible) {
      this.timer = setInterval(() => this.parts.tick(), this.parts.everyMs);
      if (this.wasSeen) {
        this.parts.tick();
      }
      this.wasSeen = true;
    }
  }

  sessionsChanged(): void {
    if (this.parts.sessionOf() !== this.session) {
      this.attach();
    }
    this.parts.changed();
  }

  dispose(): void {
    clearInterval(this.timer);
    this.hold?.dispose();
    this.subscriptions?.dispose();
    this.advisories?.dispose();
  }

  private attach(): void {
    this.subscriptions?.dispose();
    this.hold?.dispose();
    const session = (this.session = this.parts.sessionOf());
    const subscriptions = (this.subscriptions = new DisposableStore());
    this.hold = this.isVisible ? session?.hold() : undefined;
    if (session) {
      subscriptions.add(session.state.onDidChange(() => this.stateChanged()));
    }
    this.stateChanged();
  }

  private stateChanged(): void {
    const link = this.session?.linkIfUp;
    const isNew = link !== undefined && (link !== this.connection || this.since !== undefined);
    if (!link) {
      this.since ??= this.connection && this.parts.now();
    } else {
      this.since = undefined;
    }
    if (link && link !== this.connection) {
      this.connection = link;
      this.advisories?.dispose();
      this.advisories = link.onDidChangeBuckets(({ bucket }) => {
        if (this.isVisible) {
          this.parts.bucketChanged(bucket, link);
        }
      });
    }
    if (link && isNew && this.isVisible) {
      this.parts.linked(link);
    }
    this.parts.changed();
  }
}
