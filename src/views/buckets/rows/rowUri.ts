import { Uri } from 'vscode';
import type { FolderNode, KeyNode } from './nodes';
import { rowScheme } from './pulses';

/**
 * The name of a row, for its decorations: folders stand above what is in them, and a key apart from
 * the folder of the same name. It is no address that could be opened.
 */
export function rowUri(node: FolderNode | KeyNode): Uri {
  const isKey = node.kind === 'key';
  // A slash stays with the token after it, so that `a/b` and `a.b` are two rows.
  const path = isKey ? node.key : node.prefix;
  const tokens = path.split(/\.|(?=\/)/).map(encodeURIComponent);
  const last = tokens.pop() ?? '';
  const segments = [node.bucket, node.pin ?? '', ...tokens, isKey ? `:${last}` : last];
  return Uri.from({
    scheme: rowScheme,
    authority: node.session.id,
    path: `/${segments.join('/')}`,
  });
}
