import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { SyncSettingProblem } from './syncSettings';

/** Marks in the files of settings, and so in the Problems view, what is wrong with `natsKv.sync`. */
export class SyncDiagnostics implements vscode.Disposable {
  private readonly marks = vscode.languages.createDiagnosticCollection('NATS KV');
  private turn = 0;

  /** Shows these problems and no others. */
  async show(problems: readonly SyncSettingProblem[]): Promise<void> {
    const turn = ++this.turn;
    const byFile = new Map<string, SyncSettingProblem[]>();
    for (const problem of problems) {
      const file = problem.place.file?.toString();
      if (file !== undefined) {
        byFile.set(file, [...(byFile.get(file) ?? []), problem]);
      }
    }
    const marks: [vscode.Uri, vscode.Diagnostic[]][] = [];
    for (const [file, own] of byFile) {
      const uri = vscode.Uri.parse(file, true);
      const document = await vscode.workspace.openTextDocument(uri);
      marks.push([uri, own.map((problem) => markOf(document, problem))]);
    }
    if (turn === this.turn) {
      this.marks.clear();
      this.marks.set(marks);
    }
  }

  dispose(): void {
    this.turn++;
    this.marks.dispose();
  }
}

function markOf(
  document: vscode.TextDocument,
  { place, reason }: SyncSettingProblem,
): vscode.Diagnostic {
  const tree = parseTree(document.getText(), [], { allowTrailingComma: true });
  const paths = place.path.map((_, at) => place.path.slice(0, place.path.length - at));
  const [node] = paths.flatMap((path) => (tree && findNodeAtLocation(tree, [...path])) ?? []);
  const { offset = 0, length = 0 } = node ?? {};
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
  const text = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
  const mark = new vscode.Diagnostic(range, text, vscode.DiagnosticSeverity.Warning);
  mark.source = 'NATS KV';
  return mark;
}
