import * as vscode from 'vscode';
import type { ExportNotes, Tally } from '../../kv/transfer/exportWriter';
import { displayText } from '../../kv/values/displayText';
import { formatCount } from '../format/format';

/** What a form could not hold, a sentence each. */
export function exportNotes({ binary, respaced, unnested, bare, asText }: ExportNotes): string[] {
  const { t } = vscode.l10n;
  const told = (tally: Tally | undefined, text: (count: string) => string): string[] =>
    tally ? [`${text(formatCount(tally.count))} ${named(tally)}`] : [];
  return [
    ...told(binary, (count) => t('Left out, for they are no text: {0}.', count)),
    ...told(unnested, (count) => t('Left out, for they are the start of other keys: {0}.', count)),
    ...told(bare, (count) => t('Without their headers and TTLs: {0}.', count)),
    ...told(asText, (count) => t('As texts, for their numbers would change: {0}.', count)),
    ...told(respaced, (count) => t('With other white space: {0}.', count)),
  ];
}

function named({ first, count }: Tally): string {
  const names = first.slice(0, 3).map(displayText).join(', ');
  return count > 3 ? `(${names}…)` : `(${names})`;
}
