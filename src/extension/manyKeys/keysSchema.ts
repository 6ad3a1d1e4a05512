import { parseTree, type Node } from 'jsonc-parser';
import { marks } from '../../kv/manyKeys/manyKeys';
import { restExpressions } from '../documents/address/keyGlobRest';

/** A schema of the settings: which `<bucket>/<key>` it is for, and where it is. */
export interface PatternSchema {
  readonly pattern: string;
  readonly url: string;
}

/** The folders of a document of keys, by their names, which end with a dot. */
interface Folders {
  readonly [name: string]: Folders;
}

/** The folders that texts have, also texts that are no whole JSON at the moment. */
export function foldersOf(texts: readonly string[]): Folders {
  const merged: Record<string, Folders> = {};
  for (const text of texts) {
    const root = parseTree(text);
    if (root) {
      addFolders(merged, root);
    }
  }
  return merged;
}

/**
 * The schema of a document of keys of a bucket: each value has to keep the schemas whose patterns its key matches,
 * also where it stands beside its headers and its TTL, or in folders. `notJson`: what is said of a text where JSON
 * is due.
 */
export function keysSchema(
  bucket: string,
  folders: Folders,
  schemas: readonly PatternSchema[],
  notJson: string,
): object {
  const definitions = Object.fromEntries(
    schemas.flatMap(({ url }, at) => definitionsOf(at, url, notJson)),
  );
  return { definitions, ...folderSchema(`${bucket}/`, folders, schemas) };
}

function folderSchema(start: string, folders: Folders, schemas: readonly PatternSchema[]): object {
  const below = Object.entries(folders).map(([name, inner]) => [
    name,
    folderSchema(`${start}${name}`, inner, schemas),
  ]);
  const keys = schemas.flatMap(({ pattern }, at) =>
    restExpressions(pattern, start).map((expression) => ({
      // A name that ends with a dot is a folder.
      patternProperties: { [`^(?![^]*\\.$)${expression.slice(1)}`]: ref(`key${at}`) },
    })),
  );
  return {
    type: 'object',
    properties: Object.fromEntries(below) as object,
    ...(keys.length > 0 && { allOf: keys }),
  };
}

/** What a key may be: a value, or a value with what stands beside it, or marked as what it is. */
function definitionsOf(at: number, url: string, notJson: string): [string, object][] {
  const { value, json, base64, headers, ttl } = marks;
  const text = { type: 'string' };
  const isMarked = (...names: readonly string[]) => ({
    type: 'object',
    anyOf: names.map((name) => ({ required: [name] })),
  });
  const alone = { [json]: { $ref: url }, [base64]: text };
  const beside = {
    [value]: ref(`value${at}`),
    [headers]: { type: ['object', 'array'] },
    [ttl]: text,
  };
  // Text that is JSON is stored as that.
  const isText = { type: 'string', pattern: '^(?!\\s*[-0-9"\\[{]|\\s*(true|false|null)\\s*$)' };
  return [
    [
      `json${at}`,
      { if: isText, then: { not: {}, errorMessage: notJson }, else: orText({ $ref: url }) },
    ],
    [
      `value${at}`,
      { if: isMarked(json, base64), then: { properties: alone }, else: ref(`json${at}`) },
    ],
    [
      `key${at}`,
      {
        if: isMarked(value, json, base64),
        then: { properties: { ...alone, ...beside } },
        else: ref(`json${at}`),
      },
    ],
  ];
}

/** What a text says as JSON is held against the schema when it is saved. */
function orText(schema: object): object {
  return { if: { type: 'string' }, then: {}, else: schema };
}

function ref(name: string): object {
  return { $ref: `#/definitions/${name}` };
}

function addFolders(folders: Record<string, Folders>, node: Node): void {
  for (const { children: [name, value] = [] } of node.children ?? []) {
    const folder = String(name?.value);
    if (folder.endsWith('.') && value?.type === 'object') {
      const inner: Record<string, Folders> = Object.hasOwn(folders, folder)
        ? { ...folders[folder] }
        : {};
      addFolders(inner, value);
      folders[folder] = inner;
    }
  }
}
