import * as vscode from 'vscode';
import { DisposableStore } from '../../../kv/base/event';
import { keyScheme, schemaScheme, settingIds } from '../../contributions';
import { schemaSettings } from '../editors/documentSettings';
import { bucketSchema } from '../../../views/config/bucketSchema';
import { fileErrors } from '../../../views/shown/fileErrors';
import { FixedFiles } from '../../../views/shown/fixedFiles';

const associations = '/associations.json';
/** The schema of the documents of buckets, which package.json names. */
const bucket = '/bucket.json';
const inline = /^\/schema-(\d+)\.json$/;

/**
 * The schemas of the settings, as VS Code's own JSON support takes them: a list of which documents
 * have which schema (`contributes.jsonValidationRegistry`; versions before 1.138 do not ask for it),
 * and those schemas that stand in the settings themselves.
 */
export class SchemaFileSystem
  extends FixedFiles
  implements vscode.FileSystemProvider, vscode.Disposable
{
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private mtime = Date.now();

  readonly onDidChangeFile = this.changed.event;

  constructor() {
    super();
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.schemas)) {
          this.tell();
        }
      }),
    );
  }

  /** Has the JSON support ask again, which found nobody to ask before the extension was active. */
  tell(): void {
    this.mtime = Math.max(Date.now(), this.mtime + 1);
    const uris = [associations, ...Object.keys(schemaSettings()).map((_, at) => pathOf(at))];
    const type = vscode.FileChangeType.Changed;
    this.changed.fire(uris.map((path) => ({ type, uri: schemaUri(path) })));
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const size = contentOf(uri).byteLength;
    return { type: vscode.FileType.File, ctime: 0, mtime: this.mtime, size };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return contentOf(uri);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  writeFile(uri: vscode.Uri): never {
    throw fileErrors.noPermissions(uri);
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** Where the schema with this place in the settings is. A path is one in the first folder. */
export function schemaUrl(schema: string | object, at: number): vscode.Uri {
  if (typeof schema === 'object') {
    return schemaUri(pathOf(at));
  }
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (/^[a-z][a-z0-9+.-]+:/i.test(schema)) {
    return vscode.Uri.parse(schema);
  }
  return folder && !schema.startsWith('/')
    ? vscode.Uri.joinPath(folder.uri, schema)
    : vscode.Uri.file(schema);
}

function contentOf(uri: vscode.Uri): Uint8Array {
  const settings = Object.entries(schemaSettings());
  if (uri.path === associations) {
    const schemas = settings.map(([pattern, schema], at) => ({
      fileMatch: [`${keyScheme}://*/${pattern}`],
      url: schemaUrl(schema, at).toString(),
    }));
    return encode({ schemas });
  }
  if (uri.path === bucket) {
    return encode(bucketSchema());
  }
  const schema = settings[Number(inline.exec(uri.path)?.[1] ?? NaN)]?.[1];
  if (typeof schema !== 'object') {
    throw fileErrors.fileNotFound(uri);
  }
  return encode(schema);
}

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value, undefined, 2));
}

function schemaUri(path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: schemaScheme, authority: 'schemas', path });
}

function pathOf(at: number): string {
  return `/schema-${at}.json`;
}
