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

/** The tree view that was made last, for tests to look at. */
export const window = {
  createTreeView: () => ({
    visible: true,
    selection: [],
    onDidChangeVisibility: new EventEmitter<{ visible: boolean }>().event,
    reveal: () => Promise.resolve(),
    dispose: () => undefined,
  }),
};
