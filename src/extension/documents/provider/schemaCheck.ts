import * as vscode from 'vscode';
import { schemaSettings } from '../editors/documentSettings';
import { globExpression } from '../address/keyGlob';
import type { DocumentId } from '../address/documentId';
import { schemaUrl } from './schemaFileSystem';
import { textOf } from '../../../kv/values/textForm';

/** The command of VS Code's JSON support that holds a text against a schema. */
const validate = 'json.validate';

/**
 * What the schemas of the settings have against the content of a document, as a clause. A schema that
 * cannot be read is told in the editor, and keeps nobody from saving.
 */
export async function schemaProblem(
  { address, variant }: DocumentId,
  content: Uint8Array,
): Promise<string | undefined> {
  const text = textOf(content);
  if (text === undefined || variant === 'hex') {
    return undefined;
  }
  const name = `${address.bucket}/${address.key}`;
  const schemas = Object.entries(schemaSettings());
  for (const [at, [pattern, schema]] of schemas.entries()) {
    const found = globExpression(pattern).test(name)
      ? await problemsOf(schemaUrl(schema, at), text)
      : [];
    const [first, ...more] = found;
    if (first) {
      const line = first.range.start.line + 1;
      const message = first.message.replace(/\.$/, '');
      return more.length > 0
        ? vscode.l10n.t('line {0}: {1} (and {2} more)', line, message, more.length)
        : vscode.l10n.t('line {0}: {1}', line, message);
    }
  }
  return undefined;
}

async function problemsOf(schema: vscode.Uri, text: string): Promise<vscode.Diagnostic[]> {
  try {
    const found = await vscode.commands.executeCommand<unknown>(validate, schema, text);
    return Array.isArray(found) ? (found as vscode.Diagnostic[]) : [];
  } catch {
    // Not there in older versions, or switched off with the JSON support.
    return [];
  }
}
