import * as vscode from 'vscode';
import type { MoveVerification } from '../../kv/transfer/verifyMove';
import { formatCount } from '../format/format';
import { section } from './importPlanText';
import { heading } from './planText';

/** What was found of a move, as a document. */
export function verifyMoveText(
  title: string,
  place: string,
  { same, changed, gone, left }: MoveVerification,
): string {
  const { t } = vscode.l10n;
  const isFine = changed.count === 0 && gone === 0 && left.count === 0;
  const line = (condition: boolean, text: string): string[] => (condition ? [text] : []);
  return [
    ...heading(title, [
      ...line(isFine, t('Nothing differs.')),
      t('As they were written: {0}, in {1}.', formatCount(same), place),
      ...line(gone > 0, t('Deleted or expired since: {0}.', formatCount(gone))),
    ]),
    ...section('!', changed, t('# Written again since: {0}', formatCount(changed.count))),
    ...section('-', left, t('# Where they were moved from: {0}', formatCount(left.count))),
  ].join('\n');
}
