import type * as vscode from 'vscode';
import { keyScheme, revisionScheme } from '../../contributions';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { keyUri, parseKeyUri } from './keyUri';

/** One stored message of a key: what its URI says. */
export interface RevisionAddress extends KeyAddress {
  readonly revision: number;
}

/**
 * The URI of a revision, that of its key with `@r<revision>` at its end. Whatever the key ends with,
 * what comes last is the revision.
 */
export function revisionUri({ revision, ...address }: RevisionAddress): vscode.Uri {
  const uri = keyUri(address);
  return uri.with({ scheme: revisionScheme, path: `${uri.path}@r${revision}` });
}

/** The revision that a URI names, or undefined when it is not one of a revision. */
export function parseRevisionUri(uri: vscode.Uri): RevisionAddress | undefined {
  const [, path, digits] = /^(.+)@r([1-9]\d*)$/su.exec(uri.path) ?? [];
  if (uri.scheme !== revisionScheme || path === undefined || digits === undefined) {
    return undefined;
  }
  const address = parseKeyUri(uri.with({ scheme: keyScheme, path }));
  const revision = Number(digits);
  return address && Number.isSafeInteger(revision) ? { ...address, revision } : undefined;
}
