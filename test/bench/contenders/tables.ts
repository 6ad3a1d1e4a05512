import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { connect } from '../../../src/kv/nats/connect';
import { KeyTable } from '../../../src/kv/table/keyTable';
import { columnOf } from '../../../src/kv/table/tableColumn';
import type { TableView } from '../../../src/kv/table/tableOrder';
import { eventually } from '../../support/poll';
import { bytesInUse, measureCpu, measureTurns } from '../../support/meters';
import { listedSession } from '../shownTree';
import { type Contender, expectCount } from './measurement';

/** As many as the page asks for at first. */
const firstRows = 60;
const patience = { timeoutMs: 150_000, intervalMs: 2 };

/** Opens the table of a bucket that nobody has listed: until its first rows are there, and until all are. */
export const openTable: Contender = async ({ url, bucket, keys }) => {
  const session = new ConnectionSession({ id: 'bench', name: 'bench', url }, () =>
    connect({ servers: [url] }),
  );
  await session.connect();
  const stalls = measureTurns();
  const begun = performance.now();
  const table = tableOf(session, bucket);
  await eventually(() => table.count >= firstRows && table.row(0) !== undefined, patience);
  const firstMs = performance.now() - begun;
  await eventually(() => table.count === keys && isDone(table), patience);
  const ms = performance.now() - begun;
  const stall = stalls();
  table.dispose();
  await session.disconnect();
  return { ms, firstMs, ...stall };
};

const sorts = {
  key: { id: 'key', isDescending: true },
  revision: { id: 'revision', isDescending: true },
  age: { id: 'age', isDescending: false },
  size: { id: 'size', isDescending: false },
  ttl: { id: 'ttl', isDescending: false },
} as const;

/**
 * Sorts the table of a bucket that is listed already: `<column>CpuMs` is processor time, `<column>StallMs`
 * the longest turn meanwhile. `bytesPerKey` is what the table holds beside the index in the end.
 */
export const sortTable: Contender = async ({ url, bucket, keys }) => {
  const session = await listedSession(url, bucket);
  const idle = bytesInUse();
  const opened = measureTurns();
  const cpu = measureCpu();
  const table = tableOf(session, bucket);
  await eventually(() => table.count === keys && isDone(table), patience);
  const openCpuMs = cpu();
  const openStall = opened();
  const found: Record<string, number> = { openCpuMs, openStallMs: openStall.stallMs };
  for (const [name, { id, isDescending }] of Object.entries(sorts)) {
    const column = columnOf(id);
    const stalls = measureTurns();
    const sortCpu = measureCpu();
    await show(table, column && { sort: { column, isDescending } });
    found[`${name}CpuMs`] = sortCpu();
    const { stallMs, busyMs } = stalls();
    found[`${name}StallMs`] = stallMs;
    found[`${name}BusyMs`] = busyMs;
  }
  expectCount(table.count, keys);
  found['bytesPerKey'] = (bytesInUse() - idle) / keys;
  table.dispose();
  await session.disconnect();
  return found;
};

/**
 * Sorts the table of a bucket that is listed already by a column of its values, which have to be read: `ms` is
 * until the rows are in order, `askMs` until the cost is told, `againCpuMs` what the other direction takes, and
 * `bytesPerKey` what the table holds beside the index in the end.
 */
export const sortTableByValue: Contender = async ({ url, bucket, keys }) => {
  const session = await listedSession(url, bucket);
  const idle = bytesInUse();
  const table = tableOf(session, bucket);
  await eventually(() => table.count === keys && isDone(table), patience);
  const column = columnOf('value.total', 'number');
  const view = (isDescending: boolean) => column && { sort: { column, isDescending } };
  const stalls = measureTurns();
  const cpu = measureCpu();
  const begun = performance.now();
  table.setView(view(false) ?? {});
  await eventually(() => table.orderState.kind === 'ask', patience);
  const askMs = performance.now() - begun;
  const { version } = table;
  table.agree();
  await eventually(() => table.version > version && isDone(table), patience);
  const ms = performance.now() - begun;
  const cpuMs = cpu();
  const { stallMs, busyMs } = stalls();
  const againCpu = measureCpu();
  await show(table, view(true));
  const againCpuMs = againCpu();
  expectCount(table.count, keys);
  const bytesPerKey = (bytesInUse() - idle) / keys;
  table.dispose();
  await session.disconnect();
  return { ms, askMs, cpuMs, stallMs, busyMs, againCpuMs, bytesPerKey };
};

function tableOf(session: ConnectionSession, bucket: string): KeyTable {
  return new KeyTable({ sessionOf: () => session, bucket, now: Date.now, pauseMs: () => 0 });
}

async function show(table: KeyTable, view: TableView = {}): Promise<void> {
  const { version } = table;
  table.setView(view);
  await eventually(() => table.version > version && isDone(table), patience);
}

function isDone(table: KeyTable): boolean {
  return table.orderState.kind === 'done' && table.listing?.kind === 'ready' && !table.isBehind;
}
