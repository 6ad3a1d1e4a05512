import * as vscode from 'vscode';
import { commandIds, keyScheme } from '../extension/contributions';
import { DisposableStore, type Disposable, type Event } from '../kv/event';
import { formatSize, formatTime } from './format';

/** What the status item shows of a document. */
export interface EditorFacts {
  /** The revision that the text came from; undefined when it is not known. */
  readonly base: number | undefined;
  readonly latest: { readonly revision: number; readonly created: number; readonly size: number };
  /** False when the key has no value on the server any more. */
  readonly exists: boolean;
  /** The text is unsaved and was made from another revision than the latest. */
  readonly conflict: boolean;
}

/** Where the facts come from; URIs as text. */
export interface EditorFactsSource {
  facts(uri: string): EditorFacts | undefined;
  readonly onDidChangeFacts: Event<string>;
}

/** The language status item of the active key's editor: its revision, and what became of it. */
export class EditorStatus implements Disposable {
  private readonly store = new DisposableStore();
  private readonly item: vscode.LanguageStatusItem;
  private readonly compare: vscode.LanguageStatusItem;

  constructor(private readonly source: EditorFactsSource) {
    const selector = { scheme: keyScheme };
    this.item = this.store.add(vscode.languages.createLanguageStatusItem('natsKv.key', selector));
    this.item.name = vscode.l10n.t('NATS KV Key');
    this.compare = this.store.add(
      vscode.languages.createLanguageStatusItem('natsKv.compare', selector),
    );
    this.compare.name = vscode.l10n.t('NATS KV Conflict');
    this.store.add(vscode.window.onDidChangeActiveTextEditor(() => this.update()));
    this.store.add(source.onDidChangeFacts(() => this.update()));
    this.update();
  }

  dispose(): void {
    this.store.dispose();
  }

  private update(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.uri.scheme !== keyScheme) {
      return;
    }
    const facts = this.source.facts(document.uri.toString());
    this.item.text = facts ? describe(facts) : vscode.l10n.t('not read from the server yet');
    this.item.detail = facts?.exists ? formatTime(facts.latest.created) : undefined;
    this.item.severity = severityOf(facts);
    this.showConflict(facts);
  }

  private showConflict(facts: EditorFacts | undefined): void {
    const { compare } = this;
    if (!facts?.conflict || !facts.exists) {
      compare.text = vscode.l10n.t('no conflict');
      compare.command = undefined;
      compare.severity = vscode.LanguageStatusSeverity.Information;
      return;
    }
    compare.text = vscode.l10n.t('your text is kept');
    compare.severity = vscode.LanguageStatusSeverity.Warning;
    compare.command = { command: commandIds.editorCompare, title: vscode.l10n.t('Compare') };
  }
}

function describe({ base, latest, exists, conflict }: EditorFacts): string {
  if (!exists) {
    return vscode.l10n.t('deleted on the server (r{0})', latest.revision);
  }
  if (conflict) {
    return base === undefined
      ? vscode.l10n.t('on the server: r{0}', latest.revision)
      : vscode.l10n.t('changed on the server: r{0} -> r{1}', base, latest.revision);
  }
  return `r${base ?? latest.revision} · ${formatSize(latest.size)}`;
}

function severityOf(facts: EditorFacts | undefined): vscode.LanguageStatusSeverity {
  return facts && (facts.conflict || !facts.exists)
    ? vscode.LanguageStatusSeverity.Warning
    : vscode.LanguageStatusSeverity.Information;
}
