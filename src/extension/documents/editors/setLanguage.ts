import * as vscode from 'vscode';

/** Gives a document a language. One that is closed meanwhile needs none, and VS Code refuses it. */
export async function setLanguage(document: vscode.TextDocument, language: string): Promise<void> {
  try {
    await vscode.languages.setTextDocumentLanguage(document, language);
  } catch (error) {
    if (!document.isClosed) {
      throw error;
    }
  }
}
