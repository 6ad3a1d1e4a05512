import * as vscode from 'vscode';
import { keyScheme } from '../../extension/contributions';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { everyTick } from '../format/clock';
import { lensTexts, lensTitle, type LensText } from './lensTexts';
import { isMerged, type EditorFacts, type EditorFactsSource } from './statusTexts';

/**
 * Says above the first line of a key what became of its value on the server while the text is unsaved,
 * since when nobody knows, or why it cannot be changed, with what can be done.
 */
export class ConflictLens implements vscode.CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());

  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly source: EditorFactsSource) {
    const selector = { scheme: keyScheme };
    this.store.add(vscode.languages.registerCodeLensProvider(selector, this));
    this.store.add(source.onDidChangeFacts(() => this.changed.fire()));
    const retell = (): void => {
      const uri = vscode.window.activeTextEditor?.document.uri.toString();
      if (uri !== undefined && source.facts(uri)?.conflict) {
        this.changed.fire();
      }
    };
    this.store.add(everyTick(retell));
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const top = new vscode.Range(0, 0, 0, 0);
    return textsOf(this.source, uri).map(
      ({ text, command = '', revision }) =>
        new vscode.CodeLens(top, { title: lensTitle(text), command, arguments: [revision] }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** Marks the tabs of keys whose unsaved text is new, merged or in conflict, and of those that may be out of date. */
export class ConflictMarks implements vscode.FileDecorationProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());

  readonly onDidChangeFileDecorations = this.changed.event;

  constructor(private readonly source: EditorFactsSource) {
    this.store.add(
      source.onDidChangeFacts((uri) => this.changed.fire(vscode.Uri.parse(uri, true))),
    );
    this.store.add(vscode.window.registerFileDecorationProvider(this));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== keyScheme) {
      return undefined;
    }
    const first = textsOf(this.source, uri).find(({ isUsual }) => isUsual !== true);
    if (!first) {
      return undefined;
    }
    const { badge, colour } = lookOf(this.source.facts(uri.toString()));
    const said = first.text.replace(/\$\([a-z-]+\)\s/g, '');
    return new vscode.FileDecoration(badge, said, new vscode.ThemeColor(colour));
  }

  dispose(): void {
    this.store.dispose();
  }
}

function textsOf(source: EditorFactsSource, uri: vscode.Uri): LensText[] {
  const id = uri.toString();
  return lensTexts(source.facts(id), Date.now(), source.unread(id));
}

function lookOf(facts: EditorFacts | undefined): {
  readonly badge: string;
  readonly colour: string;
} {
  if (facts?.missing === 'new') {
    return { badge: 'N', colour: 'gitDecoration.addedResourceForeground' };
  }
  return facts && isMerged(facts)
    ? { badge: 'M', colour: 'gitDecoration.modifiedResourceForeground' }
    : { badge: '!', colour: 'list.warningForeground' };
}
