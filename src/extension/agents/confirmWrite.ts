import * as vscode from 'vscode';
import { AgentRefusal } from '../../kv/agents/agentRefusal';
import type { WriteQuestion } from '../../kv/agents/writes';
import { lineDiff } from '../../kv/values/lineDiff';
import { cut } from '../../kv/values/textDiff';
import { plainWindow } from '../../views/shown/plainWindow';

/** Lines of a difference that a question shows, and their length. */
const mostLines = 40;
const longestLine = 400;
/** The characters that a dialog can show. */
const mostText = 4_000;

const isLong = ({ text }: { readonly text: string }): boolean => text.length > longestLine;

/**
 * Asks the user before an agent writes, with what differs. Whoever started the agent may approve calls unseen.
 * Throws an `AgentRefusal` where not all that is stored could be shown: nobody agrees to what is not seen.
 */
export async function confirmWrite(question: WriteQuestion): Promise<boolean> {
  const { kind, connection, bucket, key } = question;
  const { t } = vscode.l10n;
  const isPut = kind === 'put';
  const title = isPut
    ? t('An assistant wants to store {0} in {1} on {2}.', key, bucket, connection)
    : t('An assistant wants to delete {0} in {1} on {2}.', key, bucket, connection);
  const action = isPut ? t('Store') : t('Delete');
  const detail = differenceText(question);
  const answer = await plainWindow.showWarningMessage(title, { modal: true, detail }, action);
  return answer === action;
}

function differenceText({ kind, before, after }: WriteQuestion): string {
  const signs = { removed: '− ', added: '+ ', same: '  ' } as const;
  // What is not there has no line, not an empty one.
  const isTold = { removed: before !== undefined, added: after !== undefined, same: false };
  const segments = lineDiff(before ?? '', after ?? '').filter((each) => isTold[each.kind]);
  const isWhole =
    segments.length <= mostLines &&
    !segments.some((each) => each.kind === 'added' && isLong(each)) &&
    segments.reduce((sum, { text }) => sum + Math.min(text.length, longestLine), 0) <= mostText;
  if (kind === 'put' && !isWhole) {
    throw new AgentRefusal(
      'the change is too large to be shown in a question; nothing was written: use proposeValue, which the user saves',
    );
  }
  const lines = segments.map(({ kind, text }) => signs[kind] + cut(text, longestLine));
  const more = lines.length - mostLines;
  return [
    ...(before === undefined ? [vscode.l10n.t('There is no such key yet.')] : []),
    ...lines.slice(0, mostLines),
    ...(more > 0 ? [vscode.l10n.t('{0} more lines differ.', more)] : []),
  ].join('\n');
}
