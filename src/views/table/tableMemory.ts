import type * as vscode from 'vscode';
import { columnOf } from '../../kv/table/tableColumn';
import type { ColumnView, SortView } from './tableProtocol';

/** How the table of a bucket is shown; no value is kept. */
export interface TableSettings {
  readonly columns: readonly ColumnView[];
  readonly sort: SortView | undefined;
  readonly filter: string;
}

const stateKey = 'natsKv.tables';
const types = ['number', 'text', 'time', 'boolean'];
const [narrowest, widest] = [40, 2_000];
const mostColumns = 100;

/** Owns how tables are shown, bucket by bucket, in the workspace's state. */
export class TableMemory {
  constructor(private readonly state: vscode.Memento) {}

  /** What was kept of a bucket; undefined where nothing was that is understood. */
  read(bucket: string): TableSettings | undefined {
    const kept = this.all()[bucket] as Partial<Record<keyof TableSettings, unknown>> | undefined;
    const columns = Array.isArray(kept?.columns) ? kept.columns.flatMap(columnIn) : [];
    if (!kept || columns.length === 0) {
      return undefined;
    }
    const filter = typeof kept.filter === 'string' ? kept.filter : '';
    return { columns: columns.slice(0, mostColumns), sort: sortIn(kept.sort), filter };
  }

  async write(bucket: string, settings: TableSettings): Promise<void> {
    await this.state.update(stateKey, { ...this.all(), [bucket]: settings });
  }

  private all(): Readonly<Record<string, unknown>> {
    const kept = this.state.get<unknown>(stateKey);
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
  }
}

/** A column, if that is what it is: its width is put right. */
export function columnIn(value: unknown): ColumnView[] {
  const { id, type, width } = (value ?? {}) as Partial<Record<keyof ColumnView, unknown>>;
  const isKnown = typeof id === 'string' && columnOf(id) !== undefined;
  const known = types.find((each) => each === type) as ColumnView['type'] | undefined;
  if (!isKnown || !known || typeof width !== 'number' || !Number.isFinite(width)) {
    return [];
  }
  return [{ id, type: known, width: Math.min(widest, Math.max(narrowest, Math.round(width))) }];
}

function sortIn(value: unknown): SortView | undefined {
  const { column, isDescending } = (value ?? {}) as Partial<Record<keyof SortView, unknown>>;
  return typeof column === 'string' && typeof isDescending === 'boolean'
    ? { column, isDescending }
    : undefined;
}
