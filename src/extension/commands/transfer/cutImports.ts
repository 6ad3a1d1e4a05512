import * as vscode from 'vscode';
import { commandIds } from '../../contributions';
import type { ImportJournal } from '../../transfer/importJournal';
import { tellDone } from '../tellDone';

/** Tells once of imports that the end of a window cut off, with the way to go on. */
export async function tellCutImports(journal: ImportJournal): Promise<void> {
  const cut = await journal.takeUntold();
  if (cut.length > 0) {
    const buckets = [...new Set(cut.map(({ bucket }) => bucket))].join(', ');
    tellDone(vscode.l10n.t('An import into {0} was cut off before its end.', buckets), {
      label: vscode.l10n.t('Resume Import…'),
      run: () => vscode.commands.executeCommand(commandIds.importResume),
    });
  }
}
