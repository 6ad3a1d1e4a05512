import * as vscode from 'vscode';
import { markdownText } from './plainText';

/** A Markdown table of two columns without a visible head; cells are shown as they are. */
export function factTable(
  title: string,
  facts: readonly (readonly [name: string, value: string])[],
): vscode.MarkdownString {
  const table = new vscode.MarkdownString();
  table.appendMarkdown(`**${markdownText(title)}**\n\n| | |\n|:--|:--|\n`);
  for (const [name, value] of facts) {
    table.appendMarkdown(`| ${markdownText(name)} | ${markdownText(value)} |\n`);
  }
  return table;
}
