import * as vscode from 'vscode';
import type { Background } from '../kv/base/background';
import { type Disposable, DisposableStore } from '../kv/base/event';
import { later } from '../kv/base/later';
import { FixedFiles } from '../views/shown/fixedFiles';

type Files = Pick<
  vscode.FileSystemProvider,
  'stat' | 'readFile' | 'readDirectory' | 'writeFile' | 'onDidChangeFile'
>;

/** What makes documents of a scheme, with their files. */
interface WithFiles extends Disposable {
  readonly files: Files;
}

/** What makes documents of a scheme, once it is there. */
interface LazyDocuments<T> extends Disposable {
  readonly parts: () => Promise<T>;
}

/**
 * Registers the files of a scheme whose parts are loaded with the first document of it, also where that comes
 * back with the window and need not be read.
 */
export function lazyDocuments<T extends WithFiles>(
  scheme: string,
  load: () => Promise<T>,
  inBackground: Background,
): LazyDocuments<T> {
  const { workspace } = vscode;
  const store = new DisposableStore();
  const changed = store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  let isAsked = false;
  const loaded = later(async () => {
    const made = store.add(await load());
    store.add(made.files.onDidChangeFile((changes) => changed.fire([...changes])));
    return made;
  });
  const parts = (): Promise<T> => {
    isAsked = true;
    return loaded();
  };
  const files = new LazyFiles(changed.event, async () => (await parts()).files);
  store.add(workspace.registerFileSystemProvider(scheme, files, { isCaseSensitive: true }));
  const takeUp = ({ uri }: vscode.TextDocument): void => {
    if (uri.scheme === scheme && !isAsked) {
      inBackground(`take up documents of ${scheme}`, parts());
    }
  };
  store.add(workspace.onDidOpenTextDocument(takeUp));
  workspace.textDocuments.forEach(takeUp);
  return { parts, dispose: () => store.dispose() };
}

/** The file system before its parts are loaded. */
class LazyFiles extends FixedFiles implements vscode.FileSystemProvider {
  constructor(
    readonly onDidChangeFile: vscode.Event<vscode.FileChangeEvent[]>,
    private readonly files: () => Promise<Files>,
  ) {
    super();
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return (await this.files()).stat(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.files()).readFile(uri);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return (await this.files()).readDirectory(uri);
  }

  async writeFile(
    uri: vscode.Uri,
    content: Uint8Array,
    options: { readonly create: boolean; readonly overwrite: boolean },
  ): Promise<void> {
    await (await this.files()).writeFile(uri, content, options);
  }
}
