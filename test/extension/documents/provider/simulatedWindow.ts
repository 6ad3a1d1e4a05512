import { FileSystemError, FileType, Uri, type FileStat } from 'vscode';
import type { SaveDialogs } from '../../../../src/extension/documents/model/saveDialogs';
import type { DocumentId } from '../../../../src/extension/documents/address/documentId';
import { documentIdOf } from '../../../../src/extension/documents/address/documentId';
import { KeyDocuments } from '../../../../src/extension/documents/model/keyDocuments';
import { KeyFileSystem } from '../../../../src/extension/documents/provider/keyFileSystem';
import { DisposableStore } from '../../../../src/kv/base/event';
import { KvError } from '../../../../src/kv/model/errors';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import type { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { FakeEditors, type FakeMemory } from '../model/fakeEditors';

export type SaveEnd = 'clean' | 'saved' | 'refused' | 'failed';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A text editor as VS Code has it: by `stat` and `readFile`, with VS Code's own guard at save. */
export interface Tab {
  readonly id: DocumentId;
  readonly uri: Uri;
  text: string;
  dirty: boolean;
  known: FileStat | undefined;
  /** Contents that its user has seen on the server's side, or was told of by a refused save. */
  readonly seen: Set<string>;
}

/**
 * Owns a window of VS Code with its tabs, on a connection of its own to a fake server; changes only
 * through its methods and what the extension tells of its files.
 */
export class SimulatedWindow {
  private readonly store = new DisposableStore();
  private readonly editors = new FakeEditors();
  private readonly loading = new Set<Promise<void>>();
  readonly session: ConnectionSession;
  readonly documents: KeyDocuments;
  readonly files: KeyFileSystem;
  readonly tabs: Tab[] = [];

  constructor(
    connection: FakeKvConnection,
    memory: FakeMemory,
    /** What the user answers to questions that a save asks. */
    private readonly answer: () => boolean,
  ) {
    this.session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
      connection.state.current.kind === 'connected'
        ? Promise.resolve(connection)
        : Promise.reject(new KvError('disconnected', 'the server is away')),
    );
    this.documents = new KeyDocuments({
      findSession: () => this.session,
      editors: this.editors,
      memory,
      settings: () => ({ format: true, keepFinalNewline: true }),
    });
    this.files = new KeyFileSystem(this.documents, this.dialogs());
    this.store.add(this.session);
    this.store.add(this.documents);
    this.store.add(this.files);
    const subscription = this.files.onDidChangeFile((changes) =>
      changes.forEach(({ uri }) => this.fileChanged(uri)),
    );
    this.store.add({ dispose: () => void subscription.dispose() });
  }

  /** Opens a key, or restores a tab with the unsaved text that it had before a reload. */
  async open(key: string, restored?: { text: string; known: FileStat | undefined }): Promise<Tab> {
    const uri = Uri.parse(`natskv://local/B/${key}`, true);
    const id = documentIdOf(uri) as DocumentId;
    const tab: Tab = { id, uri, text: '', dirty: false, known: undefined, seen: new Set() };
    this.tabs.push(tab);
    if (restored) {
      Object.assign(tab, restored, { dirty: true });
      this.editors.open(id, restored.text, true);
    } else {
      await this.load(tab, true);
    }
    return tab;
  }

  /** Takes over a tab that was there before the extension was started again, clean or not. */
  adopt(tab: Tab): void {
    this.tabs.push(tab);
    this.editors.open(tab.id, tab.text, tab.dirty);
  }

  type(tab: Tab, text: string): void {
    tab.text = text;
    tab.dirty = true;
    this.editors.set(tab.id, text, true);
  }

  /** Save, and what VS Code asks then: Overwrite goes past its guard. */
  async save(tab: Tab, overwrite: boolean): Promise<SaveEnd> {
    if (!tab.dirty) {
      return 'clean';
    }
    this.editors.willSave(tab.id);
    try {
      const stat = await this.statOrNone(tab.uri);
      const content = encode(tab.text);
      if (stat && !overwrite && (await this.guardRefuses(tab, stat, content))) {
        this.seeLatest(tab);
        return 'refused';
      }
      await this.files.writeFile(tab.uri, content, { create: true, overwrite: true });
      tab.known = await this.statOrNone(tab.uri);
      tab.dirty = false;
      tab.seen.add(tab.text);
      this.editors.set(tab.id, tab.text, false);
      return 'saved';
    } catch (error) {
      if (error instanceof FileSystemError) {
        return 'failed';
      }
      throw error;
    }
  }

  async revert(tab: Tab): Promise<void> {
    await this.load(tab, false);
  }

  /** Looks at the server's side beside the own text. */
  async compare(tab: Tab): Promise<void> {
    const version = await this.documents.read(tab.id, true).catch(() => undefined);
    if (version) {
      tab.seen.add(decode(version.value));
    }
  }

  /** Another extension reads a key and writes it. */
  async writeAsOther(uri: Uri, text: string, read: boolean): Promise<string | undefined> {
    try {
      const before = read ? decode(await this.files.readFile(uri)) : undefined;
      await this.files.writeFile(uri, encode(text), { create: true, overwrite: true });
      return before;
    } catch (error) {
      if (error instanceof FileSystemError) {
        return undefined;
      }
      throw error;
    }
  }

  /** Waits for the reloading of clean tabs that changes have begun. */
  async settle(): Promise<void> {
    while (this.loading.size > 0) {
      await Promise.all(this.loading);
    }
  }

  /** Why what a tab shows may be old, if the editor says so. */
  staleReason(tab: Tab): string | undefined {
    const freshness = this.documents.find(tab.id.uri)?.key.followed.freshness.current;
    return freshness?.kind === 'stale' ? freshness.reason : undefined;
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The message that the user was told of: what the server had when the save was refused. */
  private seeLatest(tab: Tab): void {
    const latest = this.documents.find(tab.id.uri)?.document?.latest;
    if (latest) {
      tab.seen.add(decode(latest.value));
    }
  }

  private async guardRefuses(tab: Tab, stat: FileStat, content: Uint8Array): Promise<boolean> {
    const { known } = tab;
    if (!known || stat.mtime <= known.mtime || stat.size === known.size) {
      return false;
    }
    const onServer = await this.files.readFile(tab.uri);
    return !(content.length === stat.size && Buffer.compare(onServer, content) === 0);
  }

  private async statOrNone(uri: Uri): Promise<FileStat | undefined> {
    try {
      return await this.files.stat(uri);
    } catch (error) {
      if (error instanceof FileSystemError && error.code === 'FileNotFound') {
        return undefined;
      }
      throw error;
    }
  }

  private fileChanged(uri: Uri): void {
    const tab = this.tabs.find((each) => each.uri.toString() === uri.toString());
    if (tab && !tab.dirty) {
      const load: Promise<void> = this.follow(tab).finally(() => this.loading.delete(load));
      this.loading.add(load);
    }
  }

  private async follow(tab: Tab): Promise<void> {
    const stat = await this.statOrNone(tab.uri).catch(() => undefined);
    const isNew = stat && (stat.mtime !== tab.known?.mtime || stat.size !== tab.known.size);
    if (isNew && !tab.dirty) {
      await this.load(tab, false);
    }
  }

  private async load(tab: Tab, opens: boolean): Promise<void> {
    try {
      const stat = await this.files.stat(tab.uri);
      const text = decode(await this.files.readFile(tab.uri));
      if (stat.type !== FileType.File || (tab.dirty && opens)) {
        return;
      }
      Object.assign(tab, { known: stat, text, dirty: false });
      tab.seen.add(text);
      if (opens) {
        this.editors.open(tab.id, text);
      } else {
        this.editors.set(tab.id, text, false);
      }
    } catch (error) {
      if (!(error instanceof FileSystemError)) {
        throw error;
      }
    }
  }

  private dialogs(): SaveDialogs {
    return {
      ask: () => Promise.resolve(this.answer()),
      schemaProblem: () => Promise.resolve(undefined),
      mayOpen: () => Promise.resolve(true),
      saveAgain: () => Promise.resolve(),
      isCompared: () => false,
      isUnfound: () => false,
      refusal: () => undefined,
      saveEnded: () => undefined,
      tellUnseen: () => undefined,
    };
  }
}
