import { onTestFinished } from 'vitest';
import type { ConnectionSession } from '../../../src/kv/session/connectionSession';
import type { Connections } from '../../../src/kv/session/connections';
import { copyNameOf } from '../../../src/kv/table/copyName';
import { TableMemory } from '../../../src/views/table/tableMemory';
import { TablePage, type ExportedView } from '../../../src/views/table/tablePage';
import type { RowView, TableHostMessage } from '../../../src/views/table/tableProtocol';
import type { TablePlace } from '../../../src/views/table/tablePlace';
import type { TablePlanRequest } from '../../../src/views/table/tableWork';
import { eventually } from '../../support/poll';
import type { FakeKvConnection } from '../../kv/fakeKvConnection';
import { setUpSession } from '../../kv/session/sessionSetUp';

/** The page of a table on a fake connection, and what it asked for and told. */
export class TableBench {
  readonly sent: TableHostMessage[] = [];
  readonly plans: TablePlanRequest[] = [];
  readonly exported: ExportedView[] = [];
  readonly told: string[] = [];
  readonly opened: string[] = [];
  copied = '';
  clipboard = '';
  copyName = '{key}-copy';

  private constructor(
    readonly session: ConnectionSession,
    readonly connection: FakeKvConnection,
    private readonly state: Map<string, unknown>,
  ) {}

  static async start(): Promise<TableBench> {
    const setUp = setUpSession();
    const connection = await setUp.connected();
    onTestFinished(() => setUp.session.dispose());
    connection.foreignCreateBucket({ name: 'B', history: 5 });
    return new TableBench(setUp.session, connection, new Map());
  }

  open(place: Partial<TablePlace> = {}): TablePage {
    const { session, state } = this;
    const connections = {
      get: () => session,
      onDidChange: () => ({ dispose: () => undefined }),
    } as unknown as Connections;
    const memento = {
      get: (key: string) => state.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void state.set(key, value)),
    };
    const page = new TablePage(
      { connectionId: 'local', bucket: 'B', ...place },
      {
        connections,
        memory: new TableMemory(memento as never),
        inBackground: (_, work) => void work,
        pauseMs: () => 0,
        open: (_session, _bucket, key) => Promise.resolve(this.opened.push(key)),
        chooseColumns: () => Promise.resolve(undefined),
        copy: (text) => Promise.resolve((this.copied = text)),
        pasted: () => Promise.resolve(this.clipboard),
        askCopyName: () => Promise.resolve(copyNameOf(this.copyName)),
        plan: (_session, request) => Promise.resolve(void this.plans.push(request)),
        exportRows: (_session, view) => Promise.resolve(void this.exported.push(view)),
        tell: (text) => void this.told.push(text),
      },
      (_slot, message) => void this.sent.push(message),
    );
    onTestFinished(() => page.dispose());
    return page;
  }

  /** The rows once there are as many and all values are read. */
  async rows(page: TablePage, count: number): Promise<readonly RowView[]> {
    return eventually(() => {
      const { rows } = page.rows();
      if (rows.length !== count || rows.some(({ isLoading }) => isLoading)) {
        throw new Error(`there are ${rows.length} rows`);
      }
      return Promise.resolve(rows);
    });
  }

  last<Kind extends TableHostMessage['kind']>(kind: Kind): TableHostMessage & { kind: Kind } {
    const found = this.sent.findLast(
      (each): each is TableHostMessage & { kind: Kind } => each.kind === kind,
    );
    if (!found) {
      throw new Error(`nothing of the kind ${kind} was sent`);
    }
    return found;
  }
}
