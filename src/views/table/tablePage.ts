import type { Background } from '../../kv/base/background';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../kv/base/event';
import type { Connections } from '../../kv/session/connections';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { KeyTable } from '../../kv/table/keyTable';
import { proposeColumns } from '../../kv/table/proposeColumns';
import { columnOf, type TableColumn } from '../../kv/table/tableColumn';
import { parseTableFilter } from '../../kv/table/tableFilter';
import { displayText } from '../../kv/values/displayText';
import { jsonOf } from '../../kv/values/valueText';
import { everyTick } from '../format/clock';
import { rowView } from './tableCells';
import { columnIn, type TableMemory, type TableSettings } from './tableMemory';
import { TableDeeds } from './tableDeeds';
import { tableNotices } from './tableNotices';
import { matcherOf, titleOf, type TablePlace } from './tablePlace';
import type {
  ColumnView,
  NoticeAction,
  RowsMessage,
  StateMessage,
  TableHostMessage,
  TablePageMessage,
} from './tableProtocol';

export interface TablePageParts {
  readonly connections: Connections;
  readonly memory: TableMemory;
  readonly inBackground: Background;
  readonly pauseMs: () => number;
  /** Opens a row as the ordinary document. */
  readonly open: (
    session: ConnectionSession,
    bucket: string,
    key: string,
    toSide: boolean,
  ) => Promise<unknown>;
  /** Asks which columns there are to be; undefined where nothing was chosen. */
  readonly chooseColumns: (
    shown: readonly string[],
    proposed: readonly TableColumn[],
  ) => Promise<readonly TableColumn[] | undefined>;
  readonly copy: (text: string) => PromiseLike<unknown>;
  /** Tells what the page has no place for. */
  readonly tell: (text: string) => void;
}

/** More rows than fit on any screen, however many the page asks for. */
const mostLooked = 300;
const mostProposed = 6;
/** Values that must have been seen for columns to be proposed from them, where there are as many. */
const seenForProposal = 20;
const widths: Readonly<Record<string, number>> = { key: 260, number: 110, boolean: 90, time: 190 };
const otherWidth = 160;

/** Owns what the page of one table shows; changes only through its table and what is done there. */
export class TablePage implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<'state' | 'rows'>());
  private readonly table: KeyTable;
  private readonly deeds: TableDeeds;
  private settings: TableSettings;
  private isProposed: boolean;
  private columns: readonly TableColumn[] = [];
  private look = { first: 0, count: 60 };
  private active: string | undefined;
  private told = -1;
  private isPaused = false;
  private isPointed = false;
  /** What to send has changed. */
  readonly onDidChange: Event<'state' | 'rows'> = this.changed.event;
  readonly title: string;

  constructor(
    readonly place: TablePlace,
    private readonly parts: TablePageParts,
    send: (slot: string, message: TableHostMessage) => void,
  ) {
    const { connections, memory, pauseMs } = parts;
    const { bucket } = place;
    this.title = titleOf(place);
    const kept = memory.read(this.memoryKey);
    this.isProposed = kept !== undefined;
    this.settings = kept ?? { columns: plainColumns(), sort: undefined, filter: '' };
    const sessionOf = () => connections.get(place.connectionId);
    this.table = this.store.add(new KeyTable({ sessionOf, bucket, now: Date.now, pauseMs }));
    this.deeds = this.store.add(
      new TableDeeds({
        ...{ table: this.table, bucket, send, copy: parts.copy, tell: parts.tell },
        connection: () => this.session?.linkIfUp,
        columns: () => this.columns,
        changed: () => this.changed.fire('state'),
      }),
    );
    this.store.add(connections.onDidChange(() => this.table.sessionsChanged()));
    this.store.add(this.table.onDidChange(() => this.tableChanged()));
    // Ages and what is left of TTLs go on by themselves.
    this.store.add(everyTick(() => this.changed.fire('rows')));
    this.applyView();
  }

  state(): StateMessage {
    const { settings, place, title, isPaused } = this;
    const parsed = parseTableFilter(settings.filter);
    return {
      kind: 'state',
      ...{ place, title: displayText(title), isPaused },
      ...{ columns: settings.columns, sort: settings.sort, filter: settings.filter },
      filterProblem: parsed.kind === 'problem' ? parsed.problem : undefined,
      canUndo: this.deeds.canUndo,
      notices: tableNotices(this.table),
    };
  }

  /** The rows that the page looks at. */
  rows(): RowsMessage {
    const { table, columns } = this;
    const { first, count } = this.look;
    table.want(first, count);
    const surroundings = { columns, now: Date.now(), isWritable: this.isWritable };
    const rows = [];
    for (let at = first; at < Math.min(first + count, table.count); at++) {
      const row = table.row(at);
      if (row) {
        rows.push(rowView(table, at, row, surroundings));
      }
    }
    const isMoved = this.told !== table.version && this.active !== undefined;
    this.told = table.version;
    const active = isMoved && this.active !== undefined ? table.placeOf(this.active) : undefined;
    const ids = columns.map(({ id }) => id);
    return { kind: 'rows', version: table.version, count: table.count, rows, columns: ids, active };
  }

  receive(message: Exclude<TablePageMessage, { kind: 'ready' }>): void {
    const { inBackground } = this.parts;
    switch (message.kind) {
      case 'look':
        this.look = { first: message.first, count: Math.min(mostLooked, message.count) };
        this.changed.fire('rows');
        break;
      case 'active':
        this.active = message.key;
        break;
      case 'hold':
        this.isPointed = message.isHeld;
        this.table.hold(this.isPointed || this.isPaused);
        break;
      case 'pause':
        this.isPaused = message.isPaused;
        this.table.hold(this.isPointed || this.isPaused);
        this.tableChanged();
        break;
      case 'sort':
        this.configure({ sort: message.sort });
        break;
      case 'filter':
        this.configure({ filter: message.text });
        break;
      case 'columns':
        this.configure({ columns: message.columns.flatMap(columnIn) });
        break;
      case 'chooseColumns':
        inBackground('choose the columns of a table', this.chooseColumns());
        break;
      case 'notice':
        this.act(message.does);
        break;
      case 'edit':
        inBackground('save what was typed into a table', this.deeds.edit(message));
        break;
      case 'undo':
        inBackground('undo what was typed into a table', this.deeds.undo());
        break;
      case 'open':
        inBackground('open a row of a table', this.open(message.key, message.toSide));
        break;
      case 'select':
        inBackground('sum up what is selected in a table', this.deeds.summarize(message));
        break;
      case 'copy':
        inBackground('copy what is selected in a table', this.deeds.copy(message, message.format));
        break;
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private get session(): ConnectionSession | undefined {
    return this.parts.connections.get(this.place.connectionId);
  }

  private get isWritable(): boolean {
    return this.session !== undefined && this.session.lock.state.current.kind !== 'locked';
  }

  private get memoryKey(): string {
    return JSON.stringify([this.place.connectionId, this.place.bucket]);
  }

  private tableChanged(): void {
    this.propose();
    this.changed.fire('state');
    if (!this.isPaused) {
      this.changed.fire('rows');
    }
  }

  /** The first values that are seen tell which columns there may be, where nothing was kept. */
  private propose(): void {
    if (this.isProposed || this.table.count === 0) {
      return;
    }
    const wanted = Math.min(seenForProposal, this.table.count);
    const seen = this.seenValues(wanted);
    if (seen.read >= wanted) {
      this.isProposed = true;
      const [key, ...facts] = plainColumns();
      const found = proposeColumns(seen.values, mostProposed).map(widthOf);
      if (key && found.length > 0) {
        this.settings = { ...this.settings, columns: [key, ...found, ...facts.slice(1)] };
        this.readColumns();
      }
    }
  }

  private seenValues(most: number) {
    const values = [];
    let read = 0;
    for (let at = 0; at < Math.min(most, this.table.count); at++) {
      const row = this.table.row(at);
      const isRead = row?.entry ?? (row?.info && this.table.values.isLeftOut(row.info));
      read += isRead || !row?.info ? 1 : 0;
      const json = row?.entry && jsonOf(row.entry.value);
      values.push(...(json === undefined ? [] : [json]));
    }
    return { values, read };
  }

  private configure(change: Partial<TableSettings>): void {
    const before = this.settings;
    this.settings = { ...before, ...change };
    this.isProposed = true;
    const { memory, inBackground } = this.parts;
    inBackground('remember the columns of a table', memory.write(this.memoryKey, this.settings));
    this.readColumns();
    const isReadable = parseTableFilter(this.settings.filter).kind !== 'problem';
    if ('sort' in change || (change.filter !== undefined && isReadable)) {
      this.applyView();
    }
    this.tableChanged();
  }

  private readColumns(): void {
    this.columns = this.settings.columns.flatMap(({ id, type }) => columnOf(id, type) ?? []);
  }

  private applyView(): void {
    this.readColumns();
    const { sort, filter } = this.settings;
    const parsed = parseTableFilter(filter);
    const type = this.settings.columns.find(({ id }) => id === sort?.column)?.type;
    const column = sort && columnOf(sort.column, type);
    const own = matcherOf(this.place);
    const typed = parsed.kind === 'keys' ? parsed.matches : undefined;
    this.table.setView({
      keys: this.place.keys,
      matches: own && typed ? (key) => own(key) && typed(key) : (own ?? typed),
      rule: parsed.kind === 'rule' ? parsed.rule : undefined,
      sort: sort && column && { column, isDescending: sort.isDescending },
    });
  }

  private act(does: NoticeAction): void {
    if (does === 'connect') {
      const connected = this.session?.connect() ?? Promise.resolve();
      this.parts.inBackground('connect for a table', connected);
    } else {
      this.table[does]();
    }
  }

  private async chooseColumns(): Promise<void> {
    const { values } = this.seenValues(this.look.first + this.look.count);
    const proposed = proposeColumns(values, Infinity);
    const shown = this.settings.columns.map(({ id }) => id);
    const chosen = await this.parts.chooseColumns(shown, proposed);
    if (chosen) {
      const known = new Map(this.settings.columns.map((column) => [column.id, column]));
      this.configure({ columns: chosen.map((column) => known.get(column.id) ?? widthOf(column)) });
    }
  }

  private async open(key: string, toSide: boolean): Promise<void> {
    if (this.session) {
      await this.parts.open(this.session, this.place.bucket, key, toSide);
    }
  }
}

/** What is shown of every key, before anything is known of its value. */
function plainColumns(): ColumnView[] {
  const value = columnOf('value');
  const facts = ['revision', 'age', 'size'].flatMap((id) => columnOf(id) ?? []);
  const key = columnOf('key');
  return [key, value, ...facts].flatMap((column) => (column ? [widthOf(column)] : []));
}

function widthOf({ id, type }: TableColumn): ColumnView {
  return { id, type, width: widths[id] ?? widths[type] ?? otherWidth };
}
