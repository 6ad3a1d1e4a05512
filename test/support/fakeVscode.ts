/**
 * A stand-in for the module `vscode` in unit tests: as much of it as the code under test touches.
 * `Uri` is VS Code's own implementation, published as `vscode-uri`.
 */
export { URI as Uri } from 'vscode-uri';

type Listener<T> = (value: T) => void;

export class Disposable {
  constructor(private readonly end: () => void) {}

  static from(...items: { dispose(): void }[]): Disposable {
    return new Disposable(() => items.forEach((item) => item.dispose()));
  }

  dispose(): void {
    this.end();
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();

  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };

  fire(value: T): void {
    this.listeners.forEach((listener) => listener(value));
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class FileDecoration {
  propagate?: boolean;

  constructor(
    readonly badge?: string,
    readonly tooltip?: string,
    readonly color?: ThemeColor,
  ) {}
}

export enum ViewColumn {
  Active = -1,
}

export const QuickInputButtons = { Back: {} };

export class ThemeIcon {
  constructor(readonly id: string) {}
}

export enum TreeItemCollapsibleState {
  None,
  Collapsed,
  Expanded,
}

export class TreeItem {
  id?: string;
  description?: string;
  contextValue?: string;
  accessibilityInformation?: { label: string };

  constructor(
    readonly label: string,
    readonly collapsibleState: TreeItemCollapsibleState,
  ) {}
}

export class MarkdownString {
  value = '';

  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

export enum FileType {
  File = 1,
  Directory = 2,
}

export enum FilePermission {
  Readonly = 1,
}

export enum FileChangeType {
  Changed = 1,
  Created = 2,
  Deleted = 3,
}

export class FileSystemError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }

  static FileNotFound = (uri: unknown) => new FileSystemError(String(uri), 'FileNotFound');
  static FileExists = (uri: unknown) => new FileSystemError(String(uri), 'FileExists');
  static FileIsADirectory = (uri: unknown) => new FileSystemError(String(uri), 'FileIsADirectory');
  static NoPermissions = (text: unknown) => new FileSystemError(String(text), 'NoPermissions');
  static Unavailable = (text: unknown) => new FileSystemError(String(text), 'Unavailable');
}

export const l10n = {
  t: (message: string, ...values: unknown[]): string =>
    message.replace(/\{(\d+)\}/g, (_, at: string) => String(values[Number(at)])),
};

/** A tree view whose rows tests expand and collapse in the place of the user. */
export class FakeTreeView {
  readonly expanded = new EventEmitter<{ element: unknown }>();
  readonly collapsed = new EventEmitter<{ element: unknown }>();
  readonly visible = true;
  selection: unknown[] = [];
  readonly onDidChangeVisibility = new EventEmitter<{ visible: boolean }>().event;
  readonly onDidExpandElement = this.expanded.event;
  readonly onDidCollapseElement = this.collapsed.event;
  readonly onDidChangeSelection = new EventEmitter<unknown>().event;

  reveal(row: unknown): Promise<void> {
    this.selection = [row];
    return Promise.resolve();
  }

  dispose(): void {
    return undefined;
  }
}

export const commands = {
  executeCommand: (): Promise<unknown> => Promise.resolve(undefined),
};

export const extensions = {
  /** None is installed; tests say otherwise. */
  getExtension: (): unknown => undefined,
};

export const window = {
  state: { focused: true, active: true },
  createTreeView: () => new FakeTreeView(),
  registerFileDecorationProvider: () => new Disposable(() => undefined),
  registerWebviewViewProvider: () => new Disposable(() => undefined),
  registerWebviewPanelSerializer: () => new Disposable(() => undefined),
  /** Tests give a panel of their own. */
  createWebviewPanel: (): unknown => undefined,
  /** Tests answer in the place of the user: `vi.spyOn(window, 'showWarningMessage')`. */
  showWarningMessage: (): Promise<unknown> => Promise.resolve(undefined),
  showInformationMessage: (): Promise<unknown> => Promise.resolve(undefined),
  showErrorMessage: (): Promise<unknown> => Promise.resolve(undefined),
  showQuickPick: (): Promise<unknown> => Promise.resolve(undefined),
  setStatusBarMessage: () => new Disposable(() => undefined),
  activeTextEditor: undefined,
  withProgress: <R>(
    _: unknown,
    task: (progress: { report(value: unknown): void }, token: CancellationToken) => R,
  ): R =>
    task(
      { report: () => undefined },
      { onCancellationRequested: new EventEmitter<void>().event, isCancellationRequested: false },
    ),
};

interface CancellationToken {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: (listener: Listener<void>) => Disposable;
}

export enum TextEditorSelectionChangeKind {
  Keyboard = 1,
  Mouse = 2,
  Command = 3,
}

export enum InputBoxValidationSeverity {
  Warning = 2,
}

export enum ProgressLocation {
  SourceControl = 1,
  Window = 10,
  Notification = 15,
}

export class DataTransferItem {
  constructor(readonly value: unknown) {}

  async asString(): Promise<string> {
    await Promise.resolve();
    return typeof this.value === 'string' ? this.value : JSON.stringify(this.value);
  }
}

export class DataTransfer {
  private readonly items = new Map<string, DataTransferItem>();

  get(type: string): DataTransferItem | undefined {
    return this.items.get(type);
  }

  set(type: string, item: DataTransferItem): void {
    this.items.set(type, item);
  }
}

export const UIKind = { Desktop: 1, Web: 2 } as const;

const clipboard = { writeText: (): Promise<void> => Promise.resolve() };

export const env = { language: 'en', shell: '/bin/bash', uiKind: UIKind.Desktop, clipboard };

/** The files that tests put under their URIs. */
export const fakeFiles = new Map<string, Uint8Array>();

export const workspace = {
  /** No setting is set. */
  getConfiguration: () => ({ get: (_: string, otherwise?: unknown) => otherwise }),
  fs: {
    stat: (uri: unknown) => {
      const size = fakeFiles.get(String(uri))?.length ?? 0;
      return Promise.resolve({ type: FileType.File, size, ctime: 0, mtime: 0 });
    },
    readFile: (uri: unknown) => Promise.resolve(fakeFiles.get(String(uri)) ?? new Uint8Array()),
  },
};
