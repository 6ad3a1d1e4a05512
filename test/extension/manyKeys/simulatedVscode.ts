import type * as vscode from 'vscode';
import { Emitter } from '../../../src/kv/base/event';

/** How a text came into an editor. */
export type How = 'read' | 'typed' | 'merged' | 'restored';

/** One text of an editor; Undo and Redo bring the same one back. */
export interface TextState {
  readonly text: string;
}

interface Place {
  readonly line: number;
  readonly character: number;
}

export class Range {
  readonly start: Place;
  readonly end: Place;

  constructor(line: number, character: number, endLine: number, endCharacter: number) {
    this.start = { line, character };
    this.end = { line: endLine, character: endCharacter };
  }
}

export class WorkspaceEdit {
  readonly edits: { readonly uri: string; readonly range: Range; readonly text: string }[] = [];

  get size(): number {
    return this.edits.length;
  }

  replace(uri: vscode.Uri, range: Range, text: string): void {
    this.edits.push({ uri: uri.toString(), range, text });
  }
}

enum TextDocumentSaveReason {
  Manual = 1,
}

/** A document with its texts in the order in which Undo takes them back. */
export class SimulatedDocument {
  readonly states: TextState[] = [];
  at = -1;
  savedAt = -1;
  /** The time of the file that VS Code knows. */
  mtime = 0;
  readonly languageId = 'jsonc';

  constructor(readonly uri: vscode.Uri) {}

  get state(): TextState {
    return this.states[this.at] as TextState;
  }

  get isDirty(): boolean {
    return this.at !== this.savedAt;
  }

  getText(): string {
    return this.state.text;
  }

  push(text: string): TextState {
    const state = { text };
    this.states.splice(this.at + 1, Infinity, state);
    if (this.savedAt > this.at) {
      this.savedAt = -2;
    }
    this.at++;
    return state;
  }
}

interface Changed {
  readonly document: SimulatedDocument;
  readonly contentChanges: readonly string[];
  readonly reason: number | undefined;
}

type Files = Pick<vscode.FileSystemProvider, 'stat' | 'readFile' | 'writeFile'>;

/** VS Code as it deals with text documents of one file system; the test is its user. */
export class SimulatedVscode {
  readonly textDocuments: SimulatedDocument[] = [];
  readonly opened = new Emitter<SimulatedDocument>();
  readonly changed = new Emitter<Changed>();
  readonly closed = new Emitter<SimulatedDocument>();
  readonly saving = new Emitter<{ document: SimulatedDocument; reason: number }>();
  readonly saved = new Emitter<SimulatedDocument>();
  readonly stored = new Map<string, Uint8Array>();
  private readonly loading = new Set<Promise<void>>();
  files: Files | undefined;
  isNested = false;
  /** What happens between the taking of a text that is saved and its handing over. */
  beforeHandOver: () => Promise<void> = () => Promise.resolve();
  /** Told of every text that comes into an editor, with the one before it. */
  onState: (state: TextState, how: How, before: TextState | undefined) => void = () => undefined;

  /** What the extension sees of it. */
  readonly workspace = {
    getConfiguration: () => ({ get: () => (this.isNested ? 'nested' : undefined) }),
    textDocuments: this.textDocuments,
    onDidOpenTextDocument: this.opened.event,
    onDidChangeTextDocument: this.changed.event,
    onDidCloseTextDocument: this.closed.event,
    onWillSaveTextDocument: this.saving.event,
    onDidSaveTextDocument: this.saved.event,
    onDidChangeConfiguration: () => ({ dispose: () => undefined }),
    applyEdit: (edit: WorkspaceEdit) => this.applyEdit(edit),
    fs: {
      readFile: (uri: vscode.Uri) => this.storedAt(uri),
      writeFile: (uri: vscode.Uri, content: Uint8Array) => {
        this.stored.set(uri.toString(), content);
        return Promise.resolve();
      },
      delete: async (uri: vscode.Uri) => {
        await this.storedAt(uri);
        this.stored.delete(uri.toString());
      },
    },
  };

  /** Opens a file, or restores a document with its unsaved text. */
  async open(uri: vscode.Uri, unsaved?: string): Promise<SimulatedDocument> {
    const document = new SimulatedDocument(uri);
    if (unsaved === undefined) {
      await this.read(document);
      document.savedAt = document.at;
    } else {
      this.told(document, document.push(unsaved), 'restored', undefined);
      document.savedAt = -2;
    }
    this.textDocuments.push(document);
    this.opened.fire(document);
    return document;
  }

  /** The window is left as it is: nobody is told. */
  leave(): void {
    this.textDocuments.length = 0;
    this.files = undefined;
  }

  type(document: SimulatedDocument, text: string): void {
    this.replace(document, text, 'typed');
  }

  /** Goes back by one text, or forth again. */
  step(document: SimulatedDocument, back: boolean): void {
    const at = document.at + (back ? -1 : 1);
    if (document.states[at]) {
      document.at = at;
      this.changed.fire({ document, contentChanges: ['all'], reason: back ? 1 : 2 });
    }
  }

  /** Throws what the file system throws; the text is unsaved then. */
  async save(document: SimulatedDocument): Promise<void> {
    const { at } = document;
    this.saving.fire({ document, reason: TextDocumentSaveReason.Manual });
    const content = new TextEncoder().encode(document.getText());
    const files = this.files as Files;
    await files.stat(document.uri);
    await this.beforeHandOver();
    await files.writeFile(document.uri, content, { create: true, overwrite: true });
    const { mtime } = await files.stat(document.uri);
    if (document.at === at && this.textDocuments.includes(document)) {
      document.savedAt = at;
      document.mtime = mtime;
      this.changed.fire({ document, contentChanges: [], reason: undefined });
    }
    // Told of what was edited meanwhile too.
    this.saved.fire(document);
  }

  async revert(document: SimulatedDocument): Promise<void> {
    await this.read(document);
  }

  fileChanged(uri: vscode.Uri): void {
    const document = this.textDocuments.find((each) => each.uri.toString() === uri.toString());
    if (document && !document.isDirty) {
      const load: Promise<void> = this.follow(document).finally(() => this.loading.delete(load));
      this.loading.add(load);
    }
  }

  /** Waits for the reading of clean documents that changes have begun. */
  async settle(): Promise<void> {
    while (this.loading.size > 0) {
      await Promise.all(this.loading);
    }
  }

  private async follow(document: SimulatedDocument): Promise<void> {
    try {
      const stat = await this.files?.stat(document.uri);
      if (stat && stat.mtime !== document.mtime && !document.isDirty) {
        await this.read(document);
      }
    } catch {
      // VS Code shows what it has where a file cannot be read.
    }
  }

  private async read(document: SimulatedDocument): Promise<void> {
    const files = this.files as Files;
    const { at } = document;
    const wasOpen = this.textDocuments.includes(document);
    const { mtime } = await files.stat(document.uri);
    const text = new TextDecoder().decode(await files.readFile(document.uri));
    if (document.at !== at || wasOpen !== this.textDocuments.includes(document)) {
      return;
    }
    document.mtime = mtime;
    const before = document.states[at];
    const isSame = before?.text === text;
    const state = isSame ? before : document.push(text);
    document.savedAt = document.at;
    this.told(document, state, 'read', before);
    if (wasOpen) {
      const contentChanges = isSame ? [] : ['all'];
      this.changed.fire({ document, contentChanges, reason: undefined });
    }
  }

  private replace(document: SimulatedDocument, text: string, how: How): void {
    const before = document.state;
    if (text !== before.text) {
      this.told(document, document.push(text), how, before);
      this.changed.fire({ document, contentChanges: ['all'], reason: undefined });
    }
  }

  private told(_: SimulatedDocument, state: TextState, how: How, before?: TextState): void {
    this.onState(state, how, before);
  }

  private async applyEdit({ edits }: WorkspaceEdit): Promise<boolean> {
    const document = this.textDocuments.find((each) => each.uri.toString() === edits[0]?.uri);
    const state = document?.state;
    await Promise.resolve();
    if (!document || document.state !== state) {
      return false;
    }
    const text = document.getText();
    const lines = text.split('\n');
    const offsetOf = ({ line, character }: Place): number =>
      lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
    const made = edits.reduceRight(
      (all, { range, text: part }) =>
        `${all.slice(0, offsetOf(range.start))}${part}${all.slice(offsetOf(range.end))}`,
      text,
    );
    this.replace(document, made, 'merged');
    return true;
  }

  private storedAt(uri: vscode.Uri): Promise<Uint8Array> {
    const found = this.stored.get(uri.toString());
    return found
      ? Promise.resolve(found)
      : Promise.reject(Object.assign(new Error('there is no such file'), { code: 'FileNotFound' }));
  }
}

/** The window that the extension runs in. */
export const simulation: { editor: SimulatedVscode | undefined } = { editor: undefined };

/** The module `vscode` of that window: `vi.mock('vscode', …)`, with the fake of the unit tests. */
export async function simulatedModule(original: typeof vscode): Promise<object> {
  const { Utils } = await import('vscode-uri');
  Object.assign(original.Uri, { joinPath: Utils.joinPath });
  return {
    ...original,
    ...{ Range, WorkspaceEdit, TextDocumentSaveReason },
    get workspace() {
      return simulation.editor?.workspace;
    },
  };
}
