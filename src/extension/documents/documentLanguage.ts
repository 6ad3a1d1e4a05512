import * as vscode from 'vscode';
import type { Disposable } from '../../kv/event';
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

/**
 * Owns which language each open key was given; changes only through the text documents' events. A
 * key gets the language of its content when it is opened and when the server's value changes, until
 * the user chooses another.
 */
export class LanguageByContent implements Disposable {
  private readonly given = new Map<string, string>();
  private readonly subscription: vscode.Disposable;

  constructor() {
    const { workspace } = vscode;
    workspace.textDocuments.forEach((document) => void this.opened(document));
    this.subscription = vscode.Disposable.from(
      workspace.onDidOpenTextDocument((document) => void this.opened(document)),
      workspace.onDidChangeTextDocument(({ document }) => void this.changed(document)),
      workspace.onDidCloseTextDocument((document) => this.closed(document)),
    );
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async opened(document: vscode.TextDocument): Promise<void> {
    if (document.uri.scheme === keyScheme && !this.given.has(document.uri.toString())) {
      await this.give(document);
    }
  }

  private async changed(document: vscode.TextDocument): Promise<void> {
    const isGiven = this.given.get(document.uri.toString()) === document.languageId;
    if (isGiven && !document.isDirty) {
      await this.give(document);
    }
  }

  private async give(document: vscode.TextDocument): Promise<void> {
    const language = languageOf(document.uri.path, document.getText()) ?? document.languageId;
    this.given.set(document.uri.toString(), language);
    if (language !== document.languageId) {
      await vscode.languages.setTextDocumentLanguage(document, language);
    }
  }

  /** Setting a language closes and opens a document; only one that stays closed is forgotten. */
  private closed({ uri }: vscode.TextDocument): void {
    setTimeout(() => {
      const text = uri.toString();
      if (!vscode.workspace.textDocuments.some((other) => other.uri.toString() === text)) {
        this.given.delete(text);
      }
    });
  }
}
