import * as vscode from 'vscode';
import { columnOf, keyColumns, type TableColumn } from '../../../kv/table/tableColumn';
import { plainWindow } from '../../../views/shown/plainWindow';
import { columnNames } from '../../../views/table/tableTexts';

interface ColumnItem extends vscode.QuickPickItem {
  readonly column: TableColumn | undefined;
}

/**
 * Asks which columns a table has: what is known of keys, what the values in view have, and a path that
 * is typed. Undefined where nothing was chosen.
 */
export async function chooseColumns(
  shown: readonly string[],
  proposed: readonly TableColumn[],
): Promise<readonly TableColumn[] | undefined> {
  const title = vscode.l10n.t('Columns of the Table');
  const items = itemsOf(shown, proposed);
  const chosen = await plainWindow.showQuickPick(items, { title, canPickMany: true });
  if (!chosen) {
    return undefined;
  }
  const columns = chosen.flatMap(({ column }) => column ?? []);
  const isOther = chosen.some(({ column }) => column === undefined);
  const other = isOther ? await typedColumn() : undefined;
  // Those that are shown keep their order; new ones come after them.
  const place = ({ id }: TableColumn): number => shown.indexOf(id) + 1 || Infinity;
  const sorted = [...columns].sort((a, b) => {
    const [one, two] = [place(a), place(b)];
    return one === two ? 0 : one - two;
  });
  const all = [...sorted, ...(other && !columns.some(({ id }) => id === other.id) ? [other] : [])];
  return all.length > 0 ? all : undefined;
}

function itemsOf(shown: readonly string[], proposed: readonly TableColumn[]): ColumnItem[] {
  const names = columnNames();
  const facts = [...keyColumns, 'value'].flatMap((id) => columnOf(id) ?? []);
  const kept = shown.flatMap((id) => columnOf(id) ?? []);
  const all = new Map([...facts, ...kept, ...proposed].map((column) => [column.id, column]));
  const items = [...all.values()].map((column) => ({
    label: names[column.id] ?? column.id,
    description: column.path ? column.type : '',
    picked: shown.includes(column.id),
    column,
  }));
  const other = vscode.l10n.t('Another Path of the Value…');
  return [...items, { label: other, column: undefined }];
}

async function typedColumn(): Promise<TableColumn | undefined> {
  const typed = await plainWindow.showInputBox({
    title: vscode.l10n.t('Path of the Value'),
    placeHolder: 'value.items[0].price',
    validateInput: (text) =>
      columnOf(pathIn(text))?.path
        ? undefined
        : vscode.l10n.t('A path such as value.customer.name or value.items[0] is expected.'),
  });
  return typed === undefined ? undefined : columnOf(pathIn(typed));
}

/** The beginning may be left out. */
function pathIn(text: string): string {
  const path = text.trim();
  return /^value(?=$|[.[])/.test(path) ? path : `value${path.startsWith('[') ? '' : '.'}${path}`;
}
