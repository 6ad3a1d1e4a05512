import * as vscode from 'vscode';
import { KvError } from '../../../kv/model/errors';
import type { SyncDirection } from '../../../kv/sync/planSync';
import { plainWindow } from '../../../views/shown/plainWindow';
import { commandIds, settingIds } from '../../contributions';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import type { PlaceInPair, SyncPairs } from '../../sync/syncPairs';
import { folderText, placeText } from '../../sync/pairTexts';
import type { CommandsOf } from '../register';
import type { SyncCommandParts } from './syncParts';

/** Commands that synchronise buckets and folders. What they need is loaded when one of them runs. */
export function syncCommands(parts: SyncCommandParts): CommandsOf<'sync'> {
  const { pairs } = parts;
  const on = (direction: SyncDirection) => async (uri?: vscode.Uri) => {
    const place = await placeFor(pairs, uri);
    if (place) {
      await (await import('./syncPlans')).openSyncPlan(parts, place, direction);
    }
  };
  return {
    [commandIds.syncPull]: on('pull'),
    [commandIds.syncPush]: on('push'),
    [commandIds.syncMerge]: async (uri?: vscode.Uri) => {
      const place = fileFor(pairs, uri);
      await (await import('./mergeFile')).mergeFile(parts, place);
    },
    [commandIds.syncOpenKey]: async (uri?: vscode.Uri) => {
      const { placed, path } = fileFor(pairs, uri);
      const { follower } = await parts.synced();
      const key = await follower.keyOf(placed, path);
      if (key === undefined) {
        throw new KvError('invalidKey', vscode.l10n.t('the name of {0} stands for no key', path));
      }
      await openKeyEditor(placed.session, placed.pair.bucket, placed.pair.prefix + key);
    },
  };
}

function activeUri(): vscode.Uri | undefined {
  return vscode.window.activeTextEditor?.document.uri;
}

/** The file that is meant, which has to be one of a pair. */
function fileFor(pairs: SyncPairs, uri = activeUri()): PlaceInPair {
  const place = uri && pairs.find(uri);
  if (!place || place.path === '') {
    const reason = vscode.l10n.t('no file of a folder of {0} is open', settingIds.sync);
    throw new KvError('notFound', reason);
  }
  return place;
}

interface PairItem extends vscode.QuickPickItem {
  readonly place?: PlaceInPair;
}

/** What was clicked on, else the only pair, else the one that is picked. What cannot be used is shown too. */
async function placeFor(
  pairs: SyncPairs,
  uri: vscode.Uri | undefined,
): Promise<PlaceInPair | undefined> {
  const { t } = vscode.l10n;
  const clicked = uri && pairs.find(uri);
  if (clicked) {
    return clicked;
  }
  const { pairs: all, problems } = pairs.current;
  const items: PairItem[] = all.map((placed) => ({
    label: folderText(placed),
    description: placeText(placed),
    place: { placed, path: '' },
  }));
  const [only] = items;
  if (items.length === 1 && problems.length === 0) {
    return only?.place;
  }
  const broken = problems.map(({ name, reason }) => ({
    label: name,
    description: t('cannot be used'),
    detail: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
  }));
  const settings: PairItem = { label: t('Open Settings'), detail: t('Set {0}', settingIds.sync) };
  const title = t('Which folder and bucket');
  const chosen = await plainWindow.showQuickPick([...items, ...broken, settings], {
    title,
    placeHolder: title,
  });
  if (chosen && !('place' in chosen && chosen.place)) {
    await vscode.commands.executeCommand('workbench.action.openWorkspaceSettings', {
      query: settingIds.sync,
    });
  }
  return chosen && 'place' in chosen ? chosen.place : undefined;
}
