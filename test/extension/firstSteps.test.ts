import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import * as vscode from 'vscode';
import { showFirstSteps } from '../../src/extension/firstSteps';

const ran: unknown[][] = [];
const kept = new Map<string, unknown>();
const context = {
  globalState: {
    get: (name: string) => kept.get(name),
    update: (name: string, value: unknown) => Promise.resolve(void kept.set(name, value)),
  },
  extension: { id: 'nats-kv.nats-kv-explorer' },
} as unknown as vscode.ExtensionContext;

/** What the settings of VS Code's own say, by their names below `workbench`. */
function settings(values: Readonly<Record<string, unknown>>): void {
  const get = (name: string) => values[name];
  const found = vi
    .spyOn(vscode.workspace, 'getConfiguration')
    .mockReturnValue({ get } as unknown as vscode.WorkspaceConfiguration);
  onTestFinished(() => found.mockRestore());
}

beforeEach(() => {
  ran.length = 0;
  kept.clear();
  const run = vi
    .spyOn(vscode.commands, 'executeCommand')
    .mockImplementation(((...all: unknown[]) =>
      Promise.resolve(void ran.push(all))) as typeof vscode.commands.executeCommand);
  onTestFinished(() => run.mockRestore());
});

it('shows the walkthrough when the extension is first used, and never again', async () => {
  settings({});
  await showFirstSteps(context);
  expect(ran[0]).toEqual([
    'workbench.action.openWalkthrough',
    'nats-kv.nats-kv-explorer#firstSteps',
    false,
  ]);
  ran.length = 0;
  // The window is loaded again, or another one is opened.
  await showFirstSteps(context);
  expect(ran).toEqual([]);
});

it.each([{ startupEditor: 'none' }, { 'welcomePage.walkthroughs.openOnInstall': false }])(
  'shows nothing to who wants no such page, also not later: %o',
  async (wish) => {
    settings(wish);
    await showFirstSteps(context);
    settings({});
    await showFirstSteps(context);
    expect(ran).toEqual([]);
  },
);
