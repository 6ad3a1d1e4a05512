import * as vscode from 'vscode';
import { HeldRefreshes } from './heldRefreshes';
import {
  plainPickItem,
  plainRow,
  plainTooltip,
  plainValue,
  withPlainTexts,
  withSetters,
} from './plainObjects';
import { plainSentences, plainText, type IconText } from './plainText';
import { withSteadySelection, type SteadyRows } from './steadySelection';

/**
 * The doors to VS Code's own windows: what goes through them is shown as the text it is, whoever
 * wrote it. Lint keeps all others shut.
 */
export const plainWindow = {
  showInformationMessage: plainMessage((...args) => vscode.window.showInformationMessage(...args)),
  showWarningMessage: plainMessage((...args) => vscode.window.showWarningMessage(...args)),
  showErrorMessage: plainMessage((...args) => vscode.window.showErrorMessage(...args)),

  setStatusBarMessage: (text: string, hideAfterMs: number): vscode.Disposable =>
    vscode.window.setStatusBarMessage(plainText(text), hideAfterMs),

  withProgress: <R>(
    options: vscode.ProgressOptions,
    task: (progress: Progress, token: vscode.CancellationToken) => Thenable<R>,
  ): Thenable<R> =>
    vscode.window.withProgress(plainTexts(options, ['title']), (progress, token) =>
      task({ report: (step) => progress.report(plainTexts(step, ['message'])) }, token),
    ),

  showInputBox: (options: vscode.InputBoxOptions): Thenable<string | undefined> =>
    vscode.window.showInputBox({
      ...plainTexts(options, inputTexts),
      ...(options.validateInput && {
        validateInput: async (text: string) =>
          plainValue(await options.validateInput?.(text)) as string | undefined,
      }),
    }),

  createInputBox: (): vscode.InputBox =>
    withPlainTexts(vscode.window.createInputBox(), [...inputTexts, 'validationMessage']),

  showQuickPick,
  createQuickPick,

  createTreeView: <T>(id: string, options: vscode.TreeViewOptions<T>): vscode.TreeView<T> => {
    const treeDataProvider = plainProvider(options.treeDataProvider);
    return withPlainTexts(
      withSteadySelection(treeDataProvider, () =>
        vscode.window.createTreeView(id, { ...options, treeDataProvider }),
      ),
      ['title', 'description', 'message'],
    );
  },

  createStatusBarItem: (id: string, alignment: vscode.StatusBarAlignment, priority: number) =>
    withPlainTexts(vscode.window.createStatusBarItem(id, alignment, priority), [
      'tooltip',
    ]) as PlainStatusBarItem,

  createLanguageStatusItem: (
    id: string,
    selector: vscode.DocumentSelector,
  ): vscode.LanguageStatusItem =>
    withPlainTexts(vscode.languages.createLanguageStatusItem(id, selector), ['text', 'detail']),

  showOpenDialog: (options: vscode.OpenDialogOptions) =>
    vscode.window.showOpenDialog(plainTexts(options, ['title', 'openLabel'])),

  showSaveDialog: (options: vscode.SaveDialogOptions) =>
    vscode.window.showSaveDialog(plainTexts(options, ['title', 'saveLabel'])),
} as const;

/** A status bar item whose text is made by `iconText`. */
export interface PlainStatusBarItem extends Omit<vscode.StatusBarItem, 'text'> {
  text: IconText;
}

type Progress = vscode.Progress<{ message?: string; increment?: number }>;

const inputTexts = ['title', 'prompt', 'placeHolder', 'placeholder'];

type ShowMessage = typeof vscode.window.showInformationMessage;
type Message = [message: string, ...rest: vscode.MessageItem[]];

/** The text and the detail of a message; its buttons are ours. */
function plainMessage(show: (...args: Message) => Thenable<unknown>): ShowMessage {
  const shown = (message: string, ...[first, ...rest]: unknown[]): Thenable<unknown> => {
    const isOptions = typeof first === 'object' && first !== null && !('title' in first);
    const start = first === undefined ? [] : [isOptions ? plainTexts(first, ['detail']) : first];
    return show(...([plainSentences(plainText(message)), ...start, ...rest] as Message));
  };
  return shown;
}

/** A pick of texts or rows; gives what was passed in, not what was shown. */
async function showQuickPick<T extends string | vscode.QuickPickItem>(
  items: readonly T[] | Thenable<readonly T[]>,
  options: vscode.QuickPickOptions & { canPickMany: true },
): Promise<T[] | undefined>;
async function showQuickPick<T extends string | vscode.QuickPickItem>(
  items: readonly T[] | Thenable<readonly T[]>,
  options?: vscode.QuickPickOptions,
): Promise<T | undefined>;
async function showQuickPick<T extends string | vscode.QuickPickItem>(
  items: readonly T[] | Thenable<readonly T[]>,
  options: vscode.QuickPickOptions = {},
): Promise<T | T[] | undefined> {
  const passed = new Map<unknown, T>();
  const rowOf = (item: T): vscode.QuickPickItem => {
    const row = typeof item === 'string' ? { label: plainText(item) } : plainPickItem(item);
    passed.set(row, item);
    return row;
  };
  const rows: readonly vscode.QuickPickItem[] | Thenable<readonly vscode.QuickPickItem[]> = isList(
    items,
  )
    ? items.map(rowOf)
    : items.then((all) => all.map(rowOf));
  const picked: unknown = await vscode.window.showQuickPick(
    rows,
    plainTexts(options, ['title', 'placeHolder']),
  );
  return Array.isArray(picked)
    ? picked.map((row) => passed.get(row) as T)
    : (passed.get(picked) ?? (picked as T | undefined));
}

function isList<T>(items: readonly T[] | Thenable<readonly T[]>): items is readonly T[] {
  return Array.isArray(items);
}

/** Its rows are read back as they are shown: what a row stands for is in a property of its own. */
function createQuickPick<T extends vscode.QuickPickItem>(): vscode.QuickPick<T> {
  const shown = new WeakMap<T, T>();
  const rowOf = (item: T): T => {
    const row = shown.get(item) ?? plainPickItem(item);
    shown.set(item, row);
    return row;
  };
  const rows = (items: unknown): unknown => (items as readonly T[]).map(rowOf);
  return withSetters(vscode.window.createQuickPick<T>(), {
    title: plainValue,
    placeholder: plainValue,
    items: rows,
    activeItems: rows,
    selectedItems: rows,
  });
}

/** Its rows are shown as the text they are, and VS Code hears of changes no faster than it follows them. */
function plainProvider<T>(provider: SteadyRows<T> & vscode.TreeDataProvider<T>) {
  const held = new HeldRefreshes<T>();
  const shown: SteadyRows<T> & vscode.TreeDataProvider<T> = {
    getChildren: (element) => {
      held.asked();
      const rows = provider.getChildren(element);
      if (element && rows && 'then' in rows) {
        held.awaits(element, rows);
      }
      return rows;
    },
    getTreeItem: (element) => {
      held.asked(element);
      const item = provider.getTreeItem(element);
      return 'then' in item ? item.then(plainRow) : plainRow(item);
    },
  };
  if (provider.onDidChangeTreeData) {
    provider.onDidChangeTreeData((rows) => held.refresh(rows));
    shown.onDidChangeTreeData = held.event;
  }
  if (provider.isThere) {
    shown.isThere = (element) => provider.isThere?.(element) ?? true;
  }
  if (provider.getParent) {
    shown.getParent = (element) => provider.getParent?.(element);
  }
  if (provider.resolveTreeItem) {
    shown.resolveTreeItem = async (item, element, token) => {
      const resolved = await provider.resolveTreeItem?.(item, element, token);
      return resolved ? plainTooltip(resolved) : undefined;
    };
  }
  return shown;
}

/** A copy of options whose named texts are shown as they are. */
function plainTexts<T extends object>(options: T, names: readonly string[]): T {
  const texts = Object.entries(options)
    .filter(([name, value]) => names.includes(name) && typeof value === 'string')
    .map(([name, value]) => [name, plainSentences(value as string)]);
  return { ...options, ...(Object.fromEntries(texts) as Partial<T>) };
}
