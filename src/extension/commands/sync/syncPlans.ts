import * as vscode from 'vscode';
import { whyNotWritten } from '../../../kv/operations/bucketActions';
import { KvError } from '../../../kv/model/errors';
import { isProduction } from '../../../kv/model/connectionConfig';
import { planSync, type SyncDirection, type SyncPlan } from '../../../kv/sync/planSync';
import { runSync } from '../../../kv/sync/runSync';
import type { SyncComparison } from '../../../kv/sync/syncComparison';
import { formatCount } from '../../../views/format/format';
import { bulkReportText } from '../../../views/plan/bulkReportText';
import {
  syncAction,
  syncConsequences,
  syncPlanText,
  syncTitle,
} from '../../../views/plan/syncPlanText';
import { plainWindow } from '../../../views/shown/plainWindow';
import { folderText, placeText, unsavedIn } from '../../sync/pairTexts';
import { presentBucket } from '../../sync/pairWork';
import type { PlaceInPair } from '../../sync/syncPairs';
import type { PlacedPair } from '../../sync/syncSettings';
import { writeHeaders } from '../../writeHeaders';
import { confirmDestructive, confirmInProduction } from '../confirmDestructive';
import { maxPerSecond, planRate, withPlanProgress } from '../planProgress';
import { shownRows } from './shownRows';
import type { SyncCommandParts } from './syncParts';

/** Compares a pair and shows what a pull or a push would do, as a document that can be carried out. */
export async function openSyncPlan(
  parts: SyncCommandParts,
  { placed, path }: PlaceInPair,
  direction: SyncDirection,
): Promise<void> {
  const { plans } = parts;
  const { work } = await parts.synced();
  const folder = folderText(placed);
  const place = placeText(placed);
  const comparison = await withPlanProgress(
    vscode.l10n.t('Comparing {0} with {1}', folder, place),
    undefined,
    (signal, onProgress) => work.compare(placed, { signal, onProgress }),
  );
  const { signal } = new AbortController();
  const { status } = await presentBucket(placed, signal);
  const problem = direction === 'push' ? whyNotWritten(status) : undefined;
  if (problem !== undefined) {
    throw new KvError('unsupported', problem);
  }
  const isMeant = keysBelow(comparison, path);
  const conflicts = await askConflicts(comparison, direction, isMeant);
  if (!conflicts) {
    return;
  }
  const plan = planSync(comparison, direction, { conflicts, isMeant });
  const { history } = status;
  const title = syncTitle(plan, folder, place);
  const rows = await shownRows(plan, signal);
  const context = { title, folder, place, perSecond: maxPerSecond(), history, rows };
  await plans.open({
    name: title,
    text: syncPlanText(plan, context),
    action: plan.targets.count === 0 ? undefined : syncAction(plan),
    carryOut: () => carryOut(parts, placed, plan, { title, history }),
  });
}

/** The keys of a file or of the files below a folder; those of the whole pair for its own folder. */
function keysBelow(comparison: SyncComparison, path: string): (key: string) => boolean {
  const { folder } = comparison.parts;
  const only = folder.keyAt(path);
  if (path === '') {
    return () => true;
  }
  if (only !== undefined && folder.byKey.get(only)?.path === path) {
    return (key) => key === only;
  }
  const below = folder.keyAt(`${path}/x`)?.slice(0, -1);
  return (key) => {
    const own = folder.byKey.get(key)?.path;
    return own === undefined
      ? key === only || (below !== undefined && key.startsWith(below))
      : own.startsWith(`${path}/`);
  };
}

/** Whether what both sides changed is left for a merge, which is asked where there is any. */
async function askConflicts(
  comparison: SyncComparison,
  direction: SyncDirection,
  isMeant: (key: string) => boolean,
): Promise<'leave' | 'take' | undefined> {
  const { t } = vscode.l10n;
  const rows = comparison.sorted().filter(({ key, state }) => state === 'both' && isMeant(key));
  if (rows.length === 0) {
    return 'leave';
  }
  const items = [
    {
      label: t('Leave Them'),
      detail: t('Merge each of them with the command on its file'),
      conflicts: 'leave' as const,
    },
    {
      label: direction === 'pull' ? t("Take the Bucket's") : t('Take the Files'),
      detail:
        direction === 'pull'
          ? t('The dry run shows what is lost of these files')
          : t('The dry run shows what is lost of these values'),
      conflicts: 'take' as const,
    },
  ];
  const title =
    rows.length === 1
      ? t('1 key was changed here and there')
      : t('{0} keys were changed here and there', formatCount(rows.length));
  return (await plainWindow.showQuickPick(items, { title, placeHolder: title }))?.conflicts;
}

/** Undefined when the user thought better of it. */
async function carryOut(
  { synced }: SyncCommandParts,
  placed: PlacedPair,
  plan: SyncPlan,
  { title, history }: { readonly title: string; readonly history: number },
): Promise<string | undefined> {
  if (!(await isAsked(placed, plan, history))) {
    return undefined;
  }
  const { work, follower } = await synced();
  const result = await withPlanProgress(title, plan.targets.count, async (signal, onProgress) => {
    // The link of the dry run may have been given up meanwhile.
    const present = await presentBucket(placed, signal);
    const running = work.inTurn(placed, () =>
      runSync(plan, {
        ...present,
        ...{ signal, rate: planRate(), headers: writeHeaders(), onProgress },
        isUnsaved: unsavedIn(placed),
      }),
    );
    return running.finally(() => follower.compareAgain(placed));
  });
  const { t } = vscode.l10n;
  return bulkReportText(title, result, [
    t('Folder: {0}.', folderText(placed)),
    t('Bucket: {0}.', placeText(placed)),
  ]);
}

/** A push asks where it replaces or deletes, and in production; a pull where it deletes or replaces files. */
async function isAsked(
  { pair, session }: PlacedPair,
  plan: SyncPlan,
  history: number,
): Promise<boolean> {
  const { t } = vscode.l10n;
  const { direction, targets } = plan;
  const { bucket } = pair;
  const action = syncAction(plan);
  const detail = syncConsequences(plan, history).join(' ');
  const isLossy = targets.count > targets.counted('create');
  if (direction === 'pull') {
    return (
      !isLossy ||
      (await plainWindow.showWarningMessage(t('{0}?', action), { modal: true, detail }, action)) ===
        action
    );
  }
  const isLocked = session.lock.state.current.kind === 'locked';
  if (!isLossy && !isLocked && !isProduction(session.config)) {
    return true;
  }
  return isLossy || isLocked
    ? confirmDestructive({
        ...{ session, bucket, action, detail },
        question: t('{0} to {1} on {2}?', action, bucket, session.name),
      })
    : confirmInProduction({ session, bucket }, Math.max(2, targets.count), action);
}
