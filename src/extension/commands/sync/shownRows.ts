import { isLive, type Entry } from '../../../kv/model/entry';
import { fileOf } from '../../../kv/sync/fileForm';
import type { PlannedRow, SyncPlan } from '../../../kv/sync/planSync';
import { extensionOf, pathOf } from '../../../kv/transfer/formats/fileNames';
import { exactText } from '../../../kv/values/textForm';
import type { ShownSyncRow } from '../../../views/plan/syncPlanText';

/** Rows whose texts are read for the dry run, and rows that it names. */
const mostRead = 200;
const mostRows = 5_000;
const largest = 100_000;

/** The first rows of a plan, with what their files hold and would hold. */
export async function shownRows(plan: SyncPlan, signal: AbortSignal): Promise<ShownSyncRow[]> {
  const { comparison, targets } = plan;
  const rows = targets.rows.slice(0, mostRows);
  const read = rows.slice(0, mostRead).filter(({ there }) => there.isLive && there.size <= largest);
  const names = read.map(({ key }) => comparison.nameOf(key));
  const onUnreadable = (): void => undefined;
  const entries = await comparison.parts.source.side.read(names, { signal, onUnreadable });
  const byKey = new Map(read.map(({ key }, at) => [key, entries[at]]));
  const shown: ShownSyncRow[] = [];
  for (const [at, row] of rows.entries()) {
    const isRead = at < mostRead && (row.file?.size ?? 0) <= largest && row.there.size <= largest;
    shown.push(isRead ? await textsOf(plan, row, byKey.get(row.key)) : named(row));
  }
  return shown;
}

function named(row: PlannedRow): ShownSyncRow {
  return { row, path: row.file?.path ?? row.base?.path ?? row.key };
}

/** Without texts where one side is none, or is another one by now. */
async function textsOf(
  { comparison, direction }: SyncPlan,
  row: PlannedRow,
  entry: Entry | undefined,
): Promise<ShownSyncRow> {
  const { folder, pair } = comparison.parts;
  const value = entry && isLive(entry) ? entry.value : undefined;
  const bytes = row.file && (await folder.bytesAt(row.file.path));
  const here = bytes === undefined ? '' : exactText(bytes);
  const there = value === undefined ? '' : exactText(fileOf(value, pair.compare));
  const path =
    row.file?.path ??
    row.base?.path ??
    (value ? pathOf(row.key, extensionOf(row.key, value)) : row.key);
  const isKnown = row.there.isLive === (value !== undefined);
  if (here === undefined || there === undefined || !isKnown) {
    return { row, path };
  }
  return direction === 'pull'
    ? { row, path, before: here, after: there }
    : { row, path, before: there, after: here };
}
