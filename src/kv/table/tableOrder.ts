import { Pace } from '../base/pace';
import type { KeyTree } from '../keys/tree/keyTree';
import type { Expiring } from '../keys/tree/ownTtls';
import type { TreeRows } from '../keys/tree/treeRows';
import type { Entry, KeyInfo } from '../model/entry';
import type { KvConnection } from '../model/kvConnection';
import { ruleMatcher } from '../rules/matchRule';
import { needsValue, type Rule } from '../rules/rule';
import { valueAt } from '../values/jsonDiff';
import { jsonOf } from '../values/valueText';
import { orderByNumber } from './numberOrder';
import { readRows } from './readRows';
import { cellOf, headersText, needsEntry, type TableColumn } from './tableColumn';
import { ValueFacts } from './valueFacts';

/** Which keys a table shows, and in which order; by key where no other is asked for. */
export interface TableView {
  /** Rows are of these keys only. */
  readonly keys?: readonly string[] | undefined;
  /** What has to be true of a key. */
  readonly matches?: ((key: string) => boolean) | undefined;
  readonly rule?: Rule | undefined;
  readonly sort?: { readonly column: TableColumn; readonly isDescending: boolean } | undefined;
}

/** What it takes to read the values that an order or a filter needs. */
export interface ReadingCost {
  readonly values: number;
  readonly bytes: number;
}

export interface OrderOptions {
  readonly tree: KeyTree;
  /** Another number whenever keys of the tree have come or gone. */
  readonly keysVersion: number;
  /** The last message of a key as it is known. */
  readonly infoOf: (key: string) => KeyInfo | undefined;
  /** Messages with a time to live of their own: of a key the last one, which may not be its present one. */
  readonly expiring: Iterable<Expiring>;
  readonly connection: KvConnection;
  readonly bucket: string;
  /** Of the bucket, in milliseconds; 0 for none. */
  readonly bucketTtl: number;
  /** The moment that ages are counted to, in milliseconds since the epoch. */
  readonly at: number;
  /** Rest between two batches of values, in milliseconds. */
  readonly pauseMs: number;
  /** More values than these are read only after `agreed`. */
  readonly mostUnasked: number;
  readonly agreed: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (read: number, of: number) => void;
}

export type OrderedRows =
  | { readonly kind: 'rows'; readonly rows: Uint32Array }
  /** Values would have to be read, which nobody has agreed to. */
  | { readonly kind: 'ask'; readonly cost: ReadingCost };

const stepsPerLook = 256;
const noBytes = new Uint8Array();

/**
 * Owns what was read to order or filter the rows of a table; changes only through `order`. A value is
 * read again only when it has another revision.
 */
export class TableOrder {
  private byKey:
    { readonly tree: KeyTree; readonly version: number; rows: Uint32Array } | undefined;
  private facts: { readonly of: string; values: ValueFacts } | undefined;

  /** The rows of a view in their order, in turns of a few milliseconds. Throws when it is aborted. */
  async order(view: TableView, options: OrderOptions): Promise<OrderedRows> {
    const run = new OrderRun(view, options);
    const all = view.keys ? run.rowsOf(view.keys) : await this.allByKey(options);
    const { values, ...ready } = await run.chosen(all);
    if (!values) {
      return { kind: 'rows', rows: await run.byFacts(ready.rows) };
    }
    const facts = await this.factsFor(view, options);
    const unread = await run.unreadOf(ready.rows, facts);
    const { cost } = unread;
    if (cost.values > options.mostUnasked && !options.agreed) {
      return { kind: 'ask', cost };
    }
    await run.read(unread.rows, facts);
    return { kind: 'rows', rows: await run.byValues(ready.rows, facts) };
  }

  /** Walking through all keys takes longest: it is done again only when some have come or gone. */
  private async allByKey({ tree, keysVersion, signal }: OrderOptions): Promise<Uint32Array> {
    const { byKey } = this;
    if (byKey?.tree === tree && byKey.version === keysVersion) {
      return byKey.rows;
    }
    const rows = await tree.rows().inOrder(signal);
    this.byKey = { tree, version: keysVersion, rows };
    return rows;
  }

  private async factsFor(view: TableView, { tree, signal }: OrderOptions): Promise<ValueFacts> {
    const { rule, sort } = view;
    const wanted = JSON.stringify([
      valueParts(rule),
      sort && needsEntry(sort.column) && sort.column,
    ]);
    if (this.facts?.of !== wanted) {
      this.facts = { of: wanted, values: new ValueFacts(tree) };
    } else if (this.facts.values.tree !== tree) {
      this.facts.values = await this.facts.values.carriedTo(tree, new Pace(), signal);
    }
    return this.facts.values;
  }
}

/** One making of an order. */
class OrderRun {
  private readonly pace = new Pace();
  private readonly rows: TreeRows;

  constructor(
    private readonly view: TableView,
    private readonly options: OrderOptions,
  ) {
    this.rows = options.tree.rows();
  }

  rowsOf(keys: readonly string[]): Uint32Array {
    const { tree } = this.options;
    return Uint32Array.from(keys, (key) => tree.rowOf(key)).filter((row) => row > 0);
  }

  /** The rows that their keys and facts let in, in the order of keys; whether values have a say too. */
  async chosen(all: Uint32Array): Promise<{ rows: Uint32Array; values: boolean }> {
    const { matches, rule, sort } = this.view;
    const matched = matches ? await this.keep(all, (row) => matches(this.rows.key(row))) : all;
    const test = factParts(rule).map((part) => ruleMatcher(part));
    const rows =
      test.length > 0
        ? await this.keep(matched, (row) => test.every((each) => each(this.subjectOf(row))))
        : matched;
    const isByValue = sort !== undefined && needsEntry(sort.column);
    return { rows, values: isByValue || valueParts(rule).length > 0 };
  }

  async byFacts(rows: Uint32Array): Promise<Uint32Array> {
    const { sort } = this.view;
    const { signal, bucketTtl } = this.options;
    if (!sort || sort.column.id === 'operation') {
      return rows;
    }
    const { column, isDescending } = sort;
    if (column.id === 'key') {
      return isDescending ? rows.slice().reverse() : rows;
    }
    const numberOf = column.id === 'ttl' ? await this.endOf(bucketTtl) : this.numberOf(column.id);
    return orderByNumber(rows, { numberOf, isDescending }, this.pace, signal);
  }

  async byValues(rows: Uint32Array, facts: ValueFacts): Promise<Uint32Array> {
    const { sort, rule } = this.view;
    const isFiltered = valueParts(rule).length > 0;
    const passing = isFiltered ? await this.keep(rows, (row) => facts.passes(row)) : rows;
    if (!sort || !needsEntry(sort.column)) {
      return this.byFacts(passing);
    }
    const numberOf = await facts.orders(this.pace, this.options.signal);
    const { isDescending } = sort;
    return orderByNumber(passing, { numberOf, isDescending }, this.pace, this.options.signal);
  }

  async unreadOf(rows: Uint32Array, facts: ValueFacts) {
    let bytes = 0;
    const unread = await this.keep(rows, (row) => {
      const isUnread = !facts.knows(row);
      bytes += isUnread ? this.rows.size(row) : 0;
      return isUnread;
    });
    return { rows: unread, cost: { values: unread.length, bytes } };
  }

  read(unread: Uint32Array, facts: ValueFacts): Promise<void> {
    const { tree, connection, bucket, signal, pauseMs, onProgress } = this.options;
    const take = (row: number, entry: Entry | undefined) => this.take(row, entry, facts);
    const reading = { tree, connection, bucket, signal, pauseMs, onProgress, take };
    return readRows(unread, reading);
  }

  private take(row: number, entry: Entry | undefined, facts: ValueFacts): void {
    const revision = entry?.revision ?? this.rows.revision(row);
    const { sort, rule } = this.view;
    const tests = valueParts(rule);
    const { bucket, at } = this.options;
    const subject = entry && { bucket, entry, at };
    const passes = subject !== undefined && tests.every((part) => ruleMatcher(part)(subject));
    const column = sort && needsEntry(sort.column) ? sort.column : undefined;
    const order = column && entry ? orderOf(entry, column) : NaN;
    facts.set(row, { revision, order, passes });
  }

  private subjectOf(row: number) {
    const key = this.rows.key(row);
    const info = this.options.infoOf(key) ?? {
      ...{ key, revision: 0, created: 0, size: 0, operation: 'DEL' as const },
    };
    const entry: Entry = { ...info, value: noBytes, headers: [] };
    return { bucket: this.options.bucket, entry, at: this.options.at };
  }

  private numberOf(column: string): (row: number) => number {
    const { rows } = this;
    switch (column) {
      case 'revision':
        return (row) => rows.revision(row);
      // The older one has the larger age.
      case 'age':
        return (row) => -rows.created(row);
      case 'size':
        return (row) => rows.size(row);
      default:
        return () => NaN;
    }
  }

  /** When the value of a row ends, in milliseconds since the epoch; NaN for one that stays. */
  private async endOf(bucketTtl: number): Promise<(row: number) => number> {
    const { rows } = this;
    const { tree, expiring, signal } = this.options;
    const ends = new Map<number, number>();
    let steps = 0;
    for (const { key, revision, at } of expiring) {
      const row = tree.rowOf(key);
      if (row > 0 && rows.revision(row) === revision) {
        ends.set(row, at);
      }
      if (++steps % stepsPerLook === 0 && this.pace.isOver) {
        await this.pace.rest();
        signal.throwIfAborted();
      }
    }
    const others = bucketTtl > 0 ? bucketTtl : NaN;
    return (row) => ends.get(row) ?? rows.created(row) + others;
  }

  private async keep(rows: Uint32Array, isWanted: (row: number) => boolean): Promise<Uint32Array> {
    const kept = new Uint32Array(rows.length);
    let count = 0;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      if (isWanted(row)) {
        kept[count++] = row;
      }
      if (at % stepsPerLook === 0 && this.pace.isOver) {
        await this.pace.rest();
        this.options.signal.throwIfAborted();
      }
    }
    return kept.slice(0, count);
  }
}

/** What a value is ordered by: a number where its column has numbers, else its text. */
function orderOf(entry: Entry, column: TableColumn): number | string {
  if (!column.path) {
    return headersText(entry) || NaN;
  }
  const cell = cellOf(valueAt(jsonOf(entry.value), column.path), column.type);
  return column.type === 'text' ? (cell?.text ?? NaN) : (cell?.number ?? NaN);
}

/** The parts of a rule, all of which have to hold. */
function partsOf(rule: Rule | undefined): readonly Rule[] {
  if (!rule) {
    return [];
  }
  return rule.kind === 'and' ? [...partsOf(rule.left), ...partsOf(rule.right)] : [rule];
}

/** Those that are known without values: they are asked first, and anew each time, as ages grow. */
function factParts(rule: Rule | undefined): readonly Rule[] {
  return partsOf(rule).filter((part) => !needsValue(part));
}

function valueParts(rule: Rule | undefined): readonly Rule[] {
  return partsOf(rule).filter((part) => needsValue(part));
}
