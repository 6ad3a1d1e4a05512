import * as vscode from 'vscode';
import type { ManyKeysScope } from '../../kv/manyKeys/manyKeys';
import { bucketNameProblem } from '../../kv/model/key';
import { manyKeysScheme } from '../contributions';

const ending = '.keys.jsonc';

/** The keys that a document holds: all that is needed to open it again after a restart. */
export interface ManyKeysAddress {
  readonly connectionId: string;
  readonly bucket: string;
  readonly scope: ManyKeysScope;
}

interface Query {
  readonly prefix?: string;
  readonly filter?: string;
  readonly keys?: readonly string[];
  /** The document of what the server has, to compare with. */
  readonly of?: 'server';
}

/** `name`: what the tab shows before the ending. */
export function manyKeysUri(
  { connectionId, bucket, scope }: ManyKeysAddress,
  name: string,
): vscode.Uri {
  const query: Query =
    scope.kind === 'keys'
      ? { keys: scope.keys }
      : { prefix: scope.prefix, ...(scope.filter !== undefined && { filter: scope.filter }) };
  const path = `/${bucket}/${name.replace(/[/\\]/g, '∕')}${ending}`;
  const authority = connectionId;
  return vscode.Uri.from({ scheme: manyKeysScheme, authority, path, query: JSON.stringify(query) });
}

/** The document of what the server has of the same keys. */
export function serverSideOf(uri: vscode.Uri): vscode.Uri {
  const query = { ...readQuery(uri), of: 'server' };
  return uri.with({ query: JSON.stringify(query) });
}

/** The document that the server's side stands beside. */
export function ownSideOf(uri: vscode.Uri): vscode.Uri {
  const { of, ...query } = readQuery(uri) ?? {};
  return of === 'server' ? uri.with({ query: JSON.stringify(query) }) : uri;
}

export function isServerSide(uri: vscode.Uri): boolean {
  return readQuery(uri)?.of === 'server';
}

/** Undefined for what is no document of keys. */
export function manyKeysAddress(uri: vscode.Uri | undefined): ManyKeysAddress | undefined {
  const query = uri?.scheme === manyKeysScheme ? readQuery(uri) : undefined;
  const bucket = uri?.path.split('/')[1] ?? '';
  if (!uri || !query || !uri.path.endsWith(ending) || bucketNameProblem(bucket) !== undefined) {
    return undefined;
  }
  const { keys, prefix, filter } = query;
  const scope: ManyKeysScope | undefined = keys
    ? { kind: 'keys', keys }
    : prefix === undefined
      ? undefined
      : { kind: 'prefix', prefix, filter };
  return scope && { connectionId: uri.authority, bucket, scope };
}

function readQuery({ query }: vscode.Uri): Query | undefined {
  try {
    const read = JSON.parse(query) as unknown;
    return isQuery(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isQuery(read: unknown): read is Query {
  if (typeof read !== 'object' || read === null) {
    return false;
  }
  const { prefix, filter, keys } = read as Record<string, unknown>;
  const isText = (each: unknown): boolean => each === undefined || typeof each === 'string';
  const areKeys =
    keys === undefined || (Array.isArray(keys) && keys.every((each) => typeof each === 'string'));
  return isText(prefix) && isText(filter) && areKeys;
}
