import { afterEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { plainWindow } from '../../../src/views/shown/plainWindow';
import { FakeTreeView } from '../../support/fakeVscode';
import { iconsIn, linksIn } from '../../support/markup';

const hostile = '[x](command:undo) $(trash) \u202e';
const shownAs = '[x]\u2060(command:undo) $\u2060(trash) \\u202e';

/** What a door passes on to VS Code: the arguments of the call, or the object that it made. */
const doors = vscode.window as unknown as Record<string, (...args: unknown[]) => unknown>;

/** The fake has only the doors that other tests use. */
function spyOn(door: string, result?: unknown) {
  doors[door] ??= () => undefined;
  return vi.spyOn(doors, door).mockImplementation(() => result);
}

/** All texts inside of something. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function expectPlain(value: unknown, count: number): void {
  const texts = textsIn(value).filter((text) => text.includes('undo'));
  expect(texts).toHaveLength(count);
  expect(texts.flatMap(linksIn)).toEqual([]);
  expect(texts.flatMap(iconsIn)).toEqual([]);
  expect(texts).toSatisfy((all: string[]) => all.every((text) => text === shownAs));
}

describe('plainWindow', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const)(
    'shows the text and the detail of %s as they are and gives the answer',
    async (name) => {
      const show = spyOn(name, Promise.resolve('Yes'));

      expect(await plainWindow[name](hostile, { modal: true, detail: hostile }, 'Yes')).toBe('Yes');

      expectPlain(show.mock.calls, 2);
      expect(show.mock.calls[0]?.slice(2)).toEqual(['Yes']);
    },
  );

  it('hands a button over as the object it is', async () => {
    const button = { title: 'Yes' };
    const show = spyOn('showWarningMessage', Promise.resolve(button));

    expect(await plainWindow.showWarningMessage(hostile, button)).toBe(button);
    expect(show.mock.calls[0]?.[1]).toBe(button);
  });

  it('shows status messages, dialogs, progress titles and steps as they are', async () => {
    const status = spyOn('setStatusBarMessage');
    const open = spyOn('showOpenDialog');
    const save = spyOn('showSaveDialog');
    const steps: unknown[] = [];
    const progress = spyOn('withProgress').mockImplementation((_, task) =>
      (task as (progress: object) => unknown)({ report: (step: unknown) => steps.push(step) }),
    );

    plainWindow.setStatusBarMessage(hostile, 1);
    void plainWindow.showOpenDialog({ title: hostile, openLabel: hostile });
    void plainWindow.showSaveDialog({ title: hostile, saveLabel: hostile });
    await plainWindow.withProgress({ location: 15, title: hostile }, (shown) => {
      shown.report({ message: hostile, increment: 1 });
      return Promise.resolve();
    });

    expectPlain(
      [status.mock.calls, open.mock.calls, save.mock.calls, progress.mock.calls[0]?.[0], steps],
      7,
    );
  });

  it('shows what an input box says as it is, and what it says of a text', async () => {
    const show = spyOn('showInputBox', Promise.resolve('typed'));
    await plainWindow.showInputBox({
      title: hostile,
      prompt: hostile,
      placeHolder: hostile,
      value: '[kept](command:as-it-is)',
      validateInput: () => ({ message: hostile, severity: 3 }),
    });

    const options = show.mock.calls[0]?.[0] as vscode.InputBoxOptions;
    expectPlain([options, await options.validateInput?.('')], 4);
    expect(options.value).toBe('[kept](command:as-it-is)');
  });

  it.each([
    ['createInputBox', ['title', 'prompt', 'placeholder', 'validationMessage']],
    ['createQuickPick', ['title', 'placeholder']],
  ] as const)('shows what is set on what %s makes as it is', (name, properties) => {
    const made: Record<string, unknown> = {};
    spyOn(name, made);
    const input = plainWindow[name]() as unknown as Record<string, unknown>;

    properties.forEach((property) => (input[property] = hostile));

    expectPlain(made, properties.length);
  });

  it('shows the rows of a pick as they are and gives what was passed in', async () => {
    const rows = [{ label: hostile, description: hostile, detail: hostile, key: 'k' }];
    const show = spyOn('showQuickPick').mockImplementation(
      async (items) => ((await items) as unknown[])[0],
    );

    expect(await plainWindow.showQuickPick(rows, { title: hostile, placeHolder: hostile })).toBe(
      rows[0],
    );
    expect(await plainWindow.showQuickPick(Promise.resolve([hostile]))).toBe(hostile);

    expectPlain(show.mock.calls[0], 5);
    expectPlain(await show.mock.calls[1]?.[0], 1);
  });

  it('keeps the active row of a pick the active one', () => {
    const made = { items: [] as { label: string }[], activeItems: [] as { label: string }[] };
    spyOn('createQuickPick', made);
    const pick = plainWindow.createQuickPick<{ label: string }>();
    const rows = [{ label: 'a' }, { label: hostile }];

    pick.items = rows;
    pick.activeItems = rows.slice(1);

    expectPlain(made.items, 1);
    expect(made.items[0]).toBe(rows[0]);
    expect(made.activeItems[0]).toBe(made.items[1]);
  });

  it('shows the message, the rows and the tooltips of a tree as they are written', async () => {
    const made = Object.assign(new FakeTreeView(), { message: '' });
    const create = spyOn('createTreeView', made);
    const row = (): vscode.TreeItem => {
      const item = new vscode.TreeItem('a\u202eb', 0);
      item.description = '\u202e';
      item.accessibilityInformation = { label: '\u202e' };
      return item;
    };
    const view = plainWindow.createTreeView('v', {
      treeDataProvider: {
        getChildren: () => [1],
        getTreeItem: row,
        resolveTreeItem: (item) => Object.assign(item, { tooltip: '\u202e' }),
      },
    });
    view.message = hostile;
    const options = create.mock.calls[0]?.[1] as vscode.TreeViewOptions<number>;
    const provider = options.treeDataProvider;
    const item = await provider.getTreeItem(1);
    await provider.resolveTreeItem?.(item, 1, undefined as never);

    expectPlain({ message: made.message }, 1);
    expect(item).toMatchObject({
      label: 'a\\u202eb',
      description: '\\u202e',
      accessibilityInformation: { label: '\\u202e' },
      tooltip: '\\u202e',
    });
  });

  it('keeps the highlight of a row on what it was on', async () => {
    const create = spyOn('createTreeView', new FakeTreeView());
    const item = new vscode.TreeItem({ label: '\u202e-found', highlights: [[2, 7]] }, 0);
    plainWindow.createTreeView('v', {
      treeDataProvider: { getChildren: () => [1], getTreeItem: () => item },
    });
    const options = create.mock.calls[0]?.[1] as vscode.TreeViewOptions<number>;

    await options.treeDataProvider.getTreeItem(1);

    expect(item.label).toEqual({ label: '\\u202e-found', highlights: [[7, 12]] });
  });

  it('has VS Code hear of the next change of a tree once it asked for the rows of the last one', async () => {
    const create = spyOn('createTreeView', new FakeTreeView());
    const changed = new vscode.EventEmitter<number>();
    plainWindow.createTreeView('v', {
      treeDataProvider: {
        onDidChangeTreeData: changed.event,
        getChildren: () => [1, 2],
        getTreeItem: (row) => new vscode.TreeItem(String(row), 0),
      },
    });
    const { treeDataProvider } = create.mock.calls[0]?.[1] as vscode.TreeViewOptions<number>;
    const heard: unknown[] = [];
    treeDataProvider.onDidChangeTreeData?.((rows) => heard.push(rows));
    for (const ask of [
      () => treeDataProvider.getTreeItem(1),
      () => treeDataProvider.getChildren(),
    ]) {
      heard.length = 0;
      changed.fire(1);
      changed.fire(2);
      expect(heard).toEqual([[1]]);
      void ask();
      await expect.poll(() => heard).toEqual([[1], [2]]);
      void ask();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });
});
