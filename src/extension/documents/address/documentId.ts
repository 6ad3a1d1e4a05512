import type * as vscode from 'vscode';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { parseKeyUri, variantOf, type Variant } from './keyUri';

/** A key's document as the file system provider and the status item name it. */
export interface DocumentId {
  /** The URI as text: unique per key and way of showing it. */
  readonly uri: string;
  readonly address: KeyAddress;
  readonly variant?: Variant | undefined;
}

/** The document that a URI names; undefined when it is not one of a key. */
export function documentIdOf(uri: vscode.Uri): DocumentId | undefined {
  const address = parseKeyUri(uri);
  const variant = variantOf(uri);
  // A query that is none of ours is no document of its own; a path of an earlier form is one.
  const query = variant ? `${variant}=1` : '';
  return address && { uri: uri.with({ query, fragment: '' }).toString(), address, variant };
}
