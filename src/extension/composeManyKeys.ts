import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { FixedFiles } from '../views/shown/fixedFiles';
import { manyKeysCommands, type ManyKeysCommandParts } from './commands/manyKeys/manyKeysCommands';
import type { ManyKeysNeeds, ManyKeysParts } from './commands/manyKeys/manyKeysParts';
import type { CommandMap } from './commands/register';
import { manyKeysScheme } from './contributions';

/** Several keys as one document, with the commands. */
interface ManyKeys extends Disposable {
  readonly commands: CommandMap;
}

/** Builds what makes several keys one document, as soon as there is one. */
export function composeManyKeys(
  needs: ManyKeysNeeds & Omit<ManyKeysCommandParts, 'parts'>,
): ManyKeys {
  const store = new DisposableStore();
  const changed = store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  let built: Promise<ManyKeysParts> | undefined;
  const parts = (): Promise<ManyKeysParts> => {
    built ??= import('./commands/manyKeys/manyKeysParts').then(({ ManyKeysParts: Parts }) => {
      const made = store.add(new Parts(needs));
      store.add(made.files.onDidChangeFile((changes) => changed.fire(changes)));
      return made;
    });
    return built;
  };
  const files = new LazyFiles(changed.event, async () => (await parts()).files);
  const options = { isCaseSensitive: true };
  store.add(vscode.workspace.registerFileSystemProvider(manyKeysScheme, files, options));
  // One that comes back with the window need not be read.
  const takeUp = ({ uri }: vscode.TextDocument): void => {
    if (uri.scheme === manyKeysScheme && !built) {
      needs.inBackground('take up documents of keys', parts());
    }
  };
  store.add(vscode.workspace.onDidOpenTextDocument(takeUp));
  vscode.workspace.textDocuments.forEach(takeUp);
  const commands = manyKeysCommands({ ...needs, parts });
  return { commands, dispose: () => store.dispose() };
}

type Files = Pick<vscode.FileSystemProvider, 'stat' | 'readFile' | 'readDirectory' | 'writeFile'>;

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
