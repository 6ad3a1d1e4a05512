import { DisposableStore, type Disposable } from '../base/event';
import { isKvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import type { ConnectionSession } from '../session/connectionSession';
import type { KeyIndex } from '../session/keyIndex';

export interface TableLinkParts {
  /** The session of the connection as it is now; undefined when it is not configured any more. */
  readonly sessionOf: () => ConnectionSession | undefined;
  readonly bucket: string;
  /** The bucket has another index: that of a new link, or of a bucket that was made again. */
  readonly attached: () => void;
  /** The index is complete. */
  readonly listed: () => void;
  /** Keys came or went, or only what is known of some. */
  readonly indexChanged: (isStructural: boolean) => void;
  /** The link, or what is known of the bucket, is another. */
  readonly changed: () => void;
}

/**
 * Owns the subscriptions of a table to its session and to the index of its bucket, whichever these are;
 * changes only through `sessionsChanged` and what they tell. Never connects.
 */
export class TableLink implements Disposable {
  private session: { readonly is: ConnectionSession; readonly store: DisposableStore } | undefined;
  private held: { readonly index: KeyIndex; readonly store: DisposableStore } | undefined;
  private bucketTtl = 0;

  constructor(private readonly parts: TableLinkParts) {}

  get connection(): KvConnection | undefined {
    return this.session?.is.linkIfUp;
  }

  /** That of the last link, also while there is none. */
  get index(): KeyIndex | undefined {
    return this.held?.index;
  }

  /** The age at which the bucket lets go of every value, in milliseconds; 0 for never or not known. */
  get ttl(): number {
    return this.bucketTtl;
  }

  /** The connection may be another one, or configured again. */
  sessionsChanged(): void {
    const session = this.parts.sessionOf();
    if (session !== this.session?.is) {
      this.session?.store.dispose();
      const store = new DisposableStore();
      this.session = session && { is: session, store };
      if (session) {
        store.add(session.state.onDidChange(() => this.attach()));
        store.add(session.onDidReplaceLink(() => this.attach()));
      }
    }
    this.attach();
  }

  dispose(): void {
    this.held?.store.dispose();
    this.session?.store.dispose();
  }

  /** Takes the index that the bucket has now; without a link the last one stays. */
  private attach(): void {
    const { bucket, attached, listed, indexChanged, changed } = this.parts;
    const session = this.session?.is;
    const index = session?.linkIfUp && session.index(bucket);
    if (index && index !== this.held?.index) {
      this.held?.store.dispose();
      const store = new DisposableStore();
      this.held = { index, store };
      store.add(index.onDidChange(({ structural }) => indexChanged(structural)));
      store.add(
        index.state.onDidChange(({ kind }) => {
          indexChanged(true);
          if (kind === 'ready') {
            listed();
          }
        }),
      );
      index.open();
      void this.readTtl();
      attached();
    }
    changed();
  }

  /** What is not known of a bucket that cannot be asked: its values then seem to stay. */
  private async readTtl(): Promise<void> {
    try {
      const status = await this.connection?.bucketStatus(this.parts.bucket);
      this.bucketTtl = status?.ttl ?? 0;
      this.parts.changed();
    } catch (error) {
      if (!isKvError(error)) {
        throw error;
      }
    }
  }
}
