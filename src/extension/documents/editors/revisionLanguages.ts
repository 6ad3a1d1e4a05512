import * as vscode from 'vscode';
import type { Disposable } from '../../../kv/base/event';
import { languageSetting } from './documentSettings';
import { setLanguage } from './setLanguage';
import { knownLanguage, languageOfText } from '../../../kv/values/language/languageOfText';
import { parseRevisionUri } from '../address/revisionUri';
import type { Background } from '../../../kv/base/background';

/**
 * Owns which revisions were given the language that the editor of their key has; changes only through
 * the text documents' events. Once it was given, the user may choose another.
 */
export class RevisionLanguages implements Disposable {
  private readonly given = new Set<string>();
  private readonly subscription: vscode.Disposable;

  constructor(inBackground: Background) {
    const { workspace } = vscode;
    const opened = (document: vscode.TextDocument): void =>
      inBackground('choose a language', this.opened(document));
    this.subscription = vscode.Disposable.from(
      workspace.onDidOpenTextDocument(opened),
      workspace.onDidCloseTextDocument((document) => this.closed(document)),
    );
    workspace.textDocuments.forEach(opened);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async opened(document: vscode.TextDocument): Promise<void> {
    const address = parseRevisionUri(document.uri);
    const name = document.uri.toString();
    if (!address || this.given.has(name)) {
      return;
    }
    this.given.add(name);
    const before = document.languageId;
    const known = new Set(await vscode.languages.getLanguages());
    const asked = languageSetting(address);
    const language =
      asked !== undefined && known.has(asked)
        ? asked
        : knownLanguage(languageOfText(address.key, document.getText()), known);
    if (language !== before && document.languageId === before && !document.isClosed) {
      await setLanguage(document, language);
    }
  }

  /** Setting a language closes and opens a document; only one that stays closed is forgotten. */
  private closed({ uri }: vscode.TextDocument): void {
    setTimeout(() => {
      const name = uri.toString();
      if (!vscode.workspace.textDocuments.some((other) => other.uri.toString() === name)) {
        this.given.delete(name);
      }
    });
  }
}
