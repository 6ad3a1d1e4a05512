import * as vscode from 'vscode';
import { messageOf } from '../../kv/model/errors';
import { cellOf } from '../../kv/table/tableColumn';
import type { EditProblem } from '../../kv/table/editValue';
import type { EditOutcome } from '../../kv/table/tableEdits';
import { displayText } from '../../kv/values/displayText';
import { valueAt, type JsonPlace } from '../../kv/values/jsonDiff';
import { jsonOf } from '../../kv/values/valueText';
import type { EditedMessage } from './tableProtocol';

interface Typed {
  readonly key: string;
  readonly column: string;
  readonly path: JsonPlace;
  readonly typed: string;
}

/** What became of what was typed into a cell, as the page shows it there. */
export function editedMessage(
  { key, column, path, typed }: Typed,
  outcome: EditOutcome,
): EditedMessage {
  const about = { kind: 'edited', key, column } as const;
  switch (outcome.kind) {
    case 'saved':
    case 'unchanged':
      return { ...about, outcome: { kind: 'saved' } };
    case 'conflict': {
      const { current } = outcome;
      const cell = current && cellOf(valueAt(jsonOf(current.value), path), 'text');
      const nothing = current ? vscode.l10n.t('nothing there') : vscode.l10n.t('deleted');
      const stored = displayText(cell?.text ?? nothing);
      const revision = current && cell?.isScalar ? current.revision : undefined;
      return { ...about, outcome: { kind: 'conflict', revision, stored, typed } };
    }
    default:
      return { ...about, outcome: { kind: 'failed', text: failedText(outcome) } };
  }
}

/** Why the last edit could not be undone. */
export function undoneText(outcome: EditOutcome): string {
  const { t } = vscode.l10n;
  switch (outcome.kind) {
    case 'conflict':
      return t('Nothing was undone: the key has changed since.');
    case 'refused':
    case 'unknown':
    case 'problem':
      return t('Nothing is known to be undone: {0}.', failedText(outcome));
    case 'saved':
    case 'unchanged':
      return '';
  }
}

function failedText(
  outcome: Extract<EditOutcome, { readonly kind: 'refused' | 'unknown' | 'problem' }>,
): string {
  switch (outcome.kind) {
    case 'refused':
      return displayText(messageOf(outcome.error));
    case 'unknown':
      return displayText(outcome.reason);
    case 'problem':
      return problemText(outcome.why);
  }
}

/** What is wrong with what was typed into a cell, as a clause. */
export function problemText(why: EditProblem): string {
  const { t } = vscode.l10n;
  switch (why) {
    case 'notJson':
      return t('the value is no JSON');
    case 'missing':
      return t('the value has nothing there');
    case 'notScalar':
      return t('an object or a list is edited in its document');
    case 'notNumber':
      return t('a number is expected');
    case 'notBoolean':
      return t('true or false is expected');
  }
}
