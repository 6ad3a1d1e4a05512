import * as vscode from 'vscode';

type Listener = (value: unknown) => unknown;

/** What a user would answer: texts of input boxes, labels of picks and buttons; undefined gives up. */
export interface Answers {
  /** Taken by input boxes in turn. */
  readonly texts?: readonly (string | undefined)[];
  /** Taken by quick picks in turn, by label. */
  readonly picks?: readonly string[];
  /** Taken by messages with buttons in turn. */
  readonly buttons?: readonly (string | undefined)[];
}

/** What was shown to the user meanwhile: prompts, texts to begin with, questions and errors. */
export interface Shown {
  readonly prompts: string[];
  readonly values: string[];
  readonly messages: string[];
  readonly errors: string[];
}

/** Runs something with a user who answers at once, and tells what that user saw, also on the way. */
export async function answering(
  answers: Answers,
  run: (shown: Shown) => Thenable<unknown>,
): Promise<Shown> {
  const shown: Shown = { prompts: [], values: [], messages: [], errors: [] };
  const { window } = vscode;
  const before = { ...pickStubbed(window) };
  Object.assign(window, stubs(answers, shown));
  try {
    await run(shown);
    return shown;
  } finally {
    Object.assign(window, before);
  }
}

const stubbed = [
  'createInputBox',
  'showInputBox',
  'showQuickPick',
  'showWarningMessage',
  'showInformationMessage',
  'showErrorMessage',
] as const;

function pickStubbed(window: typeof vscode.window) {
  return Object.fromEntries(stubbed.map((name) => [name, window[name]]));
}

function stubs(answers: Answers, shown: Shown): Record<(typeof stubbed)[number], unknown> {
  const texts = [...(answers.texts ?? [])];
  const picks = [...(answers.picks ?? [])];
  const buttons = [...(answers.buttons ?? [])];
  const showMessage = (message: string, ...items: unknown[]) => {
    shown.messages.push(message);
    const button = buttons.shift();
    const isItem = (item: unknown): boolean =>
      typeof item === 'object' && item !== null && 'title' in item && item.title === button;
    return Promise.resolve(items.find(isItem) ?? button);
  };
  return {
    createInputBox: () => inputBox(shown, () => texts.shift()),
    showInputBox: ({ title }: vscode.InputBoxOptions) => {
      shown.prompts.push(title ?? '');
      return Promise.resolve(texts.shift());
    },
    showQuickPick: async (
      items: Thenable<(string | vscode.QuickPickItem)[]>,
      { canPickMany = false }: vscode.QuickPickOptions = {},
    ) => {
      const all = await items;
      if (canPickMany) {
        // What is picked at first.
        return all.filter((item) => typeof item !== 'string' && item.picked === true);
      }
      const label = picks.shift();
      return all.find((item) => (typeof item === 'string' ? item : item.label) === label);
    },
    showWarningMessage: showMessage,
    showInformationMessage: showMessage,
    showErrorMessage: (message: string) => {
      shown.errors.push(message);
      return Promise.resolve(undefined);
    },
  };
}

/** An input box that takes its answer as soon as it is shown. */
function inputBox(shown: Shown, next: () => string | undefined) {
  const listeners = new Map<string, Listener[]>();
  const on = (name: string) => (listener: Listener) => {
    listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    return new vscode.Disposable(() => undefined);
  };
  const fire = (name: string) => listeners.get(name)?.forEach((listener) => listener(undefined));
  const box = {
    prompt: '',
    value: '',
    onDidChangeValue: on('change'),
    onDidAccept: on('accept'),
    onDidTriggerButton: on('button'),
    onDidHide: on('hide'),
    dispose: () => undefined,
    show: () => {
      shown.prompts.push(box.prompt);
      shown.values.push(box.value);
      const text = next();
      if (text === undefined) {
        fire('hide');
      } else {
        box.value = text;
        fire('change');
        fire('accept');
      }
    },
  };
  return box;
}
