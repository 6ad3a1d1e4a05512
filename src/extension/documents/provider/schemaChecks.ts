import * as vscode from 'vscode';
import { schemaSettings } from '../editors/documentSettings';
import { globExpression } from '../../../kv/keys/keyGlob';
import type { DocumentId } from '../address/documentId';
import { schemaUrl } from './schemaFileSystem';
import { textOf } from '../../../kv/values/textForm';

/** The command of VS Code's JSON support that holds a text against a schema. */
const validate = 'json.validate';

/**
 * Codes of VS Code's JSON support for what is wrong with a schema and not with the text: it could not
 * be read, is no JSON, refers to what is not there, or is of a kind that is not supported. Older versions
 * have the two numbers, later ones count from the bound.
 */
const schemaCodes: ReadonlySet<unknown> = new Set([0x300, 0x301]);
const firstSchemaCode = 0x1_0000;

/** Owns which schemas of the settings are known to be unreadable; changes only through `problem`. */
export class SchemaChecks {
  /** Why, by the URL of the schema: each reason is told once. */
  private readonly unreadable = new Map<string, string>();

  constructor(private readonly tell: (message: string) => void) {}

  /**
   * What the schemas of the settings have against the content of a document, as a clause. A schema that
   * cannot be read is told once, and keeps nobody from saving.
   */
  async problem(
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
        ? await this.problemsOf(schemaUrl(schema, at), pattern, text)
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

  /** What a text is told by a schema, nothing by one that cannot be read. */
  private async problemsOf(
    schema: vscode.Uri,
    pattern: string,
    text: string,
  ): Promise<readonly vscode.Diagnostic[]> {
    const found = await diagnosticsOf(schema, text);
    const failure = found.find(isAboutSchema);
    if (!failure) {
      this.unreadable.delete(schema.toString());
      return found;
    }
    this.tellUnreadable(schema.toString(), pattern, failure.message);
    return [];
  }

  private tellUnreadable(schema: string, pattern: string, reason: string): void {
    if (this.unreadable.get(schema) !== reason) {
      this.unreadable.set(schema, reason);
      this.tell(
        vscode.l10n.t(
          'The schema for {0} cannot be read, so values are saved unchecked: {1}',
          pattern,
          reason,
        ),
      );
    }
  }
}

async function diagnosticsOf(schema: vscode.Uri, text: string): Promise<vscode.Diagnostic[]> {
  try {
    const found = await vscode.commands.executeCommand<unknown>(validate, schema, text);
    return Array.isArray(found) ? (found as vscode.Diagnostic[]) : [];
  } catch {
    // Not there in older versions, or switched off with the JSON support.
    return [];
  }
}

function isAboutSchema({ code }: vscode.Diagnostic): boolean {
  const number = typeof code === 'object' ? code.value : code;
  return schemaCodes.has(number) || (typeof number === 'number' && number >= firstSchemaCode);
}
