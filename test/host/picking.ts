import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** A quick pick in the place of VS Code's: what a user sees of it and does with it. */
export interface FakePick {
  value: string;
  title: string;
  items: readonly vscode.QuickPickItem[];
  activeItems: readonly vscode.QuickPickItem[];
  type(text: string): void;
  accept(label: string): void;
  /** Presses the button of a row. */
  press(label: string): void;
  hide(): void;
}

/** Runs something with quick picks that `use` is given as soon as they are shown. */
export async function picking(
  use: (pick: FakePick) => void,
  run: () => Thenable<unknown>,
): Promise<unknown> {
  const { window } = vscode;
  const before = window.createQuickPick;
  Object.assign(window, { createQuickPick: () => fakePick(use) });
  try {
    return await run();
  } finally {
    Object.assign(window, { createQuickPick: before });
  }
}

function fakePick(use: (pick: FakePick) => void) {
  const events = new Map<string, vscode.EventEmitter<unknown>>();
  const emitter = (name: string): vscode.EventEmitter<unknown> => {
    const known = events.get(name) ?? new vscode.EventEmitter<unknown>();
    events.set(name, known);
    return known;
  };
  const pick = {
    value: '',
    title: '',
    items: [] as readonly vscode.QuickPickItem[],
    activeItems: [] as readonly vscode.QuickPickItem[],
    selectedItems: [] as readonly vscode.QuickPickItem[],
    onDidChangeValue: emitter('value').event,
    onDidChangeActive: emitter('active').event,
    onDidAccept: emitter('accept').event,
    onDidTriggerButton: emitter('button').event,
    onDidTriggerItemButton: emitter('itemButton').event,
    onDidHide: emitter('hide').event,
    show: () => use(pick),
    hide: () => emitter('hide').fire(undefined),
    dispose: () => undefined,
    type: (text: string) => {
      pick.value = text;
      emitter('value').fire(text);
    },
    accept: (label: string) => {
      const chosen = [itemOf(label)];
      pick.activeItems = chosen;
      pick.selectedItems = chosen;
      emitter('active').fire(chosen);
      emitter('accept').fire(undefined);
    },
    press: (label: string) => {
      const item = itemOf(label);
      emitter('itemButton').fire({ item, button: item.buttons?.[0] });
    },
  };
  const itemOf = (label: string): vscode.QuickPickItem => {
    const [found, ...more] = pick.items.filter((item) => item.label === label);
    const labels = pick.items.map((item) => item.label).join();
    assert.ok(found && more.length === 0, `${label} is among ${labels}`);
    return found;
  };
  return pick;
}
