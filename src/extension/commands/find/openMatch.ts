import * as vscode from 'vscode';
import { GuardedRun } from '../../../kv/find/guardedRun';
import { valueMatcher, type TextSpan, type ValueQuery } from '../../../kv/find/valueQuery';
import type { FindNode } from '../../../views/find/findNodes';
import { keyUri } from '../../documents/address/keyUri';

/**
 * Opens the value of a row, at the match. The match is looked for in the text that the editor shows,
 * which may be another one than was searched: formatted, or changed since.
 */
export async function openMatch(
  node: Exclude<FindNode, { kind: 'findBucket' }>,
  query: ValueQuery | undefined,
  { beside = false } = {},
): Promise<void> {
  const { session, bucket, key } = node.kind === 'findKey' ? node.found : node.parent.found;
  const uri = keyUri({ connectionId: session.id, bucket, key });
  const document = await vscode.workspace.openTextDocument(uri);
  const ordinal = node.kind === 'findKey' ? 0 : node.match.ordinal;
  const span = query && spanIn(document.getText(), query, ordinal);
  const selection =
    span && new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
  await vscode.window.showTextDocument(document, {
    preview: true,
    ...(beside && { viewColumn: vscode.ViewColumn.Beside }),
    ...(selection && { selection }),
  });
}

/** The match of that number; undefined when it is no longer there. */
function spanIn(text: string, query: ValueQuery, ordinal: number): TextSpan | undefined {
  const matcher = valueMatcher(query);
  let span: TextSpan | undefined;
  if (typeof matcher === 'function') {
    new GuardedRun().run(() => (span = matcher(text, ordinal + 1)[ordinal]));
  }
  return span;
}
