import { DisposableStore, Emitter, type Disposable, type Event } from '../base/event';
import type { IndexState } from '../keys/indexState';
import type { KeyTree } from '../keys/tree/keyTree';
import type { TreeRows } from '../keys/tree/treeRows';
import { isLive, type Entry, type KeyInfo } from '../model/entry';
import { toKvError, type KvError } from '../model/errors';
import type { ConnectionSession } from '../session/connectionSession';
import { TableOrder, type ReadingCost, type TableView } from './tableOrder';
import { KeyList } from './keyList';
import { TableLink } from './tableLink';
import { TableValues } from './tableValues';

export interface KeyTableParts {
  /** The session of the connection as it is now; undefined when it is not configured any more. */
  readonly sessionOf: () => ConnectionSession | undefined;
  readonly bucket: string;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Rest between two batches of values, in milliseconds. */
  readonly pauseMs: () => number;
}

/** What a table does to get its rows in order. */
export type OrderState =
  | { readonly kind: 'done' }
  | { readonly kind: 'ordering' }
  | { readonly kind: 'reading'; readonly read: number; readonly of: number }
  /** Waits for `agree`. */
  | { readonly kind: 'ask'; readonly cost: ReadingCost }
  /** Given up by `cancel`: the rows are as they were before. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: KvError };

/** A row by its key. `info` is undefined for one that has gone since the rows were put in order. */
export interface TableRow {
  readonly key: string;
  readonly info: KeyInfo | undefined;
  /** Undefined until it was read. */
  readonly entry: Entry | undefined;
}

/** The least time between two orders, in milliseconds; they take up a tenth of the time at most. */
const orderEveryMs = 500;
const orderShare = 10;
const firstWithinMs = 20;
const longestWaitMs = 10_000;
const mostUnasked = 2_000;
/** Keys of rows that were looked at: they stay what they are until the next order. */
const mostKnownKeys = 20_000;

/**
 * Owns the rows of one table: which keys, in which order, with what of their values was asked for.
 * Changes only through its methods, the index of the bucket and what is read. It never connects.
 */
export class KeyTable implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private ordering = new TableOrder();
  private readonly keys = new Map<number, string>();
  private readonly link: TableLink;
  private view: TableView = {};
  private rows: Uint32Array = new Uint32Array();
  private tree: { readonly is: KeyTree; readonly rows: TreeRows } | undefined;
  private running: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isStale = true;
  private isHeld = false;
  private isAgreed = false;
  private lastTook = 0;
  private keysVersion = 0;
  private state: OrderState = { kind: 'ordering' };
  readonly values: TableValues;

  /** Something of it has changed: rows, values or state. */
  readonly onDidChange: Event<void> = this.changed.event;
  /** Counts the orders: places of rows are those of one of them. */
  version = 0;

  constructor(private readonly parts: KeyTableParts) {
    const { bucket, sessionOf } = parts;
    const changed = (): void => this.changed.fire();
    this.link = new TableLink({
      ...{ sessionOf, bucket, changed },
      indexChanged: (isStructural) => this.indexChanged(isStructural),
      listed: () => {
        if (!this.isHeld) {
          this.orderNow();
        }
      },
      attached: () => {
        // Another bucket of the name may have other messages under the same numbers.
        this.values.clear();
        this.ordering = new TableOrder();
        this.orderNow();
      },
    });
    const source = { bucket, linkIfUp: () => this.link.connection };
    this.values = new TableValues(source, changed);
    this.link.sessionsChanged();
  }

  get count(): number {
    return this.rows.length;
  }

  get orderState(): OrderState {
    return this.state;
  }

  /** How far the listing of the bucket is; undefined while there is no link and never was. */
  get listing(): IndexState | undefined {
    return this.link.index?.state.current;
  }

  get isLinked(): boolean {
    return this.link.connection !== undefined;
  }

  /** Whether rows came, went or moved that are not shown so yet. */
  get isBehind(): boolean {
    return this.isStale && this.isHeld;
  }

  /** When the bucket was made whose keys these are. */
  get bucketCreated(): number | undefined {
    return this.link.index?.watch.created;
  }

  get ttl(): number {
    return this.link.ttl;
  }

  /** Shows other keys, or in another order; what has been read of values is used again. */
  setView(view: TableView): void {
    this.view = view;
    this.isAgreed = false;
    this.orderNow();
  }

  /** Reads the values that the present view needs. */
  agree(): void {
    this.isAgreed = true;
    this.orderNow();
  }

  /** Stops reading. The rows stay in the order that they have. */
  cancel(): void {
    this.running?.abort();
    this.isAgreed = false;
    this.setState({ kind: 'cancelled' });
  }

  /** While it is held no row moves; what has changed is told by `isBehind`. */
  hold(isHeld: boolean): void {
    const wasHeld = this.isHeld;
    this.isHeld = isHeld;
    if (wasHeld && !isHeld && this.isStale) {
      this.orderSoon();
    }
  }

  /** Puts the rows in order although they are held. */
  orderNow(): void {
    this.isStale = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running?.abort();
    void this.order();
  }

  list(): void {
    this.link.index?.open();
  }

  /** What is known of a key that has a value; undefined for one that has none. */
  infoOf(key: string): KeyInfo | undefined {
    const info = this.link.index?.last(key);
    return info && isLive(info) ? info : undefined;
  }

  /** A row by its place in the present order. */
  row(at: number): TableRow | undefined {
    const key = this.keyAt(at);
    if (key === undefined) {
      return undefined;
    }
    return { key, info: this.infoOf(key), entry: this.values.get(key) };
  }

  /** The keys of all rows, in their order as it is now. */
  keysInOrder(signal: AbortSignal): Promise<KeyList> {
    return KeyList.of(this.rows, this.tree?.rows, signal);
  }

  /** The place of a key; -1 where it is not among the rows. */
  placeOf(key: string): number {
    const row = this.tree?.is.rowOf(key) ?? 0;
    return row > 0 ? this.rows.indexOf(row) : -1;
  }

  /** Has the values of some rows read, as far as they are not known. */
  want(first: number, count: number): void {
    const infos: KeyInfo[] = [];
    for (let at = first; at < Math.min(first + count, this.count); at++) {
      const info = this.row(at)?.info;
      if (info) {
        infos.push(info);
      }
    }
    this.values.want(infos);
  }

  /** The connection may be another one, or configured again. */
  sessionsChanged(): void {
    this.link.sessionsChanged();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.running?.abort();
    this.link.dispose();
    this.values.dispose();
    this.store.dispose();
  }

  /** New facts of keys move rows only where these are ordered or chosen by them. */
  private indexChanged(isStructural: boolean): void {
    const { rule, sort } = this.view;
    const isMoving = isStructural || rule !== undefined || (sort && sort.column.id !== 'key');
    this.isStale ||= isMoving === true;
    this.keysVersion += isStructural ? 1 : 0;
    this.changed.fire();
    if (!this.isStale) {
      return;
    }
    if (!this.isHeld || this.count === 0) {
      this.orderSoon();
    }
  }

  private orderSoon(): void {
    const share = Math.min(longestWaitMs, orderShare * this.lastTook);
    // The first rows are there as soon as any are known.
    const within = this.count === 0 ? firstWithinMs : Math.max(orderEveryMs, share);
    if (!this.running) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        if (!this.isHeld || this.count === 0) {
          void this.order();
        }
      }, within);
    }
  }

  private async order(): Promise<void> {
    const index = this.link.index;
    const connection = this.link.connection;
    if (!index || !connection) {
      return;
    }
    const running = new AbortController();
    const begun = performance.now();
    this.running = running;
    this.isStale = false;
    const tree = index.present;
    if (this.state.kind !== 'done') {
      this.setState({ kind: 'ordering' });
    }
    let state: OrderState = { kind: 'done' };
    try {
      const ordered = await this.ordering.order(this.view, {
        ...{ tree, connection, keysVersion: this.keysVersion, bucketTtl: this.ttl, mostUnasked },
        bucket: this.parts.bucket,
        infoOf: (key) => index.last(key),
        expiring: index.expiring,
        at: this.parts.now(),
        pauseMs: this.parts.pauseMs(),
        agreed: this.isAgreed,
        signal: running.signal,
        onProgress: (read, of) => this.setState({ kind: 'reading', read, of }),
      });
      if (ordered.kind === 'ask') {
        state = ordered;
      } else if (!running.signal.aborted) {
        this.take(ordered.rows, tree);
      }
    } catch (error) {
      state = { kind: 'failed', error: toKvError(error) };
    }
    if (this.running === running && !running.signal.aborted) {
      this.ended(state, performance.now() - begun);
    } else if (this.running === running) {
      this.running = undefined;
    }
  }

  private ended(state: OrderState, took: number): void {
    this.running = undefined;
    this.lastTook = took;
    this.setState(state);
    if (this.isStale && state.kind === 'done') {
      this.orderSoon();
    }
  }

  private take(rows: Uint32Array, tree: KeyTree): void {
    this.rows = rows;
    this.tree = { is: tree, rows: tree.rows() };
    this.keys.clear();
    this.version++;
  }

  private setState(state: OrderState): void {
    this.state = state;
    this.changed.fire();
  }

  /** The key of a row stays what it was when it was looked at first: numbers of keys are used again. */
  private keyAt(at: number): string | undefined {
    const known = this.keys.get(at);
    const row = this.rows[at];
    if (known !== undefined || row === undefined || !this.tree) {
      return known;
    }
    if (this.keys.size >= mostKnownKeys) {
      this.keys.clear();
    }
    const key = this.tree.rows.key(row);
    this.keys.set(at, key);
    return key;
  }
}
