import * as vscode from 'vscode';
import { keyScheme } from '../contributions';

/** A key's place: what its URI says. */
export interface KeyAddress {
  readonly connectionId: string;
  readonly bucket: string;
  readonly key: string;
}

/**
 * The URI of a key. What a path would not keep as it is (`/`, `\` and the escape `%` itself) is
 * escaped in the path, so that every key is one path segment and has exactly one URI.
 */
export function keyUri({ connectionId, bucket, key }: KeyAddress): vscode.Uri {
  const segment = key.replace(/[%/\\]/g, (character) => encodeURIComponent(character));
  return vscode.Uri.from({
    scheme: keyScheme,
    authority: connectionId,
    path: `/${bucket}/${segment}`,
  });
}

/** The address that a key's URI names, or undefined when the URI is not one of a key. */
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
