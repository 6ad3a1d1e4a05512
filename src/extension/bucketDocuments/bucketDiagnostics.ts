import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { placeOf as placeIn } from '../../kv/config/readDocument';
import type { BucketDocuments } from './bucketDocuments';
import { bucketAddress, isServerUri } from './bucketUri';

/**
 * Marks in the documents of buckets what this server or account cannot do and what cannot be changed,
 * with the reason, before anything is saved. What the schema says is not said twice.
 */
export class BucketDiagnostics implements Disposable {
  private readonly store = new DisposableStore();
  private readonly marks = this.store.add(vscode.languages.createDiagnosticCollection('NATS KV'));

  constructor(private readonly documents: BucketDocuments) {
    const { workspace } = vscode;
    this.store.add(workspace.onDidOpenTextDocument((document) => this.mark(document)));
    this.store.add(workspace.onDidChangeTextDocument(({ document }) => this.mark(document)));
    this.store.add(workspace.onDidCloseTextDocument(({ uri }) => this.marks.delete(uri)));
    this.store.add(
      documents.onDidChange(() => workspace.textDocuments.forEach((each) => this.mark(each))),
    );
    workspace.textDocuments.forEach((each) => this.mark(each));
  }

  dispose(): void {
    this.store.dispose();
  }

  private mark(document: vscode.TextDocument): void {
    const { uri } = document;
    const address = isServerUri(uri) ? undefined : bucketAddress(uri);
    if (!address) {
      return;
    }
    const text = document.getText();
    const problems = this.documents.problems(address, text).filter(({ inSchema }) => !inSchema);
    this.marks.set(
      uri,
      problems.map(({ path, message, severity }) => {
        const { offset, length } = placeIn(text, path);
        const range = new vscode.Range(
          document.positionAt(offset),
          document.positionAt(offset + length),
        );
        const shown = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
        const { Error, Warning } = vscode.DiagnosticSeverity;
        const mark = new vscode.Diagnostic(range, shown, severity === 'error' ? Error : Warning);
        mark.source = 'NATS KV';
        return mark;
      }),
    );
  }
}
