import * as vscode from 'vscode';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { keyScheme } from '../../contributions';
import { escapeSegment, unescapeSegment } from './pathSegment';

/**
 * Another way to show a key's value than the one that reads best: its stored bytes, whatever can be
 * decoded of it, or a dump of its bytes.
 */
export type Variant = 'raw' | 'decoded' | 'hex';

const variants: readonly Variant[] = ['raw', 'decoded', 'hex'];

/** The URI of a key: bucket and key are one path segment each, and every key has exactly one URI. */
export function keyUri({ connectionId, bucket, key }: KeyAddress, variant?: Variant): vscode.Uri {
  return vscode.Uri.from({
    scheme: keyScheme,
    authority: connectionId,
    path: `/${escapeSegment(bucket)}/${escapeSegment(key)}`,
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
  const [name, key] = [unescapeSegment(bucket), unescapeSegment(segment)];
  return { connectionId: uri.authority, bucket: name, key };
}

/** The way of showing that a key's URI names; undefined for the one that reads best. */
export function variantOf(uri: vscode.Uri): Variant | undefined {
  return variants.find((variant) => uri.query === `${variant}=1`);
}
