import * as vscode from 'vscode';
import { plainSentences, plainText } from './plainText';

/**
 * Errors of a file system provider: VS Code puts their text into a message of its own and reads
 * links in it. Of a URI it takes the encoded form, in which there is none.
 */
export const fileErrors = {
  fileNotFound: (uri: vscode.Uri) => vscode.FileSystemError.FileNotFound(uri),
  fileExists: (uri: vscode.Uri) => vscode.FileSystemError.FileExists(uri),
  fileIsADirectory: (uri: vscode.Uri) => vscode.FileSystemError.FileIsADirectory(uri),
  fileNotADirectory: (uri: vscode.Uri) => vscode.FileSystemError.FileNotADirectory(uri),
  noPermissions: (what: string | vscode.Uri) => vscode.FileSystemError.NoPermissions(shown(what)),
  unavailable: (text: string) => vscode.FileSystemError.Unavailable(shown(text)),
} as const;

function shown(what: string | vscode.Uri): string | vscode.Uri {
  return typeof what === 'string' ? plainSentences(plainText(what)) : what;
}
