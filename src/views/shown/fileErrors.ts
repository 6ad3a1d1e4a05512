import * as vscode from 'vscode';
import { plainSentences, plainText } from './plainText';

/**
 * Errors of a file system provider: VS Code puts their text into a message of its own and reads
 * links in it. Of a URI it takes the encoded form, in which there is none.
 */
export const fileErrors = {
  isOne: (error: unknown) => error instanceof vscode.FileSystemError,
  fileNotFound: (uri: vscode.Uri) => vscode.FileSystemError.FileNotFound(uri),
  fileExists: (uri: vscode.Uri) => vscode.FileSystemError.FileExists(uri),
  fileIsADirectory: (uri: vscode.Uri) => vscode.FileSystemError.FileIsADirectory(uri),
  fileNotADirectory: (uri: vscode.Uri) => vscode.FileSystemError.FileNotADirectory(uri),
  noPermissions: (what: string | vscode.Uri) => vscode.FileSystemError.NoPermissions(shown(what)),
  unavailable: (text: string) => vscode.FileSystemError.Unavailable(shown(text)),
  /** `links` stand behind the text, as far as VS Code shows so long a message of the file. */
  unavailableWith: (uri: vscode.Uri, text: string, links: readonly CommandLink[]) =>
    vscode.FileSystemError.Unavailable(withLinks(uri, shown(text) as string, links)),
} as const;

/** A link that runs a command of ours. */
export interface CommandLink {
  readonly label: string;
  readonly command: string;
  readonly args: readonly unknown[];
}

/** VS Code cuts longer messages off, in the middle of a link where that comes. */
const longestMessage = 1_000;
/** What it puts around the text of an error, which names the file twice. */
const around = 120;

function withLinks(uri: vscode.Uri, text: string, links: readonly CommandLink[]): string {
  const all = [text, links.map(linkText).join(' · ')].join(' ');
  return all.length + 2 * uri.toString().length + around <= longestMessage ? all : text;
}

/** In the form that VS Code's messages read: no space and no parenthesis in what is called. */
function linkText({ label, command, args }: CommandLink): string {
  const given = encodeURIComponent(JSON.stringify(args)).replace(
    /[()']/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `[${label}](command:${command}?${given})`;
}

function shown(what: string | vscode.Uri): string | vscode.Uri {
  return typeof what === 'string' ? plainSentences(plainText(what)) : what;
}
