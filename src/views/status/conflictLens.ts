import * as vscode from 'vscode';
import { commandIds, keyScheme } from '../../extension/contributions';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { shownAge } from '../format/age';
import { everyTick } from '../format/clock';
import { formatClock } from '../format/format';
import type { EditorFacts, EditorFactsSource } from './statusTexts';
import { iconText } from '../shown/plainText';

/** One line above the text: what is the matter, or what can be done about it. */
export interface LensText {
  readonly text: string;
  readonly command?: string;
  /** What the command is given: the revision that the text names. */
  readonly revision?: number;
}

/**
 * Says above the first line of a key what became of its value on the server while the text is unsaved,
 * or since when nobody knows, with what can be done.
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
    return lensTexts(this.source.facts(uri.toString()), Date.now()).map(
      ({ text, command = '', revision }) =>
        new vscode.CodeLens(top, { title: text, command, arguments: [revision] }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** Marks the tabs of keys whose unsaved text is in conflict, and of those that may be out of date. */
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
    const facts = uri.scheme === keyScheme ? this.source.facts(uri.toString()) : undefined;
    const [first] = lensTexts(facts, Date.now());
    const isNew = facts?.missing === 'new';
    return first
      ? new vscode.FileDecoration(
          isNew ? 'N' : '!',
          first.text.replace(/\$\([a-z-]+\) /g, ''),
          new vscode.ThemeColor(
            isNew ? 'gitDecoration.addedResourceForeground' : 'list.warningForeground',
          ),
        )
      : undefined;
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** What stands above a text; nothing while all is well. */
export function lensTexts(facts: EditorFacts | undefined, now: number): LensText[] {
  if (!facts) {
    return [];
  }
  const stale = facts.stale
    ? [
        {
          text: iconText(
            'warning',
            vscode.l10n.t(
              'stale since {0}: {1}',
              formatClock(facts.stale.since),
              facts.stale.reason,
            ),
          ),
        },
      ]
    : [];
  if (facts.missing === 'new') {
    return [{ text: iconText('add', newText(facts)), command: saveCommand }, ...stale];
  }
  if (!facts.conflict) {
    return stale;
  }
  return facts.missing === undefined
    ? [{ text: iconText('warning', changedText(facts, now)) }, ...actions(facts), ...stale]
    : [{ text: iconText('warning', goneText(facts)) }, ...stale];
}

/** VS Code's own. */
const saveCommand = 'workbench.action.files.save';

function newText({ place }: EditorFacts): string {
  return vscode.l10n.t('new on {0}, not stored yet. Save creates it', place);
}

function changedText({ base, latest, place }: EditorFacts, now: number): string {
  const age = shownAge(latest.created, now);
  return base === undefined
    ? vscode.l10n.t('not made of what is on {0}: r{1}, {2}', place, latest.revision, age)
    : base < latest.revision
      ? vscode.l10n.t('changed on {0}: r{1} -> r{2}, {3}', place, base, latest.revision, age)
      : vscode.l10n.t(
          'the bucket was made again on {0}: another value now (r{1}), {2}',
          place,
          latest.revision,
          age,
        );
}

function goneText({ missing, latest, place }: EditorFacts): string {
  return missing === 'expired'
    ? vscode.l10n.t('expired on {0}. Save asks whether to write it as new', place)
    : latest.revision > 0
      ? vscode.l10n.t(
          'deleted on {0} (r{1}). Save asks whether to write it as new',
          place,
          latest.revision,
        )
      : vscode.l10n.t('no longer on {0}. Save asks whether to write it as new', place);
}

function actions({ latest }: EditorFacts): LensText[] {
  return [
    { text: vscode.l10n.t('Compare'), command: commandIds.editorCompare },
    { text: vscode.l10n.t('Merge'), command: commandIds.editorMerge },
    { text: vscode.l10n.t("Take Server's"), command: commandIds.editorRevert },
    {
      text: vscode.l10n.t('Overwrite r{0}', latest.revision),
      command: commandIds.editorOverwrite,
      revision: latest.revision,
    },
  ];
}
