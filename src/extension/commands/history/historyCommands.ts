import * as vscode from 'vscode';
import type { RevisionInfo } from '../../../kv/model/entry';
import type { HistoryView } from '../../../views/history/historyView';
import type { HistoryTarget } from '../../../kv/session/keyHistory';
import type { HistoryNode, RevisionNode } from '../../../views/history/historyNodes';
import type { KeyNode } from '../../../views/buckets/rows/nodes';
import type { KeyChoice } from '../keys/keyChoice';
import type { CommandsOf } from '../register';
import { restoreRevision } from './restoreRevision';
import type { Connections } from '../../../kv/session/connections';
import { commandIds, contextKeys, viewIds } from '../../contributions';
import { keyUri } from '../../documents/address/keyUri';
import { revisionUri } from '../../documents/address/revisionUri';
import { targetOf } from '../../history/followActiveKey';
import { plainText } from '../../../views/shown/plainText';
import { Once } from '../once';
import { inform } from '../../report';

export interface HistoryCommandParts {
  readonly connections: Connections;
  readonly view: HistoryView;
  readonly choice: KeyChoice;
  readonly log: vscode.LogOutputChannel;
}

/** Commands of the History view; each is about a row of it, or the row that is selected there. */
export function historyCommands(parts: HistoryCommandParts): CommandsOf<'history'> {
  const { connections, view, choice, log } = parts;
  let selected: RevisionNode | undefined;
  const once = new Once();
  const onRow = (use: (node: RevisionNode) => unknown) => async (node?: RevisionNode) => {
    const [row] = node ? [node] : view.view.selection;
    if (row?.kind === 'revision') {
      await use(row);
    }
  };
  return {
    [commandIds.historyShow]: async (node?: KeyNode) => {
      const uri = vscode.window.activeTextEditor?.document.uri;
      const target = node ?? (uri && targetOf(connections, uri)) ?? (await choice.key());
      if (target) {
        view.show({ session: target.session, bucket: target.bucket, key: target.key });
      }
      await vscode.commands.executeCommand(`${viewIds.history}.focus`);
    },
    [commandIds.historyRefresh]: () => view.refresh(),
    [commandIds.historyOpen]: onRow((row) => open(row, row.info)),
    [commandIds.historyCompareWithPrevious]: onRow((row) =>
      row.previous ? compare(row, row.previous, row.info) : open(row, row.info),
    ),
    [commandIds.historyCompareWithLatest]: onRow((row) => compare(row, row.info, row.latest)),
    [commandIds.historyCompareWithEditor]: onRow(compareWithEditor),
    [commandIds.historySelectForCompare]: onRow(async (row) => {
      selected = row;
      await vscode.commands.executeCommand('setContext', contextKeys.revisionSelected, true);
    }),
    [commandIds.historyCompareWithSelected]: onRow((row) => selected && compareBoth(selected, row)),
    [commandIds.historyCompareSelected]: (_?: HistoryNode, rows?: readonly HistoryNode[]) =>
      compareTwo(rows ?? view.view.selection),
    [commandIds.historyRestore]: onRow((row) => restoreRevision(log, once, row)),
  };
}

function uriOf({ session, bucket, key }: HistoryTarget, { revision }: RevisionInfo): vscode.Uri {
  return revisionUri({ connectionId: session.id, bucket, key, revision });
}

async function open(target: HistoryTarget, info: RevisionInfo): Promise<void> {
  // The text editor, whatever file type the end of the key looks like.
  await vscode.commands.executeCommand('vscode.open', uriOf(target, info), { override: false });
}

async function compare(
  target: HistoryTarget,
  left: RevisionInfo,
  right: RevisionInfo,
): Promise<void> {
  const title = vscode.l10n.t('{0}: r{1} ↔ r{2}', target.key, left.revision, right.revision);
  await diff(uriOf(target, left), uriOf(target, right), title);
}

/** The older one is on the left, if they are of one key. */
async function compareBoth(selected: RevisionNode, row: RevisionNode): Promise<void> {
  const { key, info } = row;
  if (selected.key === key && selected.bucket === row.bucket && selected.session === row.session) {
    const [left, right] =
      selected.info.revision <= info.revision ? [selected.info, info] : [info, selected.info];
    await compare(row, left, right);
  } else {
    const title = `${selected.key} r${selected.info.revision} ↔ ${key} r${info.revision}`;
    await diff(uriOf(selected, selected.info), uriOf(row, info), title);
  }
}

/** Of any number of rows but two there is nothing to compare. */
async function compareTwo(rows: readonly HistoryNode[]): Promise<void> {
  const [one, two, ...more] = rows.filter((row) => row.kind === 'revision');
  if (one && two && more.length === 0) {
    await compareBoth(one, two);
  } else {
    inform(vscode.l10n.t('Select two revisions in the History view first.'));
  }
}

async function compareWithEditor(row: RevisionNode): Promise<void> {
  const { session, bucket, key, info } = row;
  const working = keyUri({ connectionId: session.id, bucket, key });
  const title = vscode.l10n.t('{0}: r{1} ↔ working text', key, info.revision);
  await diff(uriOf(row, info), working, title);
}

async function diff(left: vscode.Uri, right: vscode.Uri, title: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, plainText(title), {
    preview: true,
  });
}
