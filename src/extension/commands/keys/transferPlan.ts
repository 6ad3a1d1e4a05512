import * as vscode from 'vscode';
import { plainWindow } from '../../../views/shown/plainWindow';
import { isProduction } from '../../../kv/model/connectionConfig';
import { displayText } from '../../../kv/values/displayText';
import { formatCount } from '../../../views/format/format';
import { environmentTitle } from '../environmentTitle';
import { manyKeys } from './runOnKeys';
import type { Transfer } from './transferKeys';

/** How many keys of a plan are shown with the names that they get. */
const shownKeys = 5;

/**
 * Shows what is going to happen to which key, where that is many or where production is at stake, and
 * asks whether it shall. True at once for a few keys elsewhere.
 */
export async function confirmTransfer(
  kind: 'copy' | 'move',
  action: string,
  transfers: readonly Transfer[],
): Promise<boolean> {
  const [first] = transfers;
  if (!first || !needsPlan(kind, transfers)) {
    return true;
  }
  const { question, detail } = planOf(kind, action, transfers);
  const named = transfers.find(({ to, from }) => isAtStake(kind, { to, from })) ?? first;
  const place = isProduction(named.to.session.config) ? named.to : named.from;
  const title = environmentTitle(place.session.config, question);
  const options = { modal: true, detail };
  return (await plainWindow.showWarningMessage(title, options, action)) === action;
}

/** The question of a plan, and what happens to the first keys. */
function planOf(
  kind: 'copy' | 'move',
  action: string,
  transfers: readonly Transfer[],
): { readonly question: string; readonly detail: string } {
  const [first] = transfers;
  const to = first?.to;
  const count =
    first && transfers.length === 1
      ? displayText(first.from.key)
      : vscode.l10n.t('{0} keys', formatCount(transfers.length));
  const bucket = to?.bucket ?? '';
  const name = to?.session.name ?? '';
  const question = vscode.l10n.t('{0} {1} to {2} on {3}?', action, count, bucket, name);
  const lines = transfers
    .slice(0, shownKeys)
    .map((each) => `${displayText(each.from.key)} → ${displayText(each.to.key)}`);
  const left = transfers.length - lines.length;
  const more = left > 0 ? [vscode.l10n.t('and {0} more', formatCount(left))] : [];
  const rules = vscode.l10n.t('Keys that exist there already are asked about.');
  const history = kind === 'move' ? [vscode.l10n.t('The history stays with the old keys.')] : [];
  return { question, detail: [...lines, ...more, '', rules, ...history].join('\n') };
}

function needsPlan(kind: 'copy' | 'move', transfers: readonly Transfer[]): boolean {
  const isStaked = transfers.some((transfer) => isAtStake(kind, transfer));
  return transfers.length >= manyKeys || (isStaked && (kind === 'move' || transfers.length > 1));
}

/** Whether production is written: a move deletes at the source too. */
function isAtStake(kind: 'copy' | 'move', { from, to }: Transfer): boolean {
  return isProduction(to.session.config) || (kind === 'move' && isProduction(from.session.config));
}
