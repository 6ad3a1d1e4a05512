import type { Background } from '../../kv/base/background';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../kv/base/event';
import type { Connections } from '../../kv/session/connections';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { KeyTable } from '../../kv/table/keyTable';
import { proposeColumns } from '../../kv/table/proposeColumns';
import { columnOf, type TableColumn } from '../../kv/table/tableColumn';
import { parseTableFilter } from '../../kv/table/tableFilter';
import { displayText } from '../../kv/values/displayText';
import { everyTick } from '../format/clock';
import { rowView } from './tableCells';
import { columnIn, type TableMemory, type TableSettings } from './tableMemory';
import { ValueInspection } from './inspectedValue';
import { TableDeeds, type TableDeedsParts } from './tableDeeds';
import { tableNotices } from './tableNotices';
import { plainColumns, seenValues, widthOf, withToggled, withType } from './tableColumns';
import type { TablePlanRequest } from './tableWork';
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
  readonly pasted: () => PromiseLike<string>;
  readonly askCopyName: TableDeedsParts['askCopyName'];
  /** Shows what is to be done with several rows, and does it when it is carried out. */
  readonly plan: (session: ConnectionSession, request: TablePlanRequest) => Promise<void>;
  /** Asks for a file, and writes all rows into it. */
  readonly exportRows: (session: ConnectionSession, view: ExportedView) => Promise<void>;
  /** Tells what the page has no place for. */
  readonly tell: (text: string) => void;
}

/** All rows of a table, in their order, with the columns that it shows. */
export interface ExportedView {
  readonly table: KeyTable;
  readonly bucket: string;
  readonly columns: readonly TableColumn[];
}

/** More rows than fit on any screen, however many the page asks for. */
const mostLooked = 300;
const mostProposed = 6;
/** Values that must have been seen for columns to be proposed from them, where there are as many. */
const seenForProposal = 20;

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
  private readonly inspection: ValueInspection;
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
    this.inspection = new ValueInspection(this.table, (value) => send('value', value));
    this.deeds = this.store.add(
      new TableDeeds({
        ...{ table: this.table, bucket, send, copy: parts.copy, tell: parts.tell },
        ...{ pasted: parts.pasted, askCopyName: parts.askCopyName },
        inBackground: parts.inBackground,
        plan: async (request) => this.session && parts.plan(this.session, request),
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
      isWritable: this.isWritable,
      canUndo: this.deeds.canUndo,
      isListed: this.table.listing?.kind === 'ready',
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
    const { version, count: all, bucketCreated: created } = table;
    return { kind: 'rows', version, created, count: all, rows, columns: ids, active };
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
      case 'change':
        inBackground('change rows of a table', this.deeds.change(message, message.change));
        break;
      case 'export':
        inBackground('export a table', this.export());
        break;
      case 'inspect':
        this.inspection.look(message.key);
        break;
      case 'toggleColumn':
        this.toggle(message.id, message.type);
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
    this.inspection.tableChanged();
    this.changed.fire('state');
    if (!this.isPaused) {
      this.changed.fire('rows');
    }
  }

  private toggle(id: string, type: ColumnView['type']): void {
    const column = columnOf(id, type);
    if (column) {
      this.configure({ columns: withToggled(this.settings.columns, column) });
    }
  }

  private async export(): Promise<void> {
    if (this.session) {
      const { table, columns, place } = this;
      await this.parts.exportRows(this.session, { table, columns, bucket: place.bucket });
    }
  }

  /** The first values that are seen tell which columns there may be, where nothing was kept. */
  private propose(): void {
    if (this.isProposed || this.table.count === 0) {
      return;
    }
    const wanted = Math.min(seenForProposal, this.table.count);
    const seen = seenValues(this.table, wanted);
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
    const { values } = seenValues(this.table, this.look.first + this.look.count);
    const proposed = proposeColumns(values, Infinity);
    const shown = this.settings.columns.map(({ id }) => id);
    const chosen = await this.parts.chooseColumns(shown, proposed);
    if (chosen) {
      const known = new Map(this.settings.columns.map((column) => [column.id, column]));
      this.configure({
        columns: chosen.map((column) => known.get(column.id) ?? widthOf(withType(column, values))),
      });
    }
  }

  private async open(key: string, toSide: boolean): Promise<void> {
    if (this.session) {
      await this.parts.open(this.session, this.place.bucket, key, toSide);
    }
  }
}
