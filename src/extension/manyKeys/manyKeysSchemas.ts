import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { schemaSettings } from '../documents/editors/documentSettings';
import {
  schemaUri,
  schemaUrl,
  type AddedSchemas,
  type SchemaFileSystem,
} from '../documents/provider/schemaFileSystem';
import { printOf } from './madeTexts';
import { foldersOf, keysSchema } from './keysSchema';
import { isServerSide, manyKeysAddress } from './manyKeysUri';

/** Names that look like folders, to see whether there are others than before. */
const folderNames = /"(?:[^"\\]|\\.)*\."(?=\s*:)/g;

/**
 * Gives each open document of keys a schema in which its values have the schemas of the settings. Owns which folders
 * the documents had last; changes only with their texts.
 */
export class ManyKeysSchemas implements AddedSchemas, Disposable {
  private readonly store = new DisposableStore();
  private readonly known = new Map<string, string>();

  constructor(private readonly schemas: SchemaFileSystem) {
    const { workspace } = vscode;
    const look = (document: vscode.TextDocument): void => {
      if (isOurs(document)) {
        this.look(document);
      }
    };
    this.store.add(schemas.add(this));
    this.store.add(workspace.onDidOpenTextDocument(look));
    this.store.add(workspace.onDidChangeTextDocument(({ document }) => look(document)));
    this.store.add(
      workspace.onDidCloseTextDocument((document) => {
        if (this.known.delete(document.uri.toString())) {
          schemas.tell();
        }
      }),
    );
    workspace.textDocuments.forEach(look);
  }

  get associations(): { readonly fileMatch: readonly string[]; readonly url: string }[] {
    if (Object.keys(schemaSettings()).length === 0) {
      return [];
    }
    // Documents of one path have one schema: what follows a path is not looked at.
    const paths = new Set(openOnes().map(({ uri }) => pathOf(uri)));
    return [...paths].map((path) => ({
      fileMatch: [path.replace(/[*?[\]{}()!+@\\^$|]/g, '?')],
      url: schemaUri(nameOf(path)).toString(),
    }));
  }

  get paths(): string[] {
    return [...new Set(openOnes().map(({ uri }) => nameOf(pathOf(uri))))];
  }

  contentOf(name: string): object | undefined {
    const documents = openOnes().filter(({ uri }) => nameOf(pathOf(uri)) === name);
    const bucket = manyKeysAddress(documents[0]?.uri)?.bucket;
    if (bucket === undefined) {
      return undefined;
    }
    const schemas = Object.entries(schemaSettings()).map(([pattern, schema], at) => ({
      pattern,
      url: schemaUrl(schema, at).toString(),
    }));
    const notJson = vscode.l10n.t(
      'This is stored as plain text, and a schema of natsKv.schemas asks for JSON. A string of JSON is { "$json": "…" }.',
    );
    return keysSchema(bucket, foldersOf(documents.map((each) => each.getText())), schemas, notJson);
  }

  dispose(): void {
    this.store.dispose();
  }

  private look(document: vscode.TextDocument): void {
    const uri = document.uri.toString();
    const names = [...new Set(document.getText().match(folderNames))].sort().join(' ');
    if (this.known.get(uri) !== names) {
      this.known.set(uri, names);
      this.schemas.tell();
    }
  }
}

function openOnes(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(isOurs);
}

function isOurs({ uri }: vscode.TextDocument): boolean {
  return manyKeysAddress(uri) !== undefined && !isServerSide(uri);
}

function pathOf(uri: vscode.Uri): string {
  return uri.with({ query: '', fragment: '' }).toString(true);
}

function nameOf(path: string): string {
  return `/keys-${printOf(path)}.json`;
}
