import type * as vscode from 'vscode';

/** Something that was asked or told, with its buttons and what stood below it. */
export interface Asked {
  readonly kind: 'information' | 'warning' | 'error';
  readonly message: string;
  readonly detail: string | undefined;
  readonly buttons: readonly string[];
}

/** Values of one setting by where they stand. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
}

/** The parts of VS Code that the local server's code talks to, and what was said there. */
export class FakeWindow {
  readonly asked: Asked[] = [];
  readonly log: string[] = [];
  readonly executed: unknown[][] = [];
  readonly progress: string[] = [];
  readonly settings = new Map<string, Inspected>();
  isTrusted = true;
  isLogShown = false;
  /** What the user does at each question; undefined closes it. */
  answer: (asked: Asked) => string | undefined = () => undefined;
  /** The path that the user picks where a file is asked for; undefined gives up. */
  picked: string | undefined;
  /** Settings that were changed for the user. */
  readonly updated: unknown[][] = [];
  /** Whether the user cancels what can be cancelled. */
  cancels = false;

  private ask(kind: Asked['kind'], message: string, rest: readonly unknown[]) {
    const [first, ...others] = rest;
    const isModal = typeof first === 'object' && first !== null;
    const detail = isModal ? (first as vscode.MessageOptions).detail : undefined;
    const buttons = (isModal ? others : rest) as string[];
    const asked = { kind, message, detail, buttons };
    this.asked.push(asked);
    return Promise.resolve(this.answer(asked));
  }

  /** What takes the place of the module `vscode`. */
  readonly module = {
    window: {
      showInformationMessage: (text: string, ...rest: unknown[]) =>
        this.ask('information', text, rest),
      showWarningMessage: (text: string, ...rest: unknown[]) => this.ask('warning', text, rest),
      showErrorMessage: (text: string, ...rest: unknown[]) => this.ask('error', text, rest),
      createOutputChannel: () => ({
        appendLine: (line: string) => this.log.push(line),
        show: () => (this.isLogShown = true),
        dispose: () => undefined,
      }),
      showOpenDialog: () =>
        Promise.resolve(this.picked === undefined ? undefined : [{ fsPath: this.picked }]),
      withProgress: (
        _options: unknown,
        task: (progress: vscode.Progress<{ message?: string }>, token: unknown) => unknown,
      ) => {
        const report = ({ message }: { message?: string }) => this.progress.push(message ?? '');
        const onCancellationRequested = (cancel: () => void) => this.cancels && cancel();
        return task({ report }, { onCancellationRequested });
      },
    },
    workspace: {
      getConfiguration: () => ({
        inspect: (id: string) => this.settings.get(id),
        update: (...all: unknown[]) => Promise.resolve(void this.updated.push(all)),
      }),
    },
    commands: {
      executeCommand: (...all: unknown[]) => Promise.resolve(void this.executed.push(all)),
    },
  };
}
