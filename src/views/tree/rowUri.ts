import { Uri } from 'vscode';
import type { FolderNode, KeyNode } from '../nodes';
import { rowScheme } from './pulses';

/**
 * The name of a row, for its decorations: folders stand above what is in them, and a key apart from
 * the folder of the same name. It is no address that could be opened.
 */
export function rowUri(node: FolderNode | KeyNode): Uri {
  const isKey = node.kind === 'key';
  const tokens = (isKey ? node.key : node.prefix).split(/[./]/).map(encodeURIComponent);
  const last = tokens.pop() ?? '';
  const path = [node.bucket, node.pin ?? '', ...tokens, isKey ? `:${last}` : last];
  return Uri.from({ scheme: rowScheme, authority: node.session.id, path: `/${path.join('/')}` });
}
