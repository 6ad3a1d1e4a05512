import * as vscode from 'vscode';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { keyScheme } from '../../contributions';

/**
 * Another way to show a key's value than the one that reads best: its stored bytes, whatever can be
 * decoded of it, or a dump of its bytes.
 */
export type Variant = 'raw' | 'decoded' | 'hex';

const variants: readonly Variant[] = ['raw', 'decoded', 'hex'];

/**
 * The URI of a key. What a path would not keep as it is (`/`, `\` and the escape `%` itself) is
 * escaped in the path, so that every key is one path segment and has exactly one URI.
 */
export function keyUri({ connectionId, bucket, key }: KeyAddress, variant?: Variant): vscode.Uri {
  const segment = key.replace(/[%/\\]/g, (character) => encodeURIComponent(character));
  return vscode.Uri.from({
    scheme: keyScheme,
    authority: connectionId,
    path: `/${bucket}/${segment}`,
    query: variant ? `${variant}=1` : '',
  });
}

/**
 * The address that a key's URI names, or undefined when the URI is not one of a key. Any query is
 * taken: VS Code's image preview adds one of its own.
 */
export function parseKeyUri(uri: vscode.Uri): KeyAddress | undefined {
  const [empty, bucket, segment, ...rest] = uri.path.split('/');
  if (uri.scheme !== keyScheme || empty !== '' || !uri.authority || rest.length > 0) {
    return undefined;
  }
  if (!bucket || !segment) {
    return undefined;
  }
  const key = segment.replace(/%(25|2F|5C)/g, (escape) => decodeURIComponent(escape));
  return { connectionId: uri.authority, bucket, key };
}

/** The way of showing that a key's URI names; undefined for the one that reads best. */
export function variantOf(uri: vscode.Uri): Variant | undefined {
  return variants.find((variant) => uri.query === `${variant}=1`);
}
