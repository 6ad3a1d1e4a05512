import * as vscode from 'vscode';
import { DisposableStore } from '../../../kv/base/event';
import { keyScheme, schemaScheme, settingIds } from '../../contributions';
import { schemaSettings } from '../editors/documentSettings';
import { fileErrors } from '../../../views/shown/fileErrors';
import { FixedFiles } from '../../../views/shown/fixedFiles';

const associations = '/associations.json';
/** The schema of the documents of buckets, which package.json names. */
const bucket = '/bucket.json';
const inline = /^\/schema-(\d+)\.json$/;

/** Schemas of other documents than keys, with which documents each is for. */
export interface AddedSchemas {
  readonly associations: readonly { readonly fileMatch: readonly string[]; readonly url: string }[];
  /** The paths of the schemas that there are now. */
  readonly paths: readonly string[];
  /** Undefined for the path of another schema. */
  readonly contentOf: (path: string) => object | undefined;
}

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
  private readonly added = new Set<AddedSchemas>();
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
    const added = [...this.added].flatMap(({ paths }) => paths);
    const own = Object.keys(schemaSettings()).map((_, at) => pathOf(at));
    const uris = [associations, ...own, ...added];
    const type = vscode.FileChangeType.Changed;
    this.changed.fire(uris.map((path) => ({ type, uri: schemaUri(path) })));
  }

  /** Documents of another kind have schemas too, from now on. */
  add(schemas: AddedSchemas): vscode.Disposable {
    this.added.add(schemas);
    this.tell();
    return new vscode.Disposable(() => this.added.delete(schemas));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const size = (await contentOf(uri, [...this.added])).byteLength;
    return { type: vscode.FileType.File, ctime: 0, mtime: this.mtime, size };
  }

  readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return contentOf(uri, [...this.added]);
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

async function contentOf(uri: vscode.Uri, added: readonly AddedSchemas[]): Promise<Uint8Array> {
  const settings = Object.entries(schemaSettings());
  if (uri.path === associations) {
    const schemas = settings.map(([pattern, schema], at) => ({
      fileMatch: [`${keyScheme}://*/${pattern}`],
      url: schemaUrl(schema, at).toString(),
    }));
    return encode({ schemas: [...schemas, ...added.flatMap((each) => each.associations)] });
  }
  if (uri.path === bucket) {
    const { bucketSchema } = await import('../../../views/config/bucketSchema');
    return encode(bucketSchema());
  }
  for (const each of added) {
    const content = each.contentOf(uri.path);
    if (content) {
      return encode(content);
    }
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

/** Where a schema of ours is. */
export function schemaUri(path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: schemaScheme, authority: 'schemas', path });
}

function pathOf(at: number): string {
  return `/schema-${at}.json`;
}
