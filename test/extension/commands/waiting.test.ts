import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { commands, EventEmitter, window } from 'vscode';
import { waitingFor } from '../../../src/extension/commands/waiting';

const editor = {};
let editors: EventEmitter<unknown>;
let selections: EventEmitter<{ kind: number | undefined; textEditor: unknown }>;
let shown: unknown[][];

beforeEach(() => {
  editors = new EventEmitter();
  selections = new EventEmitter();
  shown = [];
  Object.assign(window, {
    activeTextEditor: editor,
    onDidChangeActiveTextEditor: editors.event,
    onDidChangeActiveTerminal: new EventEmitter().event,
    onDidChangeTextEditorSelection: selections.event,
  });
  vi.spyOn(commands, 'executeCommand').mockImplementation(((...args: unknown[]) => {
    shown.push(args);
    return Promise.resolve();
  }) as never);
});

afterEach(() => {
  Object.assign(window, { activeTextEditor: undefined });
  vi.restoreAllMocks();
});

const keyboard = 1;
const command = 3;

it.each<[string, () => unknown, boolean]>([
  ['waits', () => undefined, false],
  ['types', () => selections.fire({ kind: keyboard, textEditor: editor }), true],
  ['turns to another editor', () => editors.fire({}), true],
  [
    'is brought elsewhere by a command',
    () => selections.fire({ kind: command, textEditor: editor }),
    false,
  ],
  [
    'has an editor that follows the server',
    () => selections.fire({ kind: undefined, textEditor: editor }),
    false,
  ],
])(
  'takes the focus only from who has done nothing else: one who %s',
  async (_, act, preserveFocus) => {
    await waitingFor(async (waiting) => {
      act();
      await waiting.show('natsKv.compare');
    });
    expect(shown).toEqual([['natsKv.compare.focus', { preserveFocus }]]);
  },
);
