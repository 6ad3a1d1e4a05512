import * as vscode from 'vscode';
import { keyScheme } from '../contributions';

/** Values larger than this are not parsed to find out their language. */
const largestParsed = 2_000_000;

/** Suffixes that people give to keys on purpose; any other suffix of a key is just a token. */
const meantSuffix = /\.(ya?ml|toml|xml|html?|css|md|sql|sh|ini|properties)$/i;

/**
 * The language of a value by its content, or undefined when VS Code's guess may stand. A key's last
 * token is not a file type: `orders.eu.py` is an order in Paraguay, not a program.
 */
export function languageOf(key: string, text: string): string | undefined {
  if (isJson(text)) {
    return 'json';
  }
  if (/^\s*<\?xml\b/.test(text)) {
    return 'xml';
  }
  return meantSuffix.test(key) ? undefined : 'plaintext';
}

function isJson(text: string): boolean {
  if (text.length > largestParsed || !/^\s*[[{"]/.test(text)) {
    return text.length > largestParsed && /^\s*[[{]/.test(text);
  }
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return false;
    }
    throw error;
  }
}

/** Gives each key that is opened the language of its content, once; the user may choose another. */
export function setLanguagesByContent(): vscode.Disposable {
  const seen = new Set<string>();
  const opened = async (document: vscode.TextDocument): Promise<void> => {
    const uri = document.uri.toString();
    if (document.uri.scheme !== keyScheme || seen.has(uri)) {
      return;
    }
    seen.add(uri);
    const language = languageOf(document.uri.path, document.getText());
    if (language && language !== document.languageId) {
      await vscode.languages.setTextDocumentLanguage(document, language);
    }
  };
  const closed = ({ uri }: vscode.TextDocument): void => {
    // Setting a language closes and opens the document; only one that stays closed is forgotten.
    setTimeout(() => {
      const text = uri.toString();
      if (!vscode.workspace.textDocuments.some((other) => other.uri.toString() === text)) {
        seen.delete(text);
      }
    });
  };
  vscode.workspace.textDocuments.forEach((document) => void opened(document));
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument((document) => void opened(document)),
    vscode.workspace.onDidCloseTextDocument(closed),
  );
}
